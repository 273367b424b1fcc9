"""Text cosine: items that read like what the person chose lately. Works for brand-new items.

Paper: Pazzani & Billsus, "Content-Based Recommendation Systems", The Adaptive Web 2007,
doi:10.1007/978-3-540-72079-9_10 (a profile that is the mean of what was chosen, after Rocchio).
Differs: vectors of a language model instead of weighted words; late events count more, and nothing
is disliked.
`TextRanker` is what every ranker by text shares.
Axes: batch = histories, length = events, text = size of a text vector, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeVar

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from recengine.data.histories import Histories
from recengine.data.settings import Positive, Settings
from recengine.errors import ConfigError
from recengine.models.base import FitData, TunableRanker, never_padding

AnyTextRanker = TypeVar("AnyTextRanker", bound="TextRanker")


@dataclass(frozen=True, kw_only=True)
class TextConfig(Settings):
    """Hyper-parameters."""

    decay_events: Positive = 8.0  # events after which a weight has fallen to 37 %


class TextRanker(TunableRanker):
    """Compares the text vectors of items, the last events of a history counting most."""

    config_class: ClassVar[type] = TextConfig
    grid: ClassVar[tuple[TextConfig, ...]] = tuple(
        TextConfig(decay_events=decay) for decay in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 1e6)
    )

    def __init__(self, vectors: Float[Tensor, "vocab text"], config: TextConfig) -> None:
        self.vectors = vectors
        self.config = config

    @classmethod
    def fit(
        cls: type[AnyTextRanker], data: FitData, config: TextConfig | None = None
    ) -> AnyTextRanker:
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
        return cls(F.pad(text - text.mean(dim=0), (0, 0, 1, 0)), config or TextConfig())

    def item_vectors(self) -> Float[Tensor, "vocab text"]:
        """Vectors of the items' texts."""
        return self.vectors


class TextCosine(TextRanker):
    """Cosine between an item's text vector and the recency-weighted mean of the history's."""

    name: ClassVar[str] = "text-cosine"
    label: ClassVar[str] = "Similar text"

    def __init__(self, vectors: Float[Tensor, "vocab text"], config: TextConfig) -> None:
        super().__init__(F.normalize(vectors, dim=1), config)

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
        recency = histories.recency(self.config.decay_events)
        return recency[..., None] * self.vectors[histories.items]
