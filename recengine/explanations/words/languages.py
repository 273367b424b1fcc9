"""The languages in which an explanation can be told; a new one is one class and one line here."""

from collections.abc import Mapping

from recengine.errors import UnknownNameError
from recengine.explanations.words.chinese import Chinese
from recengine.explanations.words.english import English
from recengine.explanations.words.telling import Language

LANGUAGES: Mapping[str, Language] = {"en": English(), "zh": Chinese()}


def language(name: str) -> Language:
    """A language by its code.

    Raises:
        UnknownNameError: it is not spoken here.
    """
    if name not in LANGUAGES:
        raise UnknownNameError("language", name, LANGUAGES)
    return LANGUAGES[name]
