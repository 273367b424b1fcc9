"""Item kNN: each event speaks for the items that most often stand beside its own.

Paper: Deshpande & Karypis, "Item-Based Top-N Recommendation Algorithms", ACM TOIS 2004,
doi:10.1145/963770.963776; shrinkage as in Bell & Koren, ICDM 2007, doi:10.1109/ICDM.2007.90.
Differs: rows are not normalised; the history is weighted by exp(-age / decay_events), age in
events. The score is a sum over events by construction, so its explanation is exact.
Axes: batch = histories, length = events, near = neighbours kept, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.data.settings import Count, NotNegative, Positive, Settings
from recengine.models.base import FitData, WeightedRanker, never_padding
from recengine.models.interactions import choices

EVEN = 1e6  # a decay so slow that every event counts the same
ROWS_AT_ONCE = 1024  # items compared with all others at once


@dataclass(frozen=True, kw_only=True)
class ItemKNNConfig(Settings):
    """Hyper-parameters."""

    neighbours: Count = 50  # most similar items that an item speaks for
    shrinkage: NotNegative = 10.0  # added below the fraction: pairs seen rarely count less
    decay_events: Positive = 4.0  # events after which a weight has fallen to 37 %


class ItemKNN(WeightedRanker):
    """Cosine between the people of two items, the nearest neighbours of each item kept."""

    name: ClassVar[str] = "item-knn"
    label: ClassVar[str] = "Neighbours (kNN)"
    config_class: ClassVar[type] = ItemKNNConfig
    per_item: ClassVar[tuple[str, ...]] = ("neighbours", "similarities")
    grid: ClassVar[tuple[ItemKNNConfig, ...]] = tuple(
        ItemKNNConfig(neighbours=near, shrinkage=shrinkage, decay_events=decay)
        for near, shrinkage, decay in product(
            (20, 50, 200), (0.0, 20.0), (2.0, 4.0, 8.0, 20.0, EVEN)
        )
    )
    neighbours: Tensor
    similarities: Tensor

    def __init__(self, config: ItemKNNConfig, data: FitData) -> None:
        super().__init__(config, data)
        shape = (data.vocab, config.neighbours)
        self.register_buffer("neighbours", torch.zeros(shape, dtype=torch.long))
        self.register_buffer("similarities", torch.zeros(shape))

    @classmethod
    def fit(cls, data: FitData, config: ItemKNNConfig | None = None) -> "ItemKNN":
        """Compare every item with every other."""
        config = config or ItemKNNConfig()
        model = cls(config, data)
        near = min(config.neighbours, data.vocab)
        chosen = choices(data)
        by_item = chosen.T.tocsr()
        counts = np.asarray(chosen.sum(axis=0)).ravel()
        for start in range(0, data.vocab, ROWS_AT_ONCE):
            rows = np.arange(start, min(start + ROWS_AT_ONCE, data.vocab))
            together = (by_item[rows] @ chosen).toarray()
            norms = np.sqrt(np.outer(counts[rows], counts)) + config.shrinkage
            similar = np.divide(together, norms, out=np.zeros_like(together), where=together > 0)
            similar[np.arange(len(rows)), rows] = 0  # an item does not speak for itself
            nearest = torch.from_numpy(similar).topk(near, dim=1)
            model.neighbours[rows, :near] = nearest.indices
            model.similarities[rows, :near] = nearest.values
        return model

    def refit(self, data: FitData, config: ItemKNNConfig) -> "ItemKNN":
        """Compare again only if the neighbours differ."""
        ours = (self.config.neighbours, self.config.shrinkage)
        if (config.neighbours, config.shrinkage) != ours:
            return ItemKNN.fit(data, config)
        model = ItemKNN(config, data)
        model.neighbours, model.similarities = self.neighbours, self.similarities
        return model

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Sum over the history of recency times similarity."""
        voted, votes = self._votes(histories)
        scores = self.similarities.new_zeros(len(histories), len(self.similarities))
        return never_padding(scores.scatter_add_(1, voted.flatten(1), votes.flatten(1)))

    def event_parts(self, history: Histories) -> Float[Tensor, "length vocab"]:
        """What each event of one history adds to each item's score; rows sum to `score`."""
        voted, votes = self._votes(history)
        parts = self.similarities.new_zeros(history.items.shape[1], len(self.similarities))
        return parts.scatter_add_(1, voted[0], votes[0])

    def _votes(self, histories: Histories) -> tuple[Tensor, Float[Tensor, "batch length near"]]:
        """The items that each event speaks for, and how loudly."""
        recency = histories.recency(self.config.decay_events)
        voted = self.neighbours[histories.items]
        return voted, recency[..., None] * self.similarities[histories.items]
