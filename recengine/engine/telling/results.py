"""What the engine answers in words: sentences, keywords, and what a language model made of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from recengine.explanations.words import LANGUAGES, language

SPOKEN: Mapping[str, str] = {code: each.label for code, each in LANGUAGES.items()}  # names by code
GENERATED = "generated, checked"  # what stands beside every text that a model wrote


@dataclass(frozen=True)
class Told:
    """Something said in one to three sentences, every word of it from a template and the data.

    Attributes:
        item_id: what it is about.
        language: its code ("en", "zh").
        text: the sentences as one text.
        sentences: the same, one by one.
        against: names in it of what speaks against the item.
        required: what a rewording must keep: the share of the strongest reason.
    """

    item_id: str
    language: str
    text: str
    sentences: tuple[str, ...]
    against: tuple[str, ...] = ()
    required: tuple[str, ...] = ()

    def split(self, letters: int) -> tuple[str, str]:
        """As many sentences as so many letters hold, the first one always; and the rest."""
        join, (first, *rest) = language(self.language).join, self.sentences
        while rest and len(first) + len(rest[0]) <= letters:
            first = join((first, rest.pop(0)))
        return first, join(tuple(rest))


@dataclass(frozen=True)
class Rewritten:
    """What a language model made of a text.

    Attributes:
        text: what may be shown, beside `GENERATED`; empty if it did not pass the check.
        refused: what it wrote when it did not pass; never to be shown as an answer.
        reason: why it did not pass, in plain words; empty if it did.
        invented: names and numbers in it that nobody gave it.
        model: who wrote it.
        seconds: how long it took, loading left out.
    """

    text: str
    refused: str
    reason: str
    invented: tuple[str, ...]
    model: str
    seconds: float


@dataclass(frozen=True)
class Keywords:
    """The words of one person's interest at one time.

    Attributes:
        user_id: whose.
        step: after how many of their events.
        table: strongest first: word, weight (strongest 1), items (of those near the interest, how
            many hold it), examples (titles of up to three of them).
        sentence: the answer in one sentence.
    """

    user_id: str
    step: int
    table: pd.DataFrame
    sentence: str


@dataclass(frozen=True)
class WriterReport:
    """How often what a language model writes may be shown.

    Attributes:
        table: one row per text: user_id, item_id, kind ("explanation" or "description"), passed,
            reason, invented (names and numbers, "" if none), seconds, given, written.
        asked, passed: how many texts.
        share, low, high: of those that passed, with its 95 % interval (Wilson).
        model: who wrote.
        made_with: the command that gives these figures.
        sentence: the answer in one sentence.
    """

    table: pd.DataFrame
    asked: int
    passed: int
    share: float
    low: float
    high: float
    model: str
    made_with: str
    sentence: str
