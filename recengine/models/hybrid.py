"""Hybrid: two rankers heard together, each by as much as helped most on validation.

Paper: Burke, "Hybrid Recommender Systems: Survey and Experiments", UMUAI 2002,
doi:10.1023/A:1021240730564 (the weighted hybrid).
Differs: the scores of each request are standardised first, so that rankers of any scale mix. A
temperature would change nothing then: a mean of two is told by one weight.
Axes: batch = histories, vocab = 1 + num_items.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.data.settings import Settings, Share
from recengine.errors import ConfigError, UnknownNameError
from recengine.models.base import FitData, Ranker, TunableRanker, never_padding
from recengine.models.recency_ease import RecencyEase
from recengine.models.text_cosine import TextCosine

NAME = "hybrid"


@dataclass(frozen=True, kw_only=True)
class HybridConfig(Settings):
    """Hyper-parameters."""

    first: str = RecencyEase.name  # names of two rankers
    second: str = TextCosine.name
    weight: Share = 0.7  # of the first in 0..1; the second has the rest

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.first == self.second or NAME in (self.first, self.second):
            raise ConfigError(
                f"first={self.first!r} and second={self.second!r} must be two different rankers, "
                f"neither of them a blend"
            )


def weights_of(first: str, second: str) -> tuple[HybridConfig, ...]:
    """The blends of two rankers worth trying: from nothing of the first to it alone, in tenths."""
    return tuple(HybridConfig(first=first, second=second, weight=t / 10) for t in range(11))


def label_of_blend(labels: Iterable[str]) -> str:
    """How people call the blend of rankers that they call so."""
    return f"Blend: {' + '.join(labels)}"


class Hybrid(TunableRanker):
    """Weighted mean of the standardised scores of two rankers.

    Attributes:
        parts: the two, once it is built on them; it is called after them from then on.
    """

    parts: tuple[Ranker, ...] = ()
    name: ClassVar[str] = NAME
    label: ClassVar[str] = "Blend of two"
    config_class: ClassVar[type] = HybridConfig
    builds_on: ClassVar[tuple[str, ...]] = (HybridConfig.first, HybridConfig.second)
    grid: ClassVar[tuple[HybridConfig, ...]] = weights_of(*builds_on)

    def __init__(self, config: HybridConfig) -> None:
        self.config = config
        self.builds_on = (config.first, config.second)  # type: ignore[misc]  # a setting here

    @classmethod
    def fit(cls, data: FitData, config: HybridConfig | None = None) -> "Hybrid":  # noqa: ARG003
        """Nothing to learn from the events: the two rankers did, and validation has the weight."""
        return cls(config or HybridConfig())

    def build_on(self, rankers: Mapping[str, Ranker]) -> None:
        """Take over the two rankers.

        Raises:
            UnknownNameError: one of them is not there.
        """
        for name in self.builds_on:
            if name not in rankers:
                raise UnknownNameError("ranker", name, rankers)
        self.parts = tuple(rankers[name] for name in self.builds_on)
        self.slow = any(part.slow for part in self.parts)  # type: ignore[misc]  # theirs
        self.label = label_of_blend(part.label for part in self.parts)  # type: ignore[misc]

    @property
    def events_read(self) -> int:
        """As many as both rankers can read."""
        return min(part.events_read for part in self.parts)

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Weighted mean of standard scores; a ranker to which all items are alike adds nothing."""
        first, second = (_standardised(part.score(histories)) for part in self.parts)
        weight = self.config.weight
        return never_padding(weight * first + (1 - weight) * second)


def _standardised(scores: Float[Tensor, "batch vocab"]) -> Float[Tensor, "batch vocab"]:
    """Mean 0 and deviation 1 in each row over what has a finite score; the rest scores 0."""
    finite = scores.isfinite()
    count = finite.sum(dim=1, keepdim=True).clamp(min=1)
    known = scores.masked_fill(~finite, 0.0)
    centred = (known - known.sum(dim=1, keepdim=True) / count).masked_fill(~finite, 0.0)
    deviation = (centred.square().sum(dim=1, keepdim=True) / count).sqrt()
    rounding = 1e-6 * known.abs().amax(dim=1, keepdim=True)
    return torch.where(deviation > rounding, centred / deviation, 0.0)
