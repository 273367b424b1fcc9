"""Our side: the ranker `sasrec` with the recipe that `recengine train` uses."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from meter import Meter, answer, read_task

from recengine.data.batches import TrainingBatch, count_batches, epoch_batches
from recengine.data.devices import find_device
from recengine.data.histories import HistoryReader
from recengine.data.sources import load_dataset
from recengine.data.splits import Split, leave_last_out
from recengine.data.workspace import Workspace
from recengine.evaluation.accuracy import ndcg_at_k
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData
from recengine.models.sasrec import SASRec
from recengine.training.recipes import recipe_for
from recengine.training.trainer import Trainer, TrainerConfig
from recengine.training.validation import Validation

WARM_UP = 2  # batches that are not timed
EVERYBODY = 10**9


class ReachedError(Exception):
    """Validation has the target, or time is up."""


def main() -> None:
    """Measure what the task says."""
    task = read_task()
    torch.set_num_threads(task["threads"])
    began = time.perf_counter()
    dataset = load_dataset(task["data"], Workspace(Path(task["home"])))
    split = leave_last_out(dataset)
    side = Side(task, FitData(dataset, split.train, split.candidates), split)
    lengths = split.train.lengths
    facts = {
        "preparation": time.perf_counter() - began,
        "pass_targets": int((lengths[lengths >= 2] - 1).sum()),
        "parameters": sum(each.numel() for each in side.model.parameters()),
    }
    answer(task, facts | (side.speed() if task["phase"] == "speed" else side.quality()))


class Side:
    """The model, its recipe, and where its batches come from."""

    def __init__(self, task: dict[str, Any], data: FitData, split: Split) -> None:
        self.task, self.data, self.split = task, data, split
        recipe = recipe_for(SASRec.name, data.dataset, split.train).with_seed(task["seed"])
        self.config: TrainerConfig = recipe.trainer
        self.reader = HistoryReader(split.train, data.dataset.profiles)
        torch.manual_seed(task["seed"])
        model = replace(
            recipe.model,
            embedding_dim=64,
            num_blocks=2,
            num_heads=2,
            dropout=0.2,
            max_length=task["length"],
        )
        self.model = SASRec(model, data).to(find_device(task["device"]))

    def batches(self, epoch: int) -> Iterator[TrainingBatch]:
        """Batches of one epoch."""
        return epoch_batches(
            self.reader,
            batch_size=self.config.batch_size,
            max_length=self.task["length"],
            seed=self.task["seed"],
            epoch=epoch,
        )

    def moved(self, batches: Iterator[TrainingBatch]) -> Iterator[TrainingBatch]:
        """Batches where the model is."""
        return (batch.to(self.model.device) for batch in batches)

    def trainer(self, config: TrainerConfig) -> Trainer:
        """A trainer with a checkpoint that nobody reads."""
        return Trainer(self.model, config, Path(self.task["answer"]).with_suffix(".safetensors"))

    def speed(self) -> dict[str, Any]:
        """Epochs until as many targets as the passes have, or until the budget is spent."""
        lengths = self.reader.log.lengths
        wanted = self.task["passes"] * int((lengths[lengths >= 2] - 1).sum())
        once = replace(self.config, epochs=1, schedule="constant")
        warm = self.moved(itertools.islice(self.batches(0), WARM_UP))
        self.trainer(once).run(lambda _: warm, WARM_UP, self.model.training_loss, lambda: 0.0)
        meter = Meter(self.task["budget"])

        def through() -> Iterator[TrainingBatch]:
            for epoch in itertools.count():
                for batch in meter.let(self.batches(epoch), count_targets):
                    yield batch
                    if meter.targets >= wanted:
                        return
                if time.perf_counter() > meter.latest:
                    return

        count = count_batches(self.reader, self.config.batch_size)
        record = self.trainer(once).run(
            lambda _: self.moved(through()), count, self.model.training_loss, lambda: 0.0
        )
        return {"seconds": record.seconds, "targets": meter.targets}

    def quality(self) -> dict[str, Any]:
        """Epochs until validation has the target, stops improving, or time is up."""
        task = self.task
        config = replace(self.config, epochs=task["epochs"] or self.config.epochs)
        trainer = self.trainer(config)
        history: list[tuple[float, float]] = []

        def after_epoch(epoch: int, score: float) -> None:
            seconds = trainer.record.seconds
            history.append((seconds, score))
            print(f"ours epoch {epoch}: {seconds:.1f} s, NDCG@10 {score:.4f}", flush=True)
            if score >= (task["target"] or 2) or seconds > task["budget"]:
                raise ReachedError

        validation = Validation(
            self.split, self.data.dataset, users=EVERYBODY, max_length=task["length"]
        )
        try:
            trainer.run(
                lambda epoch: self.moved(self.batches(epoch)),
                count_batches(self.reader, config.batch_size),
                self.model.training_loss,
                lambda: validation(self.model),
                after_epoch=after_epoch,
            )
        except ReachedError:
            with torch.no_grad():
                for name, weight in self.model.named_parameters():
                    weight.copy_(trainer.best[name])
        self.model.freeze()
        reader = HistoryReader(self.split.log, self.data.dataset.profiles)
        ranks = target_ranks(
            self.model, reader, self.split.test, self.split.candidates, max_length=task["length"]
        )
        return {"history": history, "test": float(ndcg_at_k(ranks, 10).mean())}


def count_targets(batch: TrainingBatch) -> int:
    """Predictions that a batch asks for."""
    return int((batch.targets > 0).sum())


main()
