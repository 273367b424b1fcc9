"""Beyond accuracy: what kind of lists does a ranker make?

Papers: Vargas & Castells, "Rank and Relevance in Novelty and Diversity Metrics", RecSys 2011
(novelty, intra-list diversity); Abdollahpouri et al., "The Unfairness of Popularity Bias in
Recommendation", 2019, arXiv:1907.13286; Ge et al., "Beyond Accuracy", RecSys 2010 (coverage,
serendipity against a primitive recommender); Gini index as in Shani & Gunawardana, 2011.
Axes: question, place (0 where fewer items compete than places), vocab = 1 + num_items.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Float64, Int, Int32

CHUNK = 2000  # questions whose lists are compared item by item at once


def catalogue_coverage(
    lists: Int32[np.ndarray, "question place"], candidates: Bool[np.ndarray, "vocab"]
) -> float:
    """Share of the candidates that stand in at least one list."""
    return float(candidates[np.unique(lists[lists > 0])].sum() / candidates.sum())


def exposure_gini(
    lists: Int32[np.ndarray, "question place"], candidates: Bool[np.ndarray, "vocab"]
) -> float:
    """How unevenly the places fall on the candidates: 0 all alike, near 1 all on one item."""
    exposure = np.bincount(lists[lists > 0], minlength=len(candidates))[candidates]
    ordered = np.sort(exposure)
    count = len(ordered)
    weights = 2 * np.arange(1, count + 1) - count - 1
    return float((weights * ordered).sum() / (count * ordered.sum()))


def self_information(counts: Float[np.ndarray, "vocab"]) -> Float64[np.ndarray, "vocab"]:
    """-log2 of each item's share of the training events, in bits: rare items tell more.

    One event is added to every item, so that those never chosen have an end as well.
    """
    smoothed = counts.astype(np.float64) + 1
    return -np.log2(smoothed / smoothed[1:].sum())


def popularity_percentiles(
    counts: Float[np.ndarray, "vocab"], candidates: Bool[np.ndarray, "vocab"]
) -> Float64[np.ndarray, "vocab"]:
    """Share of the candidates with fewer training events than each item, equal ones counted half.

    Items drawn by lot have 0.5 on average.
    """
    ordered = np.sort(counts[candidates])
    below = np.searchsorted(ordered, counts, side="left")
    not_above = np.searchsorted(ordered, counts, side="right")
    return (below + not_above) / (2 * len(ordered))


def mean_over_places(
    lists: Int32[np.ndarray, "question place"], of_item: Float[np.ndarray, "vocab"]
) -> Float64[np.ndarray, "question"]:
    """Mean of a property of the items in each list; NaN for an empty list."""
    filled = lists > 0
    total = np.where(filled, of_item[lists], 0.0).sum(axis=1, dtype=np.float64)
    places = filled.sum(axis=1)
    return np.divide(total, places, out=np.full(len(lists), np.nan), where=places > 0)


def text_diversity(
    lists: Int32[np.ndarray, "question place"], directions: Float[np.ndarray, "vocab text"]
) -> Float64[np.ndarray, "question"]:
    """Mean of 1 - cosine over the pairs of each list; NaN for lists of fewer than two items.

    Args:
        lists: what was recommended.
        directions: text vectors of length 1; an item without text has zeros and is unlike all.
    """

    def distances(rows: Int[np.ndarray, "chunk place"]) -> Float[np.ndarray, "chunk place place"]:
        vectors = directions[rows]
        return 1 - vectors @ vectors.transpose(0, 2, 1)

    return _mean_over_pairs(lists, distances)


def category_diversity(
    lists: Int32[np.ndarray, "question place"], members: Bool[np.ndarray, "vocab category"]
) -> Float64[np.ndarray, "question"]:
    """Mean Jaccard distance between the categories over the pairs of each list.

    0 if all items have the same categories, 1 if no two share one; two items without any category
    count as alike. NaN for lists of fewer than two items.
    """
    sets = members.astype(np.float32)

    def distances(rows: Int[np.ndarray, "chunk place"]) -> Float[np.ndarray, "chunk place place"]:
        chosen = sets[rows]
        shared = chosen @ chosen.transpose(0, 2, 1)
        sizes = chosen.sum(axis=2)
        united = sizes[:, :, None] + sizes[:, None, :] - shared
        return np.where(united > 0, 1 - shared / np.maximum(united, 1), 0.0)

    return _mean_over_pairs(lists, distances)


def serendipity(
    hits: Bool[np.ndarray, "question"], expected: Bool[np.ndarray, "question"]
) -> Float64[np.ndarray, "question"]:
    """1 where the list held the choice and a list of the most popular items did not."""
    return (hits & ~expected).astype(np.float64)


def _mean_over_pairs(
    lists: np.ndarray, distances: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    means = np.full(len(lists), np.nan)
    above = np.triu(np.ones((lists.shape[1],) * 2, dtype=bool), k=1)
    for first in range(0, len(lists), CHUNK):
        rows = lists[first : first + CHUNK]
        filled = rows > 0
        pairs = filled[:, :, None] & filled[:, None, :] & above
        count = pairs.sum(axis=(1, 2))
        total = np.where(pairs, distances(rows), 0.0).sum(axis=(1, 2), dtype=np.float64)
        part = means[first : first + CHUNK]
        np.divide(total, count, out=part, where=count > 0)
    return means
