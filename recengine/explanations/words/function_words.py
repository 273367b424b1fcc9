"""English words that hold a sentence together and say nothing of an item: "the", "and", "does".

Differs from the list of scikit-learn, which also holds nouns and verbs ("fire", "bill", "system")
that may well say what an item is, and lacks some auxiliary verbs.
"""

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WITH_MEANING = _words(
    """amount bill bottom call cry describe detail empty fill find fire found front full interest
    mill move name part serious show side sincere system thick thin top"""
)
_MISSING = _words(
    """ain aren couldn did didn does doesn doing don hadn hasn haven having isn just let ll mustn
    needn ought shall shan shouldn til till unless unlike ve wasn weren won wouldn"""
)
FUNCTION_WORDS = (ENGLISH_STOP_WORDS - _WITH_MEANING) | _MISSING
EMPTY_WORDS = ENGLISH_STOP_WORDS | FUNCTION_WORDS  # and those too general for a keyword
