"""The words of forecasting: how far ahead, from which past, and what a forecast holds.

Axes: question, length = vectors of the past (oldest first, right-padded), horizon, sample,
dim = width of an interest vector.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.errors import ConfigError

Unit = Literal["events", "days"]
UNITS: tuple[Unit, ...] = ("events", "days")
GRID: dict[Unit, tuple[int, ...]] = {"events": (1, 3, 10, 30), "days": (1, 7, 14, 30)}
MAX_AHEAD = 30
PAST_LENGTH = 32  # vectors of the past that a forecaster reads


@dataclass(frozen=True)
class Horizons:
    """How far ahead is asked.

    Attributes:
        unit: "events" asks for the vector after so many further events; "days" for the vector
            after the last event within so many days, given that there is one.
        ahead: ascending.
    """

    unit: Unit
    ahead: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ConfigError(f"unit={self.unit!r} must be 'events' or 'days'.")
        rising = all(a < b for a, b in zip(self.ahead, self.ahead[1:], strict=False))
        if not self.ahead or not rising or self.ahead[0] < 1 or self.ahead[-1] > MAX_AHEAD:
            raise ConfigError(
                f"ahead={self.ahead} must be one or more rising whole numbers of {self.unit} "
                f"from 1 to {MAX_AHEAD}."
            )

    @classmethod
    def learnt(cls, unit: Unit) -> "Horizons":
        """Those that forecasters learn and are measured at; others lie between them."""
        return cls(unit, GRID[unit])

    def position(self) -> Float[Tensor, " horizon"]:
        """Of each on the learnt grid, in logarithmic steps: 0 for its first, 1 for its second."""
        grid = torch.tensor(GRID[self.unit], dtype=torch.float32).log()
        ahead = torch.tensor(self.ahead, dtype=torch.float32).log()
        above = torch.searchsorted(grid, ahead).clamp(1, len(grid) - 1)
        return above - 1 + (ahead - grid[above - 1]) / (grid[above] - grid[above - 1])


@dataclass(frozen=True)
class Past:
    """What is known of people when a forecast is asked for.

    Attributes:
        vectors: interest vector after each of the last events.
        days: how long before the moment of asking each event was, in days.
        lengths: how many vectors are real; at least 1.
    """

    vectors: Float[Tensor, "question length dim"]
    days: Float[Tensor, "question length"]
    lengths: Int[Tensor, " question"]

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def real(self) -> Bool[Tensor, "question length"]:
        """Which places hold a vector rather than padding."""
        return torch.arange(self.vectors.shape[1]) < self.lengths[:, None]

    @property
    def last(self) -> Float[Tensor, "question dim"]:
        """The present vector."""
        return self.vectors[torch.arange(len(self)), self.lengths - 1]

    def latest(self, count: int) -> tuple[Tensor, Tensor]:
        """Ages in events of each place (0: the last) and which are real and younger than `count`.

        Both (question, length).
        """
        ages = self.lengths[:, None] - 1 - torch.arange(self.vectors.shape[1])
        return ages, self.real & (ages < count)


@dataclass(frozen=True)
class Forecast:
    """Where vectors may lie.

    Attributes:
        mean: the expected vector.
        samples: draws from the predictive distribution.
    """

    mean: Float[Tensor, "question horizon dim"]
    samples: Float[Tensor, "question sample horizon dim"]
