"""How somebody will rate an item, from the state of a sequence model.

    rating = mean + offset of the item + offset of the state + state . W item

Paper: Wu et al., "Recurrent Recommender Networks", WSDM 2017 (a rating foretold from the state
before it). Differs: items keep one vector and one offset.
Axes: batch, dim = model width.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from recengine.errors import DataError
from recengine.models.base import FitData

SHRINKAGE = 5.0  # ratings of average height added to each item's before its mean is taken


class RatingHead(nn.Module):
    """Works on ratings of mean 0 and variance 1; starts at the shrunk mean of each item."""

    center: Tensor
    scale: Tensor

    def __init__(self, data: FitData, dim: int) -> None:
        super().__init__()
        rated = ~np.isnan(data.train.values)
        items, values = data.train.items[rated], data.train.values[rated].astype(np.float64)
        center = values.mean() if len(values) else np.nan
        scale = max(float(values.std()), 1e-3) if len(values) else 1.0
        sums = np.bincount(items, weights=(values - center) / scale, minlength=data.vocab)
        counts = np.bincount(items, minlength=data.vocab)
        self.register_buffer("center", torch.tensor(float(center)))
        self.register_buffer("scale", torch.tensor(scale))
        offsets = (sums / (counts + SHRINKAGE)).astype(np.float32)
        self.item_offsets = nn.Parameter(torch.from_numpy(offsets))
        self.person = nn.Linear(dim, 1)
        self.taste = nn.Linear(dim, dim, bias=False)
        for parameter in (*self.person.parameters(), *self.taste.parameters()):
            nn.init.zeros_(parameter)

    def loss(
        self,
        states: Float[Tensor, "batch dim"],
        vectors: Float[Tensor, "batch dim"],
        items: Int[Tensor, " batch"],
        ratings: Float[Tensor, " batch"],
    ) -> Float[Tensor, ""]:
        """Mean squared error, in variances of the ratings."""
        actual = (ratings - self.center) / self.scale
        return (self._standard(states, vectors, items) - actual).square().mean()

    def predict(
        self,
        states: Float[Tensor, "batch dim"],
        vectors: Float[Tensor, "batch dim"],
        items: Int[Tensor, " batch"],
    ) -> Float[Tensor, " batch"]:
        """Expected ratings on the scale of the data."""
        return self.center + self.scale * self._standard(states, vectors, items)

    @property
    def known(self) -> bool:
        """Whether there were ratings to learn from."""
        return not bool(self.center.isnan())

    def require_ratings(self) -> None:
        """Make sure that there was something to learn.

        Raises:
            DataError: the head was made for data without ratings.
        """
        if not self.known:
            raise DataError(
                "Ratings cannot be foretold: no event that was learnt from has a value. "
                "Train on data whose events have a value."
            )

    def _standard(
        self,
        states: Float[Tensor, "batch dim"],
        vectors: Float[Tensor, "batch dim"],
        items: Int[Tensor, " batch"],
    ) -> Float[Tensor, " batch"]:
        matched = (self.taste(states) * vectors).sum(dim=-1)
        total: Tensor = self.person(states)[..., 0] + matched + self.item_offsets[items]
        return total
