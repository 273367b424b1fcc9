"""EASE: items that go together with everything in the history, however long ago.

Paper: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, arXiv:1905.03375.
Differs: an item chosen twice counts twice at scoring (once when solving).
Axes: batch = histories, length = events, vocab = 1 + num_items.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.data.settings import Positive, Settings
from recengine.models.base import FitData, Ranker, TunableRanker, never_padding
from recengine.models.recency_ease import RecencyEase, solve_ease, summed_rows


@dataclass(frozen=True, kw_only=True)
class EaseConfig(Settings):
    """Hyper-parameters."""

    l2: Positive = 500.0  # ridge on the item-item weights


class Ease(TunableRanker):
    """Recency-EASE without recency; takes over its weights where they are of the same ridge."""

    name: ClassVar[str] = "ease"
    label: ClassVar[str] = "EASE"
    config_class: ClassVar[type] = EaseConfig
    builds_on: ClassVar[tuple[str, ...]] = (RecencyEase.name,)
    grid: ClassVar[tuple[EaseConfig, ...]] = tuple(
        EaseConfig(l2=l2) for l2 in (30.0, 100.0, 300.0, 500.0, 1000.0)
    )
    weights: Float[Tensor, "vocab vocab"]  # [i, j]: how much having i speaks for j

    def __init__(self, data: FitData, config: EaseConfig) -> None:
        self.config = config
        self._data = data

    @classmethod
    def fit(cls, data: FitData, config: EaseConfig | None = None) -> "Ease":
        """Without weights yet: `build_on` takes them over or solves for them."""
        return cls(data, config or EaseConfig())

    def build_on(self, rankers: Mapping[str, Ranker]) -> None:
        """Take over the weights of Recency-EASE, or solve if its ridge is another."""
        ease = rankers[RecencyEase.name]
        assert isinstance(ease, RecencyEase)
        same = ease.config.l2 == self.config.l2
        self.weights = ease.weights if same else solve_ease(self._data, self.config.l2)

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Sum of the item-item weights over the history."""
        return never_padding(summed_rows(self.weights, histories, histories.real.float()))

    def event_parts(self, history: Histories) -> Float[Tensor, "length vocab"]:
        """What each event of one history adds to each item's score; rows sum to `score`."""
        return history.real[0][:, None] * self.weights[history.items[0]]
