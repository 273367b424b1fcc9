"""Fit a forecaster: at once for a baseline, with the house's trainer for a learned one."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from recengine.data.progress import Progress, silent
from recengine.data.settings import Count, Settings
from recengine.interests.forecasting import FORECASTERS
from recengine.interests.forecasting.base import UNITS
from recengine.interests.forecasting.forecaster import Forecaster
from recengine.interests.forecasting.learned import Learned
from recengine.interests.forecasting.scores import energy_scores
from recengine.interests.forecasting.task import Batch, ForecastTask
from recengine.training.trainer import Trainer, TrainerConfig, TrainingRecord

JUDGING_SAMPLES = 16


@dataclass(frozen=True, kw_only=True)
class FitConfig(Settings):
    """How learned forecasters are trained; a minute on one core.

    Attributes:
        trainer: epochs, batch size, learning rate, seed.
        batches: of each unit in an epoch.
    """

    trainer: TrainerConfig = field(
        default_factory=lambda: TrainerConfig(epochs=8, batch_size=128, average=0.99, patience=3)
    )
    batches: Count = 30

    def with_seed(self, seed: int) -> "FitConfig":
        """The same from another seed."""
        return replace(self, trainer=replace(self.trainer, seed=seed))


def fit(
    name: str,
    task: ForecastTask,
    folder: Path,
    config: FitConfig | None = None,
    *,
    resume: bool = False,
    progress: Progress = silent,
) -> tuple[Forecaster, TrainingRecord | None]:
    """Fit a forecaster by name, and say how its training went.

    The epoch with the best energy score on the validation stretch is kept.

    Args:
        name: one of `FORECASTERS`.
        task: what it learns from.
        folder: where checkpoints are kept.
        config: how; the usual if not given.
        resume: go on from the checkpoint there.
        progress: told the loss and how far it is.

    Raises:
        DataError: too little to learn from.
        TrainingError: the loss is no longer a number, or there is too little memory.
    """
    forecaster = FORECASTERS[name].prepare(task)
    if not isinstance(forecaster, Learned):
        return forecaster, None
    config = config or FitConfig()
    trainer = Trainer(forecaster, config.trainer, folder / f"{name}.safetensors")
    judged = list(task.validation_batches(forecaster.space))

    def batches(epoch: int) -> Iterator[Batch]:
        for step in range(config.batches):
            for unit in UNITS:
                yield task.training_batch(
                    unit, forecaster.space, config.trainer.batch_size, 4, epoch, step
                )

    record = trainer.run(
        batches,
        config.batches * len(UNITS),
        forecaster.loss,
        lambda: -np.mean([_energy(forecaster, batch, task.seed) for batch in judged]).item(),
        resume=resume,
        progress=progress,
        stage=f"Training {forecaster.label}",
    )
    forecaster.requires_grad_(False)
    return forecaster, record


@torch.inference_mode()
def _energy(forecaster: Forecaster, batch: Batch, seed: int) -> float:
    """Mean energy score in the coordinates of the space."""
    generator = torch.Generator().manual_seed(seed)
    shape = (len(batch.past), JUDGING_SAMPLES, forecaster.num_noise)
    noise = torch.randn(shape, generator=generator)
    found = forecaster.predict(batch.past, batch.horizons, noise)
    return float(energy_scores(found.samples, batch.targets)[batch.known].mean())
