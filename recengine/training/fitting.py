"""The trainer of every ranker with one loss; the unified one has stages of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from recengine.data.batches import TrainingBatch, count_batches, epoch_batches
from recengine.data.devices import CPU
from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.settings import Count, Settings
from recengine.data.splits import Split
from recengine.errors import UnknownNameError
from recengine.models.base import FitData, Ranker, TrainedRanker, WeightedRanker
from recengine.training.trainer import AfterEpoch, Trainer, TrainerConfig, TrainingRecord
from recengine.training.validation import Validation


@dataclass(frozen=True, kw_only=True)
class Recipe(Settings):
    """Everything that decides the result beside data and seed."""

    model: Any  # the ranker's config
    trainer: TrainerConfig
    validation_users: Count = 2000  # asked after every epoch, a fixed random choice

    @property
    def seed(self) -> int:
        """What everything random starts from."""
        return self.trainer.seed

    @property
    def settings(self) -> dict[str, Any]:
        """All settings of the model and the trainer by name."""
        return {**vars(self.model), **vars(self.trainer)}

    def with_seed(self, seed: int) -> "Recipe":
        """The same recipe from another seed."""
        return replace(self, trainer=replace(self.trainer, seed=seed))

    def with_settings(self, settings: Mapping[str, Any]) -> "Recipe":
        """The same recipe with some settings of its model or its trainer changed.

        Raises:
            UnknownNameError: neither has such a setting.
        """
        model = {name: value for name, value in settings.items() if name in vars(self.model)}
        trainer = {name: value for name, value in settings.items() if name in vars(self.trainer)}
        for name in settings:
            if name not in self.settings:
                raise UnknownNameError("training setting", name, self.settings)
        return replace(
            self,
            model=replace(self.model, **model),
            trainer=replace(self.trainer, **trainer),
        )


@dataclass(frozen=True)
class Training:
    """What came of it.

    Attributes:
        model: with its best weights, ready to score.
        records: losses and validation scores of each stage.
        validation: NDCG@10 on validation after each stage.
    """

    model: WeightedRanker
    records: dict[str, TrainingRecord]
    validation: dict[str, float]

    @property
    def seconds(self) -> float:
        """Time spent in training steps, validation not counted."""
        return sum(record.seconds for record in self.records.values())

    @property
    def epochs(self) -> dict[str, int]:
        """Epoch of the best weights of each stage."""
        return {name: record.best_epoch for name, record in self.records.items()}


class RankerTrainer:
    """Trains one ranker on one split."""

    def __init__(
        self,
        model_class: type[TrainedRanker],
        data: FitData,
        split: Split,
        recipe: Recipe,
        rankers: Mapping[str, Ranker],
        folder: Path,
        *,
        resume: bool,
        device: torch.device = CPU,
    ) -> None:
        """Set up.

        Args:
            model_class: what to train.
            data: what may be learnt from.
            split: where `data` comes from, with its validation questions.
            recipe: how.
            rankers: those that the model builds on, by name.
            folder: where checkpoints are kept.
            resume: go on from the checkpoint there.
            device: where to train; the trained ranker comes back on the CPU.
        """
        self.recipe, self.folder, self.resume = recipe, folder, resume
        self.reader = HistoryReader(split.train, data.dataset.profiles)
        torch.manual_seed(recipe.trainer.seed)
        self.model = model_class(recipe.model, data)
        self.model.build_on(rankers)
        self.model.to(device)
        self.validation = Validation(
            split, data.dataset, users=recipe.validation_users, max_length=self.model.events_read
        )

    def run(self, progress: Progress = silent, after_epoch: AfterEpoch | None = None) -> Training:
        """Train to the end or until validation stops improving; `after_epoch` may end it sooner."""
        config = self.recipe.trainer
        trainer = Trainer(self.model, config, self.folder / "training.safetensors")
        record = trainer.run(
            self._batches,
            count_batches(self.reader, config.batch_size),
            self.model.training_loss,
            lambda: self.validation(self.model),
            resume=self.resume,
            progress=progress,
            stage=f"Training {self.model.label}",
            after_epoch=after_epoch,
        )
        self.model.requires_grad_(False).to(CPU)
        return Training(self.model, {"training": record}, {"training": record.best_score})

    def _batches(self, epoch: int) -> Iterator[TrainingBatch]:
        batches = epoch_batches(
            self.reader,
            batch_size=self.recipe.trainer.batch_size,
            max_length=self.model.events_read,
            seed=self.recipe.trainer.seed,
            epoch=epoch,
        )
        return (batch.to(self.model.device) for batch in batches)
