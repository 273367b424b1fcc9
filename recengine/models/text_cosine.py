"""Text cosine: items that read like what the person chose lately. Works for brand-new items."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from recengine.data.histories import Histories
from recengine.errors import ConfigError
from recengine.models.base import FitData, Ranker, never_padding


class TextCosine(Ranker):
    """Cosine between an item's text vector and the recency-weighted mean of the history's."""

    name: ClassVar[str] = "text-cosine"
    label: ClassVar[str] = "Similar text"
    decay_events: ClassVar[float] = 8.0

    def __init__(self, vectors: Float[Tensor, "vocab text"]) -> None:
        self.vectors = F.normalize(vectors, dim=1)

    @classmethod
    def fit(cls, data: FitData) -> "TextCosine":
        """Keep the item texts' vectors, centred.

        Raises:
            ConfigError: the data has no item texts.
        """
        if data.text is None:
            raise ConfigError(
                f"{cls.name} needs item texts and {data.dataset.name!r} has none. "
                f"Add a title column to its items, or choose another ranker."
            )
        text = torch.from_numpy(data.text)
        return cls(F.pad(text - text.mean(dim=0), (0, 0, 1, 0)))

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Cosine in -1..1; 0 everywhere without a history."""
        taste = self._weighted(histories).sum(dim=1)
        return never_padding(F.normalize(taste, dim=1) @ self.vectors.T)

    def event_parts(self, history: Histories) -> Float[Tensor, "length vocab"]:
        """What each event of one history adds; exact, as the length of the sum is shared."""
        weighted = self._weighted(history)[0]
        length = weighted.sum(dim=0).norm().clamp(min=1e-12)
        return weighted @ self.vectors.T / length

    def _weighted(self, histories: Histories) -> Float[Tensor, "batch length text"]:
        recency = torch.exp(-histories.ages / self.decay_events) * histories.real
        return recency[..., None] * self.vectors[histories.items]
