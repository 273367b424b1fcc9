"""Keywords as a sentence encoder sees them: words and pairs of words near an interest.

Candidates are those that the texts of chosen items hold more often than the catalogue does, so that
what is common everywhere cannot win. An encoder puts them into one space with the interest; the
nearest comes first, and every further one has to be near the interest and unlike those before it.
Where no encoder is at hand, how far candidates stand out takes the place of nearness.

Papers: Grootendorst, "KeyBERT: Minimal keyword extraction with BERT", 2020,
doi:10.5281/zenodo.4461265; Carbonell & Goldstein, "The use of MMR, diversity-based reranking for
reordering documents and producing summaries", SIGIR 1998, doi:10.1145/290941.291025. Differs: one
text is many, each with a weight, and candidates are chosen against a catalogue.

Axes: item = catalogue, phrase = vocabulary, chosen = items that an interest is made of,
candidate = phrases that compete, dim = width of the encoder.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from recengine.explanations.words.keywords import FEWEST_ITEMS, is_telling, tokens_of

MOST_WORDS = 2  # of a phrase
MOST_CANDIDATES = 30  # that stand out most; beyond them everything is a chance find
DIVERSITY = 0.3  # what unlikeness counts; nearness counts the rest


@dataclass(frozen=True)
class PhraseIndex:
    """The words and phrases of a whole catalogue, read once.

    Attributes:
        names: the vocabulary, in small letters.
        holds: one row per item, 1 where its text holds the phrase.
        usual: part of the catalogue's items that hold each.
    """

    names: np.ndarray
    holds: csr_matrix
    usual: Float[np.ndarray, " phrase"]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "PhraseIndex":
        """Read a catalogue; phrases of a single item are left out."""
        reader = CountVectorizer(
            tokenizer=tokens_of,
            token_pattern=None,
            lowercase=False,
            ngram_range=(1, MOST_WORDS),
            min_df=FEWEST_ITEMS,
            binary=True,
        )
        try:
            holds = reader.fit_transform(texts)
            names = reader.get_feature_names_out()
        except ValueError:  # how scikit-learn says that no word is left
            holds, names = csr_matrix((len(texts), 0)), np.array([], dtype=object)
        kept = [place for place, name in enumerate(names) if all(map(is_telling, name.split(" ")))]
        holds = csr_matrix(holds[:, kept], dtype=np.float64)
        return cls(names[kept], holds, np.asarray(holds.sum(axis=0)).ravel() / max(1, len(texts)))

    def standing_out(
        self,
        items: Int[np.ndarray, " chosen"],
        weights: Float[np.ndarray, " chosen"],
        most: int = MOST_CANDIDATES,
    ) -> pd.DataFrame:
        """What the texts of items hold more often than those of the catalogue.

        Args:
            items: rows of the catalogue; one that was chosen twice counts twice.
            weights: how much each counts; any scale.
            most: how many phrases at most.

        Returns:
            word, strength (its part of the Kullback-Leibler divergence of the items from the
            catalogue, in nats), items (how many different ones hold it), rows (which, heaviest
            first); strongest first, only those of several items.
        """
        if not len(items) or not len(self.names):
            return pd.DataFrame(columns=["word", "strength", "items", "rows"])
        rows, places = np.unique(items, return_inverse=True)
        parts = np.bincount(places, weights=weights) / weights.sum()
        chosen = self.holds[rows]
        share, held = chosen.T @ parts, np.asarray(chosen.sum(axis=0)).ravel()
        strength = share * np.log(np.maximum(share, 1e-12) / self.usual)
        strength[held < FEWEST_ITEMS] = 0.0
        order = np.lexsort((self.names.astype(str), -strength))[:most]
        order = order[strength[order] > 0]
        heaviest = np.argsort(-parts, kind="stable")
        holders = chosen[heaviest][:, order].toarray() > 0
        return pd.DataFrame(
            {
                "word": self.names[order],
                "strength": strength[order],
                "items": held[order].astype(int),
                "rows": [rows[heaviest[column]].tolist() for column in holders.T],
            }
        )


def nearest_phrases(
    candidates: pd.DataFrame,
    vectors: Float[np.ndarray, "candidate dim"],
    interest: Float[np.ndarray, " dim"],
    k: int,
) -> pd.DataFrame:
    """The k phrases that lie near an interest and say different things; weight is the cosine.

    Args:
        candidates: as `standing_out` gives them.
        vectors: what an encoder made of their words.
        interest: in the same space.
        k: how many at most.
    """
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    near = unit @ (interest / max(float(np.linalg.norm(interest)), 1e-12))
    chosen = marginal_relevance(near, unit @ unit.T, k)
    return candidates.assign(weight=near.astype(float)).iloc[chosen].reset_index(drop=True)


def counted_phrases(candidates: pd.DataFrame, k: int) -> pd.DataFrame:
    """The k phrases that stand out most and share few words; weight is 1 for the strongest."""
    if candidates.empty:
        return candidates.assign(weight=[])
    weight = (candidates["strength"] / candidates["strength"].max()).to_numpy(dtype=float)
    words = [set(name.split(" ")) for name in candidates["word"]]
    alike = [[len(one & other) / min(len(one), len(other)) for other in words] for one in words]
    chosen = marginal_relevance(weight, np.array(alike), k)
    return candidates.assign(weight=weight).iloc[chosen].reset_index(drop=True)


def marginal_relevance(
    relevance: Float[np.ndarray, " candidate"],
    alike: Float[np.ndarray, "candidate candidate"],
    k: int,
    diversity: float = DIVERSITY,
) -> list[int]:
    """Up to k candidates, each as relevant as can be and unlike those before it.

    Args:
        relevance: higher is better.
        alike: how alike two candidates are, on the scale of `relevance`.
        k: how many at most.
        diversity: 0 looks at relevance alone, 1 at unlikeness alone.
    """
    chosen: list[int] = []
    worth = relevance.astype(float)
    while len(chosen) < min(k, len(relevance)):
        worth[chosen] = -np.inf
        chosen.append(int(worth.argmax()))
        worth = (1 - diversity) * relevance - diversity * alike[:, chosen].max(axis=1)
    return chosen
