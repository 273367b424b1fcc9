"""Explanations in English."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from recengine.explanations.words.outline import Fact, Item, Outline, quoted
from recengine.explanations.words.telling import Language

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
MOST_WORDS_QUOTED = 40  # of an item's own description


class English(Language):
    """Tells outlines in English."""

    label: ClassVar[str] = "English"
    space: ClassVar[str] = " "
    facts: ClassVar[Mapping[str, str]] = {
        "event": "the earlier choice {name}",
        "feedback": "what was said of {name}",
        "context": "the moment ({feature})",
        "profile": "the profile ({feature})",
        "taste": "the overall taste",
        "prior": "what is often chosen next",
        "popularity": "its popularity with everybody",
        "average": "what an average history would give",
    }
    tastes: ClassVar[str] = "your taste for {category} ({percent}% of it)"
    habits: ClassVar[str] = "words you come back to, {words}"
    choices: ClassVar[str] = "your earlier {titles}"
    nothing_for: ClassVar[str] = "Nothing speaks for it more than for the average item."

    def keywords(self, words: tuple[str, ...]) -> str:
        """One sentence on the words of an interest."""
        if not words:
            return "No word stands out in this interest."
        verb = "is" if len(words) == 1 else "are"
        noun = "The word" if len(words) == 1 else "The words"
        return f"{noun} of this interest {verb} {listed([quoted(word) for word in words])}."

    def keywords_around(self, step: int, before: tuple[str, ...], after: tuple[str, ...]) -> str:
        """One sentence on the words of the events up to the step-th, and of those that followed."""
        first = listed([quoted(word) for word in before]) or "no word stands out"
        then = listed([quoted(word) for word in after])
        later = f"; right after it: {then}" if then else ""
        return f"Up to event {step:,}: {first}{later}."

    def listed(self, names: Sequence[str]) -> str:
        """a; a and b; a, b and c."""
        return listed(names)

    def place(self, told: Outline) -> str:
        """Where the item stands."""
        case = told.case
        title = quoted(case.title)
        if not case.place:
            why = "is kept out of the list and" if case.kept_out else "was chosen before, so it"
            return f"{title} {why} does not compete for a place."
        return f"{title} stands {ordinal(case.place)} of {counted(case.candidates, 'item')}."

    def reason(self, name: str, percent: int, events: int) -> str:
        """The only reason, with its share."""
        share = "everything that speaks" if percent >= 100 else f"{percent}% of what speaks"
        return f"The main reason is {name}: {share} for it{_out_of(events)}."

    def reasons(self, names: Sequence[str], percents: Sequence[int], events: int) -> str:
        """Several reasons; what the share is of is said once."""
        shares = [f"{percents[0]}% of what speaks for it", *(f"{each}%" for each in percents[1:])]
        told = [f"{name} ({share})" for name, share in zip(names, shares, strict=True)]
        return f"The strongest reasons are {listed(told)}{_out_of(events)}."

    def against(self, name: str, percent: int) -> str:
        """What speaks against the item, and how much it takes back."""
        takes = f", which takes back {percent}%" if percent else ""
        return f"Against it speaks {name}{takes}."

    def feature(self, fact: Fact) -> str:
        """A feature and its value, in the middle of a sentence."""
        name = fact.feature
        lowered = name if name[1:2].isupper() else name[:1].lower() + name[1:]  # "TV" stays
        return f"{lowered}: {fact.name}"

    def introduced(self, item: Item, year: int) -> str:
        """What an item is."""
        when = f" ({year})" if year else ""
        kinds = listed(item.categories) or "an item without a category"
        return f"{quoted(item.title)}{when}: {kinds}."

    def meets(self, grounds: Sequence[str]) -> str:
        """Why somebody may like an item."""
        return f"It meets {listed(grounds)}."

    def excerpt(self, text: str) -> str:
        """The first words of an item's own description."""
        words = text.split()
        cut = " ".join(words[:MOST_WORDS_QUOTED])
        more = "…" if len(words) > MOST_WORDS_QUOTED else ""
        return f"In its own words: {quoted(cut.rstrip('.,;: ') + more)}."


def listed(names: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def number(count: int) -> str:
    """Small numbers as words, large ones with commas."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def counted(count: int, noun: str) -> str:
    """A number with its noun: "one event", "57 events"."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def ordinal(place: int) -> str:
    """first, second ... tenth, 11th, 21st, 1,002nd."""
    if 1 <= place <= len(_ORDINALS):
        return _ORDINALS[place - 1]
    teens = 11 <= place % 100 <= 13
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"


def _out_of(events: int) -> str:
    return f", out of {counted(events, 'event')}" if events else ""
