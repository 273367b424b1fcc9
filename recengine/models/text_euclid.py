"""Text distance: items whose text lies near that of what the person chose lately.

The score is the recency-weighted mean of -|item - event|^2 over the history. As
sum of w |v - x|^2 = |v - mean|^2 + spread, with the spread the same for every item, it ranks by
Euclidean distance to the mean of the history, and is a sum over events as well.

Paper: none, a folk baseline: text cosine (models/text_cosine.py, Pazzani & Billsus 2007) with the
other usual distance.
Axes: batch = histories, length = events, vocab = 1 + num_items.
"""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.models.base import never_padding
from recengine.models.text_cosine import TextRanker


class TextEuclid(TextRanker):
    """Euclidean distance between an item's text vector and the history's mean."""

    name: ClassVar[str] = "text-euclid"
    label: ClassVar[str] = "Near text (Euclid)"

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Mean of minus the squared distance, at most 0; 0 everywhere without a history."""
        weights = self._weights(histories)
        mean = torch.einsum("bl,bld->bd", weights, self.vectors[histories.items])
        squares = self.vectors.square().sum(dim=1)
        own = (weights * squares[histories.items]).sum(dim=1, keepdim=True)
        share = weights.sum(dim=1, keepdim=True)  # 1, or 0 without a history
        return never_padding(2 * mean @ self.vectors.T - share * squares - own)

    def event_parts(self, history: Histories) -> Float[Tensor, "length vocab"]:
        """What each event of one history adds to each item's score; rows sum to `score`."""
        distances = torch.cdist(self.vectors[history.items[0]], self.vectors)
        return -self._weights(history)[0][:, None] * distances.square()

    def _weights(self, histories: Histories) -> Float[Tensor, "batch length"]:
        """Recency of each event as a share of the whole."""
        recency = histories.recency(self.config.decay_events)
        return recency / recency.sum(dim=1, keepdim=True).clamp(min=1e-12)
