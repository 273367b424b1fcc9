"""Linear drift: the taste goes on moving as it moved lately, damped.

Paper: Gardner & McKenzie, "Forecasting Trends in Time Series", Management Science 1985 (damped
trend). Differs: the slope is a least-squares line through a window rather than smoothed.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from recengine.interests.forecasting.base import PAST_LENGTH, Horizons, Past
from recengine.interests.forecasting.baselines import Baseline


@dataclass(frozen=True)
class LinearDriftConfig:
    """Which stretch gives the slope, and how soon the drift dies out."""

    window: int = 16  # events
    damping: float = 0.9  # what is left of the drift after each further event or day; 1: all


class LinearDrift(Baseline):
    """The present vector plus the slope of the last ones, in events or in days."""

    name: ClassVar[str] = "linear-drift"
    label: ClassVar[str] = "Drifts on"
    config_class: ClassVar[type] = LinearDriftConfig
    grid: ClassVar[tuple[LinearDriftConfig, ...]] = tuple(
        LinearDriftConfig(window, damping)
        for window in (4, 8, 16, PAST_LENGTH)
        for damping in (0.5, 0.8, 0.9, 0.97, 1.0)
    )

    def centre(self, past: Past, horizons: Horizons) -> Float[Tensor, "question horizon dim"]:
        """Along the line, whose every further step is shorter by the damping."""
        ages, inside = past.latest(self.config.window)
        clock = -past.days if horizons.unit == "days" else -ages.float()
        weight = inside.float()
        count = weight.sum(dim=1, keepdim=True)
        moved = (clock - (clock * weight).sum(dim=1, keepdim=True) / count) * weight
        spread = moved.square().sum(dim=1)
        level = past.vectors * weight[:, :, None]
        slope = torch.einsum("ql,qld->qd", moved, level) / spread.clamp(min=1e-6)[:, None]
        # a line through a few minutes says nothing about days
        slope = slope * (spread > 1e-2)[:, None]
        return past.last[:, None] + slope[:, None] * self._steps(horizons)[None, :, None]

    def _steps(self, horizons: Horizons) -> Float[Tensor, " horizon"]:
        """Sum of damping^1 .. damping^ahead."""
        ahead, left = torch.tensor(horizons.ahead, dtype=torch.float32), self.config.damping
        return ahead if left == 1 else left * (1 - left**ahead) / (1 - left)
