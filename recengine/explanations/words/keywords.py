"""Words of an interest: those of the items it points at, more than of the catalogue at large.

Each item's text is a bag of words weighted by how rare they are (tf-idf, rows of length 1). The
interest's bag is the weighted mean over the items that it points at; a word counts by how far that
mean lies above the catalogue's. A word that a single item brings is a title, not an interest, so a
keyword needs several items. Nothing is drawn by lot: the same interest has the same words.

Differs from plain tf-idf (Salton & Buckley 1988): the mean of the catalogue is taken off, and
items count by their weight.

Axes: item = catalogue, word = vocabulary.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from recengine.explanations.words.function_words import EMPTY_WORDS

FEWEST_ITEMS = 2  # that must bring a word
MOST_LETTERS = 4_000  # of one item's text that are read: a text of any length costs the same
_LATIN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")  # "sci-fi" is one word
_NUMERAL = re.compile(r"[ivxlc]+")  # of a sequel
_SHORTEST = 3  # letters
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")  # written without spaces: read in pairs of signs
_TOKEN = re.compile(r"[\u4e00-\u9fff]{2,}|[^\W\d_]+(?:[-'’][^\W\d_]+)*|\S")
_END = "."  # stands between words that do not follow each other


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, without those that say nothing."""
    text = text[:MOST_LETTERS].casefold()
    pairs = [pair for run in _HAN.findall(text) for pair in _pairs(run)]
    return [word for word in _LATIN.findall(_HAN.sub(" ", text)) if is_telling(word)] + pairs


def tokens_of(text: str) -> list[str]:
    """All words of a text in small letters and their order, with the marks that part them."""
    tokens = []
    for token in _TOKEN.findall(text[:MOST_LETTERS].casefold()):
        han = _HAN.fullmatch(token)
        tokens += [each for pair in _pairs(token) for each in (pair, _END)] if han else [token]
    return tokens


def is_telling(word: str) -> bool:
    """Whether a word in small letters may say what something is about."""
    if _HAN.fullmatch(word):
        return True
    long = len(word) >= _SHORTEST and word[0].isalpha() and not _NUMERAL.fullmatch(word)
    return long and re.split("['’]", word)[0] not in EMPTY_WORDS


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


@dataclass(frozen=True)
class WordIndex:
    """The words of a whole catalogue, weighted once.

    Attributes:
        names: the vocabulary.
        weights: one row per item.
        usual: the catalogue's mean.
    """

    names: np.ndarray
    weights: csr_matrix
    usual: Float[np.ndarray, "word"]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "WordIndex":
        """Read a catalogue; words of a single item are left out."""
        reader = TfidfVectorizer(analyzer=words_of, min_df=FEWEST_ITEMS, dtype=np.float64)
        try:
            weights = reader.fit_transform(texts)
        except ValueError:  # how scikit-learn says that no word is left
            empty = csr_matrix((len(texts), 0), dtype=np.float64)
            return cls(np.array([], dtype=object), empty, np.zeros(0))
        usual = np.asarray(weights.mean(axis=0)).ravel()
        return cls(reader.get_feature_names_out(), csr_matrix(weights), usual)

    def keywords(
        self, items: Sequence[int], shares: Float[np.ndarray, "items"], k: int
    ) -> pd.DataFrame:
        """The words that items have more often than the catalogue.

        Args:
            items: rows of the catalogue that the interest points at.
            shares: how much each of them counts; any scale.
            k: how many words at most.

        Returns:
            word, weight (strongest 1), items (how many of them hold it), rows (which, those that
            bring most of it first); strongest first, fewer than k if not enough stand out.
        """
        columns = ["word", "weight", "items", "rows"]
        chosen = self.weights[list(items)]
        whole = float(np.sum(shares))
        if not len(self.names) or not len(items) or whole <= 0:
            return pd.DataFrame(columns=columns)
        brought = chosen.multiply((shares / whole)[:, None]).tocsc()
        above = np.asarray(brought.sum(axis=0)).ravel() - self.usual
        holders = np.asarray((chosen > 0).sum(axis=0)).ravel()
        above[(holders < FEWEST_ITEMS) | (above <= 0)] = 0.0
        order = np.lexsort((self.names.astype(str), -above))[:k]
        order = order[above[order] > 0]
        rows = []
        for word in order:
            column = brought[:, [word]].tocoo()
            by_weight = column.row[np.argsort(-column.data, kind="stable")]
            rows.append([int(items[place]) for place in by_weight])
        return pd.DataFrame(
            {
                "word": self.names[order],
                "weight": above[order] / (above[order].max() if len(order) else 1.0),
                "items": holders[order].astype(int),
                "rows": rows,
            }
        )

    def of_item(self, row: int) -> list[str]:
        """The words of one item, rarest first."""
        found = self.weights[[row]].tocoo()
        names = self.names[found.col].astype(str)
        return [str(word) for word in names[np.lexsort((names, -found.data))]]
