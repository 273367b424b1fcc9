"""Ranking metrics from ranks. Each question has one relevant item, so a rank says it all.

Let rank be the 1-based place of the held-out item among the candidates, ties counted against it.
A rank above k scores 0. Axes: question.
"""

import numpy as np
from jaxtyping import Float64, Int64


def ndcg_at_k(ranks: Int64[np.ndarray, "question"], k: int) -> Float64[np.ndarray, "question"]:
    """1 / log2(1 + rank) within the first k: 1 at rank 1, 0.63 at rank 2, 0 beyond k."""
    return np.where(ranks <= k, 1 / np.log2(1 + ranks), 0.0)


def hit_rate_at_k(ranks: Int64[np.ndarray, "question"], k: int) -> Float64[np.ndarray, "question"]:
    """1 if the item is within the first k, else 0."""
    return (ranks <= k).astype(np.float64)


def mrr_at_k(ranks: Int64[np.ndarray, "question"], k: int) -> Float64[np.ndarray, "question"]:
    """1 / rank within the first k, else 0."""
    return np.where(ranks <= k, 1 / ranks, 0.0)


METRICS = {"ndcg": ndcg_at_k, "hr": hit_rate_at_k, "mrr": mrr_at_k}
