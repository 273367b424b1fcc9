"""Moving average: the taste returns to what it was on average lately."""

from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from recengine.interests.forecasting.base import PAST_LENGTH, Horizons, Past
from recengine.interests.forecasting.baselines import Baseline


@dataclass(frozen=True)
class MovingAverageConfig:
    """How far back it looks."""

    window: int = 8  # events


class MovingAverage(Baseline):
    """The mean of the last vectors at every horizon."""

    name: ClassVar[str] = "moving-average"
    label: ClassVar[str] = "Average of late"
    config_class: ClassVar[type] = MovingAverageConfig
    grid: ClassVar[tuple[MovingAverageConfig, ...]] = tuple(
        MovingAverageConfig(window) for window in (2, 4, 8, 16, PAST_LENGTH)
    )

    def centre(self, past: Past, horizons: Horizons) -> Float[Tensor, "question horizon dim"]:
        """Mean over the window; over all there is where the past is shorter."""
        _, inside = past.latest(self.config.window)
        total = (past.vectors * inside[:, :, None]).sum(dim=1)
        mean = total / inside.sum(dim=1)[:, None]
        return mean[:, None].expand(-1, len(horizons.ahead), -1)
