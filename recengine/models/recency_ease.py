"""Recency-EASE: items that go together with the history, the last events counting most.

Paper: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, arXiv:1905.03375.
Differs: at inference the history is weighted by exp(-age / decay_events), age in events. The
score is a sum over events by construction, so its explanation is exact.
Axes: batch = histories, length = events, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from recengine.data.histories import Histories
from recengine.data.settings import Positive, Settings
from recengine.models.base import FitData, TunableRanker, never_padding
from recengine.models.interactions import choices


@dataclass(frozen=True, kw_only=True)
class RecencyEaseConfig(Settings):
    """Hyper-parameters."""

    l2: Positive = 500.0  # ridge on the item-item weights
    decay_events: Positive = 8.0  # events after which a weight has fallen to 37 %


class RecencyEase(TunableRanker):
    """Closed form: one matrix inverse, seconds for a few thousand items."""

    name: ClassVar[str] = "recency-ease"
    label: ClassVar[str] = "Goes together (EASE)"
    config_class: ClassVar[type] = RecencyEaseConfig
    grid: ClassVar[tuple[RecencyEaseConfig, ...]] = tuple(
        RecencyEaseConfig(l2=l2, decay_events=decay)
        for l2, decay in product((100.0, 300.0, 500.0, 1000.0), (3.0, 5.0, 8.0, 12.0, 20.0))
    )

    def __init__(self, weights: Float[Tensor, "vocab vocab"], config: RecencyEaseConfig) -> None:
        self.weights = weights  # [i, j]: how much having i speaks for j
        self.config = config

    @classmethod
    def fit(cls, data: FitData, config: RecencyEaseConfig | None = None) -> "RecencyEase":
        """Solve for the item-item weights of the training events."""
        config = config or RecencyEaseConfig()
        return cls(solve_ease(data, config.l2), config)

    def refit(self, data: FitData, config: RecencyEaseConfig) -> "RecencyEase":
        """Solve again only if the ridge differs."""
        if config.l2 == self.config.l2:
            return RecencyEase(self.weights, config)
        return RecencyEase.fit(data, config)

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Sum over the history of recency times item-item weight."""
        recency = histories.recency(self.config.decay_events)
        return never_padding(summed_rows(self.weights, histories, recency))

    def event_parts(self, history: Histories) -> Float[Tensor, "length vocab"]:
        """What each event of one history adds to each item's score; rows sum to `score`."""
        recency = history.recency(self.config.decay_events)
        return recency[0][:, None] * self.weights[history.items[0]]


def summed_rows(
    weights: Float[Tensor, "vocab vocab"],
    histories: Histories,
    shares: Float[Tensor, "batch length"],
) -> Float[Tensor, "batch vocab"]:
    """Weighted sum of the rows of each history's items: far fewer than a product with all rows."""
    return F.embedding_bag(histories.items, weights, per_sample_weights=shares, mode="sum")


def solve_ease(data: FitData, l2: float) -> Float[Tensor, "vocab vocab"]:
    """Item-item weights B = I - P / diag(P) with P = (X'X + l2 I)^-1; the diagonal is 0."""
    known = np.unique(data.train.items)
    chosen = choices(data)[:, known]
    gram = torch.from_numpy((chosen.T @ chosen).toarray())
    gram.diagonal().add_(l2)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(gram))
    solved = inverse / -inverse.diagonal()
    solved.fill_diagonal_(0)
    weights = torch.zeros(data.vocab, data.vocab)
    index = torch.from_numpy(known.astype(np.int64))
    weights[index[:, None], index] = solved
    return weights
