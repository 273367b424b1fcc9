"""Accuracy: how high does a ranker place what people chose?

Let rank be the 1-based place of the held-out item among all that compete, ties counted against it.
Every question has one relevant item, so its rank says it all; recall and average precision are
written for several relevant items as well. Nothing beyond the first k places counts, except in AUC
and nearness.

Papers: Jarvelin & Kekalainen, "Cumulated Gain-Based Evaluation of IR Techniques", TOIS 2002 (NDCG,
gain 1); Voorhees, "The TREC-8 Question Answering Track", 1999 (reciprocal rank); Fawcett, "An
Introduction to ROC Analysis", 2006 (AUC).
Axes: question, place = the first k places of a list.
"""

import numpy as np
from jaxtyping import Bool, Float64, Int, Int64, Num


def ndcg_at_k(ranks: Int64[np.ndarray, "question"], k: int) -> Float64[np.ndarray, "question"]:
    """1 / log2(1 + rank) within the first k: 1 at rank 1, 0.63 at rank 2, 0 beyond k."""
    return np.where(ranks <= k, 1 / np.log2(1 + ranks), 0.0)


def hit_rate_at_k(ranks: Int64[np.ndarray, "question"], k: int) -> Float64[np.ndarray, "question"]:
    """1 if the item is within the first k, else 0."""
    return (ranks <= k).astype(np.float64)


def mrr_at_k(ranks: Int64[np.ndarray, "question"], k: int) -> Float64[np.ndarray, "question"]:
    """1 / rank within the first k, else 0."""
    return np.where(ranks <= k, 1 / ranks, 0.0)


def nearness(ranks: Int64[np.ndarray, "*question"]) -> Float64[np.ndarray, "*question"]:
    """Minus the natural log of the rank; a hundredth more is a place a hundredth better.

    NDCG is 0 for most questions and blind to what happens there; this sees all of them.
    """
    return -np.log(ranks)


def auc(
    ranks: Int64[np.ndarray, "question"], competitors: Int64[np.ndarray, "question"]
) -> Float64[np.ndarray, "question"]:
    """Share of the other competing items that stand below; NaN if there is no other.

    Args:
        ranks: place of the held-out item.
        competitors: how many items competed, the held-out one included.
    """
    others = competitors - 1
    above = ranks - 1
    return np.divide(others - above, others, out=np.full(len(ranks), np.nan), where=others > 0)


def hits_of(
    ranks: Int64[np.ndarray, "question"], k: int
) -> tuple[Bool[np.ndarray, "question place"], Int64[np.ndarray, "question"]]:
    """Which of the first k places hold a relevant item, and how many relevant items there are."""
    return ranks[:, None] == np.arange(1, k + 1), np.ones(len(ranks), dtype=np.int64)


def recall(
    hits: Bool[np.ndarray, "question place"], relevant: Int[np.ndarray, "question"]
) -> Float64[np.ndarray, "question"]:
    """Share of the relevant items within the list; NaN if nothing is relevant."""
    return _share(hits.sum(axis=1).astype(np.float64), relevant)


def ndcg(
    hits: Bool[np.ndarray, "question place"], relevant: Int[np.ndarray, "question"]
) -> Float64[np.ndarray, "question"]:
    """Discounted gain of the hits over that of the best possible list; NaN if nothing is relevant.

    With one relevant item it is `ndcg_at_k`.
    """
    discounts = 1 / np.log2(2 + np.arange(hits.shape[1]))
    best = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(relevant, hits.shape[1])]
    return _share((hits * discounts).sum(axis=1), best)


def average_precision(
    hits: Bool[np.ndarray, "question place"], relevant: Int[np.ndarray, "question"]
) -> Float64[np.ndarray, "question"]:
    """Precision at each place that holds a relevant item, summed, over the relevant items.

    The mean over questions is MAP. The divisor counts all relevant items, also those that do not
    fit into the list (the definition of TREC). NaN if nothing is relevant.
    """
    precision = hits.cumsum(axis=1) / np.arange(1, hits.shape[1] + 1)
    return _share((precision * hits).sum(axis=1), relevant)


def _share(
    found: Float64[np.ndarray, "question"], relevant: Num[np.ndarray, "question"]
) -> Float64[np.ndarray, "question"]:
    return np.divide(found, relevant, out=np.full(len(found), np.nan), where=relevant > 0)
