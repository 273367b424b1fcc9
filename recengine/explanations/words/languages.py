"""The languages in which an explanation can be told; a new one is one class and one line here."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from recengine.errors import UnknownNameError
from recengine.explanations.words.chinese import Chinese
from recengine.explanations.words.english import English
from recengine.explanations.words.outline import Item, Outline


@runtime_checkable
class Language(Protocol):
    """Tells outlines and items; every sentence is whole and made from what it is given alone."""

    label: str  # the language's name in itself

    def explanation(self, told: Outline) -> tuple[str, ...]:
        """One to three sentences: its place, what speaks for it, what against."""

    def description(self, item: Item) -> tuple[str, ...]:
        """One to three sentences on an item, for somebody with these interests."""

    def keywords(self, words: tuple[str, ...]) -> str:
        """One sentence on the words of an interest."""

    def join(self, sentences: tuple[str, ...]) -> str:
        """Sentences as one text."""


LANGUAGES: Mapping[str, Language] = {"en": English(), "zh": Chinese()}


def language(name: str) -> Language:
    """A language by its code.

    Raises:
        UnknownNameError: it is not spoken here.
    """
    if name not in LANGUAGES:
        raise UnknownNameError("language", name, LANGUAGES)
    return LANGUAGES[name]
