"""What telling an outline has in common in every language; a language is its words and grammar."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from recengine.explanations.words.outline import Fact, Item, Outline, quoted

LONG_HISTORY = 3  # events beyond which their number is worth a word
LEAST_LIKING = 0.01  # share of a category in the interest, below it a taste is not worth a word


class Language(ABC):
    """Tells outlines and items; every sentence is whole and made from what it is given alone.

    Attributes:
        label: the language's name in itself.
        space: what stands between two sentences.
        facts: how a fact is named, by kind: of its {name} or of its {feature} and value.
        tastes, habits, choices: grounds of a liking: {category} and {percent}, {words}, {titles}.
        nothing_for: the sentence where no reason speaks for an item.
    """

    label: ClassVar[str]
    space: ClassVar[str]
    facts: ClassVar[Mapping[str, str]]
    tastes: ClassVar[str]
    habits: ClassVar[str]
    choices: ClassVar[str]
    nothing_for: ClassVar[str]

    def explanation(self, told: Outline) -> tuple[str, ...]:
        """One to three sentences: its place, what speaks for it, what against."""
        sentences = (self.place(told), self._reasons(told), self._against(told))
        return tuple(filter(None, sentences))

    def description(self, item: Item) -> tuple[str, ...]:
        """One to three sentences on an item, for somebody with these interests."""
        year = item.year if str(item.year) not in item.title else 0
        grounds = self._grounds(item)
        sentences = (
            self.introduced(item, year),
            self.meets(grounds) if grounds else "",
            self.excerpt(" ".join(item.text.split())) if item.text.strip() else "",
        )
        return tuple(filter(None, sentences))

    def join(self, sentences: tuple[str, ...]) -> str:
        """Sentences as one text."""
        return self.space.join(sentences)

    @abstractmethod
    def keywords(self, words: tuple[str, ...]) -> str:
        """One sentence on the words of an interest."""

    @abstractmethod
    def keywords_around(self, step: int, before: tuple[str, ...], after: tuple[str, ...]) -> str:
        """One sentence on the words of the events up to the step-th, and of those that followed."""

    @abstractmethod
    def listed(self, names: Sequence[str]) -> str:
        """Names as one phrase."""

    @abstractmethod
    def place(self, told: Outline) -> str:
        """Where the item stands."""

    @abstractmethod
    def reason(self, name: str, percent: int, events: int) -> str:
        """The only reason, with its share; out of so many events, 0 if that is not told."""

    @abstractmethod
    def reasons(self, names: Sequence[str], percents: Sequence[int], events: int) -> str:
        """Several reasons, the strongest first; out of so many events, 0 if that is not told."""

    @abstractmethod
    def against(self, name: str, percent: int) -> str:
        """What speaks against the item, and how much it takes back; 0 if that is not told."""

    @abstractmethod
    def feature(self, fact: Fact) -> str:
        """A feature and its value."""

    @abstractmethod
    def introduced(self, item: Item, year: int) -> str:
        """What an item is; the year is 0 if it is not known or told by the title."""

    @abstractmethod
    def meets(self, grounds: Sequence[str]) -> str:
        """Why somebody may like an item."""

    @abstractmethod
    def excerpt(self, text: str) -> str:
        """The beginning of an item's own description."""

    def _reasons(self, told: Outline) -> str:
        if not told.reasons:
            return self.nothing_for
        names = [self.named(reason.fact) for reason in told.reasons]
        percents = [reason.percent for reason in told.reasons]
        by_event = any(reason.fact.kind == "event" for reason in told.reasons)
        events = told.events if by_event and told.events > LONG_HISTORY else 0
        if len(names) == 1:
            return self.reason(names[0], percents[0], events)
        return self.reasons(names, percents, events)

    def _against(self, told: Outline) -> str:
        if told.against is None:
            return ""
        return self.against(self.named(told.against.fact), told.against.percent)

    def named(self, fact: Fact) -> str:
        """How one piece of evidence is called in the middle of a sentence."""
        if fact.kind not in self.facts:
            return fact.name
        return self.facts[fact.kind].format(name=quoted(fact.name), feature=self.feature(fact))

    def _grounds(self, item: Item) -> list[str]:
        grounds = []
        if item.categories and item.interest and item.interest[0] >= LEAST_LIKING:
            percent = round(100 * item.interest[0])
            grounds.append(self.tastes.format(category=item.categories[0], percent=percent))
        if item.words:
            words = self.listed([quoted(word) for word in item.words])
            grounds.append(self.habits.format(words=words))
        if item.because_of:
            titles = self.listed([quoted(title) for title in item.because_of])
            grounds.append(self.choices.format(titles=titles))
        return grounds
