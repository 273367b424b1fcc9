"""May a rewritten text be shown? Only if it names nothing and counts nothing that was not given.

A small language model writes fluently and invents facts. So every number, every capitalised name
and everything between quotation marks has to be in the evidence; what speaks against an item must
be told as such; the strongest reason has to stay; most words have to be of the evidence; and no
other item of the catalogue may appear, in capitals or not. The check errs on the side of refusing:
a first word that could be a name counts as one. What it cannot see is a wrong verb, or a right
number beside the wrong name; that is why the text is labelled as generated all the same.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTED = re.compile(r"[“\"«「『]([^“”\"«»「」『』]+)[”\"»」』]")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][”\"'’]))\s+|(?<=[。！？])")
_NUMBER_WORDS = {
    **{word: str(value) for value, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
         "eighteen", "nineteen", "twenty"))},
    **{word: str(value) for value, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
         "tenth"), start=1)},
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
    "ninety": "90", "hundred": "100", "thousand": "1000", "million": "1000000", "dozen": "12",
    "half": "50", "quarter": "25", "twice": "2", "double": "2", "couple": "2", "once": "1",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words with which a sentence may begin though no evidence holds them; anything else is a name.
_OPENINGS = _words(
    """a about above according across additionally after again against all along also although among
    an and another any are around as at based be because been before being below besides between but
    by compared consequently currently despite due each earlier especially even every everybody
    everyone finally following for from furthermore generally given has have he hence her here his
    however if in indeed instead is it its just largely lastly later like likewise mainly many
    meanwhile more moreover most mostly much nevertheless next no nonetheless nor not nothing now of
    on only or other others otherwise our out over overall particularly partly people perhaps
    please primarily probably rather reasons relatively she similarly since so some someone still
    such that the their them then there therefore these they this those though through thus to
    together too under unlike until up very was we were what when where whereas which while who
    whose why with within without yes yet you your"""
)
_AGAINST = _words(
    """against although but despite down however less lower lowers minus negative negatively not
    nevertheless nonetheless reduce reduces reducing takes though unlike weaken weakens while
    yet"""
)
MOST_NEW_WORDS = 1 / 3  # of the telling words; a text with more speaks of something else
FEW_NEW_WORDS = 5  # that any text may have
MOST_SENTENCES = 4
MOST_LETTERS = 700


@dataclass(frozen=True)
class Check:
    """Whether a text may be shown, and if not why.

    Attributes:
        invented: names and numbers that the evidence does not hold, as they were written.
        reason: why it is refused, in plain words; empty if it may be shown.
    """

    invented: tuple[str, ...]
    reason: str

    @property
    def passed(self) -> bool:
        """Whether it may be shown."""
        return not self.reason


def check(
    text: str,
    evidence: Iterable[str],
    *,
    against: Iterable[str] = (),
    required: Iterable[str] = (),
    others: Collection[str] = (),
) -> Check:
    """Hold a text against its evidence.

    Args:
        text: what a language model wrote.
        evidence: the sentences and names that it was given.
        against: names of what speaks against the item; a sentence with one has to say so.
        required: what must not be left out, such as the share of the strongest reason.
        others: titles of the rest of the catalogue, of which none may be mentioned.
    """
    given = "\n".join(evidence)
    if not text.strip():
        return Check((), "It wrote nothing.")
    if len(text) > MOST_LETTERS or len(_sentences(text)) > MOST_SENTENCES:
        return Check((), "It wrote more than a few sentences.")
    invented = [*_numbers_not_in(text, given), *_names_not_in(text, given)]
    invented += _quotations_not_in(text, given)
    invented += _others_in(text, given, others)
    if invented:
        unique = tuple(dict.fromkeys(invented))
        return Check(unique, f"It mentions what the evidence does not hold: {', '.join(unique)}.")
    if _strays(text, given):
        return Check((), "It strays from the evidence: too many of its words are not in it.")
    missing = [word for word in required if f" {_plain(word)} " not in f" {_plain(text)} "]
    if missing:
        return Check((), f"It leaves out what counts most ({', '.join(missing)}).")
    turned = _turned_round(text, against)
    if turned:
        return Check((), f"It does not say that {turned} speaks against the item.")
    return Check((), "")


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(text.strip()) if part.strip()]


def _numbers_not_in(text: str, given: str) -> list[str]:
    known = _numbers(given)
    return [written for written, value in _numbers_written(text) if value not in known]


def _numbers(text: str) -> set[str]:
    return {value for _, value in _numbers_written(text)}


def _numbers_written(text: str) -> list[tuple[str, str]]:
    """Every number as it is written, and its value in digits."""
    found = [(match, match.replace(",", "").rstrip(".")) for match in _NUMBER.findall(text)]
    for word in _WORD.findall(text):
        for part in word.casefold().split("-"):
            if part in _NUMBER_WORDS:
                found.append((word, _NUMBER_WORDS[part]))
    return found


def _names_not_in(text: str, given: str) -> list[str]:
    """Runs of capitalised words that do not stand like this in the evidence."""
    known = _plain(given)
    known_words = set(known.split())
    invented = []
    for sentence in _sentences(text):
        for run, opens in _capitalised_runs(sentence):
            words = run
            if opens and words[0].casefold() in _OPENINGS:
                words = words[1:]  # an ordinary first word; a name may follow it
            elif opens and words[0].casefold() in known_words and len(words) == 1:
                continue
            if words and f" {_plain(' '.join(words))} " not in f" {known} ":
                invented.append(" ".join(words))
    return invented


def _capitalised_runs(sentence: str) -> list[tuple[list[str], bool]]:
    """Words with a capital letter that follow each other, and whether they open the sentence.

    A word with a letter that English has not counts as well: it can hide a name or a number.
    """
    runs: list[tuple[list[str], bool]] = []
    end: int | None = None
    for place, match in enumerate(_WORD.finditer(sentence)):
        word = match.group()
        if word == "I" or (word.isascii() and word.islower()):
            continue
        follows = end is not None and not sentence[end : match.start()].strip()
        if follows:
            runs[-1][0].append(word)
        else:
            runs.append(([word], place == 0))
        end = match.end()
    return runs


def _quotations_not_in(text: str, given: str) -> list[str]:
    known = f" {_plain(given)} "
    return [inner for inner in _QUOTED.findall(text) if f" {_plain(inner)} " not in known]


def _others_in(text: str, given: str, others: Collection[str]) -> list[str]:
    """Titles of two words or more, whatever their capitals, that the evidence does not hold."""
    written, known = f" {_plain(text)} ", f" {_plain(given)} "
    found = []
    for title in others:
        name = f" {_plain(title)} "
        telling = [word for word in name.split() if word not in _OPENINGS]
        if len(name.split()) > 1 and telling and name in written and name not in known:
            found.append(title)
    return found


def _strays(text: str, given: str) -> bool:
    """Whether too many telling words are not in the evidence, endings aside."""
    known = {_stem(word) for word in _plain(given).split()}
    telling = {word for word in _plain(text).split() if word not in _OPENINGS | _AGAINST}
    new = sum(_stem(word) not in known for word in telling)
    return new > max(FEW_NEW_WORDS, MOST_NEW_WORDS * len(telling))


def _stem(word: str) -> str:
    return word[:5]  # "speaks", "speaking"


def _turned_round(text: str, against: Iterable[str]) -> str:
    """A name of what speaks against the item, told as if it spoke for it; "" if there is none."""
    for name in against:
        for sentence in _sentences(text):
            words = _plain(sentence)
            if f" {_plain(name)} " in f" {words} " and not _AGAINST & set(words.split()):
                return name
    return ""


def _plain(text: str) -> str:
    """Letters and digits in small, one space between words."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
