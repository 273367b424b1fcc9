"""An explanation in words: outlined once, told in several languages, and what a rewriter may say.

Everything here is text in, text out; which evidence there is, is the engine's business.
"""

from recengine.explanations.words.answers import ANSWERS, ChineseAnswers
from recengine.explanations.words.audits import AUDITS
from recengine.explanations.words.checking import Check, check
from recengine.explanations.words.languages import LANGUAGES, language
from recengine.explanations.words.outline import Case, Fact, Item, Outline, outline

__all__ = [
    "ANSWERS",
    "AUDITS",
    "LANGUAGES",
    "Case",
    "Check",
    "ChineseAnswers",
    "Fact",
    "Item",
    "Outline",
    "check",
    "language",
    "outline",
]
