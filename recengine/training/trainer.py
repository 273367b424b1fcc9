"""The one training loop: seeded, validated, checkpointed, and the same after being killed.

A run depends on (config, seed, data) alone. After every epoch it validates a moving average of
the weights and writes a checkpoint; a killed run goes on from the last one to the same result. On
a GPU, which adds up in any order, it is the same but for rounding; a run that goes on on another
device than it began on draws other random numbers as well.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from recengine.data.memory import lower, within_memory
from recengine.data.progress import Progress, silent
from recengine.data.settings import Count, NotNegative, Positive, Settings, Share
from recengine.errors import ConfigError, TrainingError
from recengine.training.checkpoint import load_checkpoint, save_checkpoint
from recengine.training.random_state import random_states, restore_random_states

AfterEpoch = Callable[[int, float], None]


@dataclass(frozen=True, kw_only=True)
class TrainerConfig(Settings):
    """How to train; the defaults suit a million events on two processor cores."""

    epochs: Count = 15
    batch_size: Count = 32
    learning_rate: Positive = 2e-3
    schedule: str = "cosine"  # "cosine" falls to 0 over all epochs, "constant" stays
    warmup: Share = 0.05  # share of all steps
    weight_decay: NotNegative = 0.01  # on matrices only
    clip_norm: Positive = 1.0
    average: Share = 0.999  # decay of the moving average of the weights
    patience: Count = 5  # epochs without a better validation before stopping
    seed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.schedule not in ("cosine", "constant"):
            raise ConfigError(f"schedule={self.schedule!r} must be 'cosine' or 'constant'")


@dataclass
class TrainingRecord:
    """What happened so far.

    Attributes:
        losses, scores: mean training loss and validation score after each epoch.
        seconds: time spent in training steps, validation not counted.
        best_epoch: epoch (from 1) whose averaged weights validated best; 0 before the first.
    """

    losses: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    seconds: float = 0.0
    best_epoch: int = 0

    @property
    def best_score(self) -> float:
        """Best validation score so far."""
        return self.scores[self.best_epoch - 1] if self.best_epoch else -math.inf

    def finished(self, config: TrainerConfig) -> bool:
        """Whether nothing is left to do."""
        done = len(self.scores)
        return done >= config.epochs or done - self.best_epoch >= config.patience


class Trainer:
    """Trains those parameters of a model that ask for gradients."""

    def __init__(self, model: nn.Module, config: TrainerConfig, checkpoint: Path) -> None:
        """Set up.

        Args:
            model: what to train, on the device where it is to be trained.
            config: how.
            checkpoint: file to write after each epoch.
        """
        self.model, self.config, self.checkpoint = model, config, checkpoint
        self.device = next(model.parameters()).device
        self.record = TrainingRecord()
        named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
        matrices = [p for _, p in named if p.ndim > 1]
        vectors = [p for _, p in named if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": config.weight_decay},
                {"params": vectors, "weight_decay": 0.0},
            ],
            lr=config.learning_rate,
            betas=(0.9, 0.98),
            fused=True,
        )
        self.average = {n: p.detach().clone() for n, p in named}
        self.best = {n: p.detach().clone() for n, p in named}
        self.step = 0

    def run(
        self,
        batches: Callable[[int], Iterator[Any]],
        num_batches: int,
        loss_of: Callable[[Any], Tensor],
        validate: Callable[[], float],
        *,
        resume: bool = False,
        progress: Progress = silent,
        stage: str = "Training",
        after_epoch: AfterEpoch | None = None,
    ) -> TrainingRecord:
        """Train to the end or until validation stops improving; leaves the best weights in place.

        Args:
            batches: the batches of an epoch, a function of the epoch's number alone; on the
                model's device.
            num_batches: how many an epoch has.
            loss_of: loss of one batch.
            validate: score of the model as it is, higher is better.
            resume: go on from the checkpoint if there is one of this model and these settings.
            progress: told after every batch.
            stage: name for `progress`.
            after_epoch: told each epoch's number, from 1, and validation score; it ends the run by
                raising.

        Raises:
            TrainingError: losses, gradients, weights or scores are no longer numbers, or there is
                too little memory; the checkpoint of the last epoch before is kept. Or there is
                nothing to learn from.
        """
        if not num_batches:
            raise TrainingError(
                f"{stage} has nothing to learn from: nobody has two events before those "
                "that are held out. Bring longer histories, or use a ranker that needs no training."
            )
        torch.manual_seed(self.config.seed)
        total = num_batches * self.config.epochs
        if resume and self.checkpoint.exists() and not self._restored():
            progress("The checkpoint is of another model or other settings: starting anew", 0, 0)
        while not self.record.finished(self.config):
            epoch = len(self.record.scores)
            with within_memory(stage, lower(self._settings)):
                loss = self._epoch(batches(epoch), num_batches, total, loss_of, progress, stage)
                self.record.losses.append(loss)
                self._validate(validate, total)
                self._save()
            if after_epoch:
                after_epoch(epoch + 1, self.record.scores[-1])
        self._put(self.best)
        self.model.eval()
        return self.record

    @property
    def _settings(self) -> dict[str, Any]:
        """Of the loop, and of the model where it has any."""
        own = getattr(self.model, "config", None)
        return {**vars(self.config), **(vars(own) if own else {})}

    def _epoch(
        self,
        batches: Iterator[Any],
        num_batches: int,
        total: int,
        loss_of: Callable[[Any], Tensor],
        progress: Progress,
        stage: str,
    ) -> float:
        self.model.train()
        epoch, started, summed = len(self.record.scores) + 1, time.perf_counter(), 0.0
        for batch in batches:
            for group in self.optimizer.param_groups:
                group["lr"] = self._learning_rate(total)
            self.optimizer.zero_grad(set_to_none=True)
            loss = loss_of(batch)
            summed += (value := float(loss.detach()))
            self._check("loss", value, self.step + 1, total)
            loss.backward()
            norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
            self._check("size of the gradients", float(norm), self.step + 1, total)
            self.optimizer.step()
            self.step += 1
            self._update_average()
            mean = summed / (1 + (self.step - 1) % num_batches)
            label = f"{stage}, epoch {epoch} of {self.config.epochs}, loss {mean:.3f}"
            progress(label, self.step, total)
        self.record.seconds += time.perf_counter() - started
        for name, weight in self.average.items():
            self._check(f"sum of the weights {name!r}", float(weight.sum()), self.step, total)
        return summed / num_batches

    def _check(self, what: str, value: float, step: int, total: int) -> None:
        """End the training if something is not a number, before anything is saved."""
        if math.isfinite(value):
            return
        epoch = len(self.record.scores)
        kept = f"The checkpoint of epoch {epoch} is kept" if epoch else "Nothing was saved yet"
        raise TrainingError(
            f"The {what} became {value} at step {step} of {total} (epoch {epoch + 1}). {kept}. "
            f"Lower learning_rate ({self.config.learning_rate:g}) and train again."
        )

    def _learning_rate(self, total: int) -> float:
        warm = min(1.0, (self.step + 1) / max(1.0, self.config.warmup * total))
        if self.config.schedule == "constant":
            return self.config.learning_rate * warm
        return self.config.learning_rate * warm * (1 + math.cos(math.pi * self.step / total)) / 2

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(self.config.average, (1 + self.step) / (10 + self.step))
        for name, parameter in self.model.named_parameters():
            if name in self.average:
                self.average[name].lerp_(parameter, 1 - decay)

    def _validate(self, validate: Callable[[], float], total: int) -> None:
        current = {n: p.detach().clone() for n, p in self.model.named_parameters()}
        random = random_states(self.device)
        self._put(self.average)
        self.model.eval()
        score = validate()
        self._check("score on validation", score, self.step, total)
        self.record.scores.append(score)
        if self.record.scores[-1] > self.record.best_score:
            self.record.best_epoch = len(self.record.scores)
            self.best = {n: v.clone() for n, v in self.average.items()}
        self._put(current)
        restore_random_states(random, self.device)

    @torch.no_grad()
    def _put(self, weights: dict[str, Tensor]) -> None:
        for name, parameter in self.model.named_parameters():
            if name in weights:
                parameter.copy_(weights[name])

    def _save(self) -> None:
        tensors = random_states(self.device)
        for kind, weights in (("average", self.average), ("best", self.best)):
            tensors |= {f"{kind}/{name}": value for name, value in weights.items()}
        # With its buffers: some models count their steps.
        tensors |= {f"model/{n}": tensor for n, tensor in self.model.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer/{index}/{name}": value for name, value in state.items()}
        facts = {"step": self.step, "record": asdict(self.record), "config": asdict(self.config)}
        save_checkpoint(self.checkpoint, tensors, facts)

    def _restored(self) -> bool:
        """Take over the checkpoint, unless it belongs to another model or to other settings."""
        tensors, facts = load_checkpoint(self.checkpoint)
        kinds: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            kind, _, rest = name.partition("/")
            kinds.setdefault(kind, {})[rest] = value
        same_shapes = _shapes(kinds["model"]) == _shapes(self.model.state_dict())
        if not same_shapes or facts["config"] != asdict(self.config):
            return False
        self.model.load_state_dict(kinds["model"])
        self.average = {n: weight.to(self.device) for n, weight in kinds["average"].items()}
        self.best = {n: weight.to(self.device) for n, weight in kinds["best"].items()}
        states: dict[int, dict[str, Tensor]] = {}
        for name, value in kinds.get("optimizer", {}).items():
            index, _, rest = name.partition("/")
            states.setdefault(int(index), {})[rest] = value
        self.optimizer.load_state_dict(
            {"state": states, "param_groups": self.optimizer.state_dict()["param_groups"]}
        )
        restore_random_states(tensors, self.device)
        self.step, self.record = facts["step"], TrainingRecord(**facts["record"])
        return True


def _shapes(weights: dict[str, Tensor]) -> dict[str, torch.Size]:
    return {name: weight.shape for name, weight in weights.items()}
