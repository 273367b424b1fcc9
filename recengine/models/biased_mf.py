"""Biased matrix factorisation: how somebody will rate an item.

Paper: Koren, Bell & Volinsky, "Matrix Factorization Techniques for Recommender Systems", IEEE
Computer 2009, doi:10.1109/MC.2009.263 (equations 4 and 5).
Differs: learnt by Adam from all ratings of some people at a time, the first rating of each crop
left out; ratings are standardised inside. Whoever has no training rating gets the items' means,
whatever the history says.
As a ranker it orders by predicted rating. That ranks poorly by nature: what people would like
best is not what they choose next, and hardly anybody rates what nobody knows.
Axes: batch, length, dim, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from recengine.data.batches import TrainingBatch
from recengine.data.histories import Histories
from recengine.data.settings import Count, NotNegative, Settings
from recengine.errors import ConfigError
from recengine.models.base import FitData, TrainedRanker, never_padding


@dataclass(frozen=True, kw_only=True)
class BiasedMFConfig(Settings):
    """Hyper-parameters."""

    embedding_dim: Count = 32
    l2: NotNegative = 0.1  # on the offsets and factors behind each rating
    max_length: Count = 1000  # ratings of one person learnt from at once


class BiasedMF(TrainedRanker):
    """Mean + offset of the person + offset of the item + product of their factors."""

    name: ClassVar[str] = "biased-mf"
    needs_ratings: ClassVar[bool] = True
    label: ClassVar[str] = "Biased matrix factorisation"
    config_class: ClassVar[type] = BiasedMFConfig
    judged_by: ClassVar[str] = "rmse"
    per_item: ClassVar[tuple[str, ...]] = ("items", "item_offsets")
    per_user: ClassVar[tuple[str, ...]] = ("users", "user_offsets")
    scale: Tensor

    def __init__(self, config: BiasedMFConfig, data: FitData) -> None:
        """Of the right shapes for this data.

        Raises:
            ConfigError: the data has no ratings.
        """
        super().__init__(config, data)
        ratings = data.train.values[~np.isnan(data.train.values)]
        if len(ratings) == 0:
            raise ConfigError(
                f"{self.name} predicts ratings and {data.dataset.name!r} has none. "
                f"Give its interactions a column of values, or choose another ranker."
            )
        spread = float(ratings.std()) or 1.0  # 1 if all ratings are equal
        scale = [float(ratings.mean()), spread, float(ratings.min()), float(ratings.max())]
        self.register_buffer("scale", torch.tensor(scale))
        dim, num_users = config.embedding_dim, data.dataset.num_users
        self.items = nn.Parameter(0.1 * torch.randn(data.vocab, dim))
        self.users = nn.Parameter(0.1 * torch.randn(num_users, dim))
        self.item_offsets = nn.Parameter(torch.zeros(data.vocab))
        self.user_offsets = nn.Parameter(torch.zeros(num_users))
        with torch.no_grad():  # who has nothing to learn from stays at the mean
            self.items[data.item_counts == 0] = 0
            self.users[torch.from_numpy(data.train.lengths < 2)] = 0

    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """Mean squared error of the standardised ratings, with the size of what made them."""
        rated = ~batch.target_values.isnan()
        people = batch.histories.users[:, None].expand_as(batch.targets)[rated]
        items = batch.targets[rated]
        mean, spread, _, _ = self.scale
        wanted = (batch.target_values[rated] - mean) / spread
        offsets = self.user_offsets[people], self.item_offsets[items]
        factors = self.users[people], self.items[items]
        errors = sum(offsets) + (factors[0] * factors[1]).sum(dim=1) - wanted
        size = sum(o.square() for o in offsets) + sum(f.square().sum(dim=1) for f in factors)
        return (errors.square() + self.config.l2 * size).sum() / max(len(items), 1)

    @property
    def knows_ratings(self) -> bool:
        """Always: it cannot be made without."""
        return True

    def predict_ratings(
        self, histories: Histories, items: Int[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Expected rating of one given item per history, within the range of the data."""
        people, offsets = self._people(histories)
        standard = offsets + self.item_offsets[items] + (people * self.items[items]).sum(dim=1)
        mean, spread, low, high = self.scale
        return (mean + spread * standard).clamp(low, high)

    def item_vectors(self) -> Float[Tensor, "vocab dim"]:
        """Factors of the items."""
        return self.items

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Expected rating of every item, beyond the range of the data too so that none tie."""
        people, offsets = self._people(histories)
        standard = offsets[:, None] + self.item_offsets + people @ self.items.T
        mean, spread, _, _ = self.scale
        return never_padding(mean + spread * standard)

    def _people(
        self, histories: Histories
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, " batch"]]:
        """Factors and offset of each person; 0 for those made up."""
        known = histories.users >= 0
        users = histories.users.clamp(min=0)
        return self.users[users] * known[:, None], self.user_offsets[users] * known
