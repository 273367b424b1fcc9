"""What the learned forecasters have in common: they say how far the present vector will move.

The mean of a forecast is the present vector plus a change that an untrained network puts at zero,
so that each of them starts as persistence. Axes: question, length, horizon, sample, dim,
width = of the network.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from recengine.data.settings import Count, PartialShare, Settings
from recengine.interests.forecasting.base import (
    PAST_LENGTH,
    UNITS,
    Forecast,
    Horizons,
    Past,
)
from recengine.interests.forecasting.forecaster import Forecaster
from recengine.interests.forecasting.task import Batch, ForecastTask

HORIZON_FEATURES = 3
WINDOWS = (4, 12, PAST_LENGTH)  # events whose means a forecaster may return to
PULL_SPEED = 5.0  # its few weights must come a long way in few steps
MAX_LOG_SIGMA = 2.0
TRUST_IN_SURE = 0.5  # 1 weighs errors alike, 0 is the plain likelihood


@dataclass(frozen=True, kw_only=True)
class LearnedConfig(Settings):
    """Size of a network."""

    width: Count = 64
    num_blocks: Count = 2
    num_heads: Count = 2
    dropout: PartialShare = 0.1


class Learned(Forecaster):
    """A network whose weights gradient descent finds."""

    learned: ClassVar[bool] = True
    config_class: ClassVar[type] = LearnedConfig

    @classmethod
    def prepare(cls, task: ForecastTask, config: Any = None) -> "Learned":
        """Untrained, in the space of the task; the same for the same seed."""
        torch.manual_seed(task.seed)
        forecaster = cls(config or cls.config_class(), task.dim)
        task.fit_space(forecaster.space)
        return forecaster

    @abstractmethod
    def loss(self, batch: Batch) -> Float[Tensor, ""]:
        """Of one batch, in training mode."""


class PastReader(nn.Module):
    """Tokens of the past: where the taste was, how far from today, and how long ago."""

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.vectors = nn.Linear(2 * dim, width)
        self.days = nn.Linear(1, width)
        self.places = nn.Embedding(PAST_LENGTH, width)
        nn.init.normal_(self.places.weight, std=0.02)

    def forward(self, past: Past) -> Float[Tensor, "question length width"]:
        """One token for each vector."""
        away = past.vectors - past.last[:, None]
        ages, _ = past.latest(PAST_LENGTH)
        days = past.days.clamp(min=0).log1p()[:, :, None]
        read = self.vectors(torch.cat([past.vectors, away], dim=-1))
        return read + self.days(days) + self.places(ages.clamp(0, PAST_LENGTH - 1))


def horizon_features(past: Past, horizons: Horizons) -> Float[Tensor, "question horizon 3"]:
    """How far ahead, in which unit, and how long nothing has happened."""
    position = horizons.position() / 2 - 0.5
    unit = torch.full_like(position, UNITS.index(horizons.unit))
    silent = past.days[torch.arange(len(past)), past.lengths - 1].clamp(min=0).log1p() / 3
    shape = (len(past), len(horizons.ahead))
    parts = (position.expand(shape), unit.expand(shape), silent[:, None].expand(shape))
    return torch.stack(parts, dim=-1)


class Pull(nn.Module):
    """A straight path beside a network: back to the late averages, as far as pays off.

    Paper: Zeng et al., "Are Transformers Effective for Time Series Forecasting?", AAAI 2023,
    arXiv:2205.13504 (one linear layer is hard to beat). Differs: it sees means over windows.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.weights = nn.Linear(HORIZON_FEATURES, len(WINDOWS) * dim)
        nn.init.zeros_(self.weights.weight)
        nn.init.zeros_(self.weights.bias)

    def forward(self, past: Past, horizons: Horizons) -> Float[Tensor, "question horizon dim"]:
        """A change, zero before training."""
        weights = PULL_SPEED * self.weights(horizon_features(past, horizons))
        split = weights.unflatten(-1, (len(WINDOWS), -1))
        return (split * away_from_averages(past)[:, None]).sum(dim=2)


def away_from_averages(past: Past) -> Float[Tensor, "question window dim"]:
    """From the present vector to the means over some windows."""
    means = []
    for window in WINDOWS:
        _, inside = past.latest(window)
        total = (past.vectors * inside[:, :, None]).sum(dim=1)
        means.append(total / inside.sum(dim=1)[:, None] - past.last)
    return torch.stack(means, dim=1)


class GaussianForecaster(Learned):
    """A network that gives one state per question and horizon, read out as a Gaussian."""

    def __init__(self, config: LearnedConfig, dim: int) -> None:
        super().__init__(config, dim)
        self.pull = Pull(dim)
        self.readout = nn.Linear(config.width, 2 * dim)
        nn.init.zeros_(self.readout.weight)
        nn.init.zeros_(self.readout.bias)

    @abstractmethod
    def states(self, past: Past, horizons: Horizons) -> Float[Tensor, "question horizon width"]:
        """What the network makes of each question at each horizon."""

    def change(self, past: Past, horizons: Horizons) -> tuple[Tensor, Tensor]:
        """Mean and log standard deviation of the change, both (question, horizon, dim)."""
        mean, log_sigma = self.readout(self.states(past, horizons)).chunk(2, dim=-1)
        return mean + self.pull(past, horizons), log_sigma.clamp(max=MAX_LOG_SIGMA)

    def predict(
        self, past: Past, horizons: Horizons, noise: Float[Tensor, "question sample noise"]
    ) -> Forecast:
        """The same noise at every horizon, so that each draw is one smooth path."""
        change, log_sigma = self.change(past, horizons)
        mean = past.last[:, None] + change
        return Forecast(mean, mean[:, None] + log_sigma.exp()[:, None] * noise[:, :, None])

    def loss(self, batch: Batch) -> Float[Tensor, ""]:
        """Negative log-likelihood of the change."""
        mean, log_sigma = self.change(batch.past, batch.horizons)
        moved = batch.targets - batch.past.last[:, None]
        return gaussian_loss(mean[batch.known], log_sigma[batch.known], moved[batch.known])


def gaussian_loss(
    mean: Float[Tensor, "row dim"],
    log_sigma: Float[Tensor, "row dim"],
    target: Float[Tensor, "row dim"],
) -> Float[Tensor, ""]:
    """Likelihood in which unsure rows keep part of their weight.

    Paper: Seitzer et al., "On the Pitfalls of Heteroscedastic Uncertainty Estimation with
    Probabilistic Neural Networks", ICLR 2022, arXiv:2203.09168 (beta-NLL).
    """
    nll = 0.5 * ((target - mean) * (-log_sigma).exp()).square() + log_sigma
    return (nll * (2 * TRUST_IN_SURE * log_sigma.detach()).exp()).mean()
