"""What the baselines have in common: a rule for the mean, and the errors it made before.

The predictive distribution is empirical: errors that the rule made on earlier questions, one set
per learnt horizon, are added to its mean. Axes: question, horizon, sample, dim,
error = kept errors of one horizon.
"""

from abc import abstractmethod
from typing import Any, ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from recengine.interests.forecasting.base import (
    GRID,
    UNITS,
    Forecast,
    Horizons,
    Past,
)
from recengine.interests.forecasting.forecaster import Forecaster
from recengine.interests.forecasting.task import FITTED_ON, ForecastTask

KEPT_ERRORS = 200


class Baseline(Forecaster):
    """A rule without weights, with settings chosen on the past.

    Attributes:
        grid: the settings to choose from, by mean squared error.
        errors: of the rule, (unit, learnt horizon, error, dim).
    """

    learned: ClassVar[bool] = False
    grid: ClassVar[tuple[Any, ...]]

    errors: Tensor

    def __init__(self, config: Any, dim: int) -> None:
        super().__init__(config, dim)
        shape = (len(UNITS), len(GRID["events"]), KEPT_ERRORS, dim)
        self.register_buffer("errors", torch.zeros(shape))

    @abstractmethod
    def centre(self, past: Past, horizons: Horizons) -> Float[Tensor, "question horizon dim"]:
        """The expected vectors by the rule."""

    @classmethod
    def prepare(cls, task: ForecastTask, config: Any = None) -> "Baseline":
        """With the best settings on questions before the cut, and the errors made there."""
        first = cls(config or cls.grid[0], task.dim)
        task.fit_space(first.space)
        batches = [task.training_batch(unit, first.space, FITTED_ON, 3) for unit in UNITS]

        def loss(candidate: "Baseline") -> float:
            misses = [
                (candidate.centre(each.past, each.horizons) - each.targets)[each.known]
                for each in batches
            ]
            return sum(float(miss.square().mean()) for miss in misses)

        best = first
        if config is None and len(cls.grid) > 1:
            best = min((cls(each, task.dim) for each in cls.grid), key=loss)
            best.space.load_state_dict(first.space.state_dict())
        generator = torch.Generator().manual_seed(task.seed)
        for unit, batch in enumerate(batches):
            missed = batch.targets - best.centre(batch.past, batch.horizons)
            answered = batch.known.any(dim=0).nonzero()[:, 0]
            for place in range(missed.shape[1]):
                # a horizon beyond the log's span borrows from the nearest one within it
                nearest = answered[(answered - place).abs().argmin()]
                kept = missed[batch.known[:, nearest], nearest]
                rows = torch.randint(len(kept), (KEPT_ERRORS,), generator=generator)
                best.errors[unit, place] = kept[rows]
        return best.eval()

    def predict(
        self, past: Past, horizons: Horizons, noise: Float[Tensor, "question sample noise"]
    ) -> Forecast:
        """The rule's mean, and the mean with earlier errors added."""
        mean = self.centre(past, horizons)
        uniform = torch.special.ndtr(noise[..., 0].double())
        drawn = (uniform * KEPT_ERRORS).long().clamp(max=KEPT_ERRORS - 1)
        nearest = horizons.position().round().long().clamp(0, self.errors.shape[1] - 1)
        errors = self.errors[UNITS.index(horizons.unit), nearest]  # horizon error dim
        added = errors[:, drawn].permute(1, 2, 0, 3)
        return Forecast(mean, mean[:, None] + added)
