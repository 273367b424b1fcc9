"""What is known about the items and the questions themselves, whoever answers them.

Computed once per split and shared by all rankers.
Axes: vocab = 1 + num_items, question, category.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Float64
from scipy.sparse import csr_matrix

from recengine.data.splits import Questions, Split
from recengine.evaluation.beyond import popularity_percentiles, self_information
from recengine.models.base import FitData

CHUNK = 2000  # questions whose histories are gathered at once
LIST_LENGTH = 10  # of the list of the most popular items


@dataclass(frozen=True)
class Background:
    """Popularity, texts and categories of the items; tastes behind the questions.

    Attributes:
        candidates: items that compete.
        information: bits that each item's choice tells.
        percentiles: place of each item in the order of popularity, 0..1.
        directions: text vectors of length 1, zeros without text; None if there is no text.
        members: categories of each item.
        category_shares: how each item splits among its categories.
        tastes: category shares of each question's history; rows sum to 1, or 0 without any.
        expected: whether a list of the most popular unseen items would have held the target.
    """

    candidates: Bool[np.ndarray, "vocab"]
    information: Float64[np.ndarray, "vocab"]
    percentiles: Float64[np.ndarray, "vocab"]
    directions: Float32[np.ndarray, "vocab text"] | None
    members: Bool[np.ndarray, "vocab category"]
    category_shares: Float32[np.ndarray, "vocab category"]
    tastes: Float32[np.ndarray, "question category"]
    expected: Bool[np.ndarray, "question"]


def background_of(data: FitData, split: Split) -> Background:
    """The background of a split's test questions."""
    counts = data.item_counts.numpy()
    shares = np.pad(data.dataset.category_shares, ((1, 0), (0, 0)))
    return Background(
        candidates=split.candidates,
        information=self_information(counts),
        percentiles=popularity_percentiles(counts, split.candidates),
        directions=None if data.text is None else _directions(data.text),
        members=shares > 0,
        category_shares=shares,
        tastes=_tastes(split, shares),
        expected=_in_popular_list(split, counts),
    )


def normalised(shares: np.ndarray) -> np.ndarray:
    """Rows scaled to sum to 1; rows of zeros stay."""
    total = shares.sum(axis=-1, keepdims=True)
    return np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)


def _directions(text: np.ndarray) -> np.ndarray:
    padded = np.pad(text.astype(np.float32), ((1, 0), (0, 0)))
    lengths = np.linalg.norm(padded, axis=1, keepdims=True)
    return np.divide(padded, lengths, out=np.zeros_like(padded), where=lengths > 0)


def _tastes(split: Split, shares: np.ndarray) -> np.ndarray:
    questions, items = split.test, split.log.items
    tastes = np.zeros((len(questions), shares.shape[1]), dtype=np.float32)
    for first in range(0, len(questions), CHUNK):
        part = questions.take(np.arange(first, min(first + CHUNK, len(questions))))
        columns = _history_items(part, items)
        bounds = np.concatenate([[0], np.cumsum(part.stops - part.starts)])
        ones = np.ones(len(columns), dtype=np.float32)
        histories = csr_matrix((ones, columns, bounds), shape=(len(part), len(shares)))
        tastes[first : first + len(part)] = histories @ shares
    return normalised(tastes)


def _history_items(questions: Questions, items: np.ndarray) -> np.ndarray:
    spans = zip(questions.starts, questions.stops, strict=True)
    return np.concatenate([items[start:stop] for start, stop in spans])


def _in_popular_list(split: Split, counts: np.ndarray) -> np.ndarray:
    """Whether each target is among the most popular items that its history does not hold."""
    known = np.flatnonzero(split.candidates)
    place = np.full(len(counts), len(counts), dtype=np.int64)
    place[known[np.argsort(-counts[known], kind="stable")]] = np.arange(len(known))
    questions = split.test
    own = place[questions.targets]
    spans = zip(questions.starts, questions.stops, own, strict=True)
    seen_before = [
        int((np.unique(place[split.log.items[start:stop]]) < mine).sum())
        for start, stop, mine in spans
    ]
    return own - np.array(seen_before, dtype=np.int64) < LIST_LENGTH
