"""Explanations in English."""

from collections.abc import Sequence

from recengine.explanations.words.outline import Fact, Item, Outline, Reason, quoted

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_KINDS = {
    "taste": "the overall taste",
    "prior": "what is often chosen next",
    "popularity": "its popularity with everybody",
    "average": "what an average history would give",
}
MOST_WORDS_QUOTED = 40  # of an item's own description


class English:
    """Tells outlines in English."""

    label = "English"

    def explanation(self, told: Outline) -> tuple[str, ...]:
        """One to three sentences: its place, what speaks for it, what against."""
        return tuple(filter(None, (_place(told), _reasons(told), _against(told))))

    def description(self, item: Item) -> tuple[str, ...]:
        """One to three sentences on an item, for somebody with these interests."""
        return tuple(filter(None, (_introduced(item), _meets(item), _quoted(item))))

    def keywords(self, words: tuple[str, ...]) -> str:
        """One sentence on the words of an interest."""
        if not words:
            return "No word stands out in this interest."
        verb = "is" if len(words) == 1 else "are"
        noun = "The word" if len(words) == 1 else "The words"
        return f"{noun} of this interest {verb} {listed([quoted(word) for word in words])}."

    def join(self, sentences: tuple[str, ...]) -> str:
        """Sentences as one text."""
        return " ".join(sentences)


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


def _place(told: Outline) -> str:
    case = told.case
    if not case.place:
        return f"{quoted(case.title)} was chosen before, so it does not compete for a place."
    return (
        f"{quoted(case.title)} stands {ordinal(case.place)} of {counted(case.candidates, 'item')}."
    )


def _reasons(told: Outline) -> str:
    if not told.reasons:
        return "Nothing speaks for it more than for the average item."
    first, *others = told.reasons
    from_events = sum(reason.fact.kind == "event" for reason in told.reasons)
    out_of = f", out of {counted(told.events, 'event')}" if from_events and told.events > 3 else ""
    share = "everything" if first.percent >= 100 else f"{first.percent}% of what"
    if not others:
        verb = "that speaks" if share == "everything" else "speaks"
        return f"The main reason is {_named(first.fact)}: {share} {verb} for it{out_of}."
    rest = [f"{_named(reason.fact)} ({reason.percent}%)" for reason in others]
    whole = f"{_named(first.fact)} ({share} speaks for it)"
    return f"The strongest reasons are {listed([whole, *rest])}{out_of}."


def _against(told: Outline) -> str:
    reason: Reason | None = told.against
    if reason is None:
        return ""
    takes = f", which takes back {reason.percent}%" if reason.percent else ""
    return f"Against it speaks {_named(reason.fact)}{takes}."


def _named(fact: Fact) -> str:
    if fact.kind == "event":
        return f"the earlier choice {quoted(fact.name)}"
    if fact.kind == "feedback":
        return f"what was said of {quoted(fact.name)}"
    if fact.kind == "context":
        return f"the moment ({_of_feature(fact)})"
    if fact.kind == "profile":
        return f"the profile ({_of_feature(fact)})"
    return _KINDS.get(fact.kind, fact.name)


def _of_feature(fact: Fact) -> str:
    name = fact.feature
    lowered = name if name[1:2].isupper() else name[:1].lower() + name[1:]  # "TV" stays
    return f"{lowered}: {fact.name}"


def _introduced(item: Item) -> str:
    when = f" ({item.year})" if item.year and str(item.year) not in item.title else ""
    kinds = listed(list(item.categories)) or "an item without a category"
    return f"{quoted(item.title)}{when}: {kinds}."


def _meets(item: Item) -> str:
    grounds = []
    if item.categories and item.interest and item.interest[0] >= 0.01:
        percent = round(100 * item.interest[0])
        grounds.append(f"your taste for {item.categories[0]} ({percent}% of it)")
    if item.words:
        grounds.append(f"words you come back to, {listed([quoted(word) for word in item.words])}")
    if item.because_of:
        grounds.append(f"your earlier {listed([quoted(title) for title in item.because_of])}")
    return f"It meets {listed(grounds)}." if grounds else ""


def _quoted(item: Item) -> str:
    words = item.text.split()
    if not words:
        return ""
    cut = " ".join(words[:MOST_WORDS_QUOTED])
    more = "…" if len(words) > MOST_WORDS_QUOTED else ""
    return f"In its own words: {quoted(cut.rstrip('.,;: ') + more)}."
