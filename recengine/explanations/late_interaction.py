"""Which words of an item's text and of the history answered each other.

Every word of the item looks for the word of the history that is nearest to it. Words of any two
texts are somewhat alike, so only what is nearer than words of random texts counts.

Paper: Khattab & Zaharia, "ColBERT", SIGIR 2020, arXiv:2004.12832 (the nearest word of the other
text). Differs: the background that a pair has to exceed; words instead of their pieces.

Axes: word = of the item's text, other = of the history's texts, random = of random texts.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32

from recengine.encoders.words import TextWords

BACKGROUND = 0.99  # share of the random words that a word has to be nearer than


@dataclass(frozen=True)
class WordPair:
    """A word of the item, and the word of one text of the history that is nearest to it.

    Attributes:
        place: of the item's word.
        text, word: which text of the history, and which word of it.
        cosine: how near they are, -1..1.
    """

    place: int
    text: int
    word: int
    cosine: float


def answering_words(
    item: TextWords,
    history: list[TextWords],
    random: Float32[np.ndarray, "random dim"],
    common: Collection[str] = (),
) -> list[WordPair]:
    """For each word of the item and each text, the nearest word if it is near enough; best first.

    Args:
        item: the item's text.
        history: texts of the history.
        random: vectors of words of random texts.
        common: words, in lower case, that tell nothing as they stand everywhere.
    """
    if not item.words or not len(random):
        return []
    enough = np.quantile(item.vectors @ random.T, BACKGROUND, axis=1)
    enough[_among(item, common)] = np.inf
    pairs = []
    for text, other in enumerate(history):
        if not other.words:
            continue
        cosines = item.vectors @ other.vectors.T
        cosines[:, _among(other, common)] = -np.inf
        nearest = cosines.argmax(axis=1)
        best = cosines[np.arange(len(nearest)), nearest]
        pairs += [
            WordPair(int(place), text, int(nearest[place]), float(best[place]))
            for place in np.flatnonzero(best > enough)
        ]
    return sorted(pairs, key=lambda pair: -pair.cosine)


def _among(text: TextWords, common: Collection[str]) -> Bool[np.ndarray, " word"]:
    return np.array([word.lower() in common for word in text.words], dtype=bool)
