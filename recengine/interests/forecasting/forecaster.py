"""What every forecaster has in common: a past goes in, a distribution of vectors comes out.

All work in coordinates in which a person's usual change has unit variance (`space.py`).

Axes: question, length = vectors of the past (oldest first, right-padded), horizon, sample,
dim = width of an interest vector, noise = random numbers of one sample.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from recengine.interests.forecasting.base import Forecast, Horizons, Past
from recengine.interests.forecasting.space import Space
from recengine.interests.forecasting.task import ForecastTask


class Forecaster(nn.Module, ABC):
    """Says where an interest vector will be.

    Attributes:
        name: how commands and files call it.
        label: how people call it.
        learned: whether gradient descent finds its weights; the others are baselines.
        config_class: a frozen dataclass of settings, all with defaults.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    learned: ClassVar[bool]
    config_class: ClassVar[type]

    def __init__(self, config: Any, dim: int) -> None:
        super().__init__()
        self.config = config
        self.space = Space(dim)

    @property
    def num_noise(self) -> int:
        """Random numbers that decide one sample."""
        return len(self.space.centre)

    @classmethod
    @abstractmethod
    def prepare(cls, task: ForecastTask, config: Any = None) -> "Forecaster":
        """Complete for a baseline; ready to be trained for a learned one."""

    @abstractmethod
    def predict(
        self, past: Past, horizons: Horizons, noise: Float[Tensor, "question sample noise"]
    ) -> Forecast:
        """A forecast in the coordinates of `space`.

        Args:
            past: in those coordinates.
            horizons: how far ahead.
            noise: standard normal numbers that decide the samples.
        """

    @torch.inference_mode()
    def forecast(
        self, past: Past, horizons: Horizons, *, num_samples: int = 100, seed: int = 0
    ) -> Forecast:
        """Mean and draws of the vectors at each horizon; the same for the same seed."""
        generator = torch.Generator().manual_seed(seed)
        shape = (len(past), num_samples, self.num_noise)
        noise = torch.randn(shape, generator=generator)
        inside = Past(self.space.inwards(past.vectors), past.days, past.lengths)
        found = self.predict(inside, horizons, noise)
        return Forecast(self.space.outwards(found.mean), self.space.outwards(found.samples))
