"""How the unified ranker is trained: trunk, then prior and moment, then memory, then ratings.

1. Static: everything but the two heads, exact cross-entropy over the catalogue at every event.
2. Strengths: decay and weight of recency-EASE, and the gates of the moment, on validation.
3. Dynamic: the memory head alone, on top of the frozen trunk, exact cross-entropy at some steps of
   each history. Kept only if it moves the held-out items of validation up, prior and moment
   included, and NDCG@10 does not fall beyond chance; then the prior is chosen once more.
4. Rating: the rating head alone, squared error, where events have ratings.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from recengine.data.batches import TrainingBatch, count_batches, epoch_batches, hide_moments
from recengine.data.devices import CPU
from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.splits import Split
from recengine.errors import UnknownNameError
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.models.base import FitData, Ranker
from recengine.models.catalogue_softmax import Competition
from recengine.models.dynamic_head import Prefixes
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
from recengine.models.unified import Unified, UnifiedConfig
from recengine.training.fitting import Training
from recengine.training.static_step import StaticStep
from recengine.training.strengths import Grid, choose_prior, choose_strengths
from recengine.training.trainer import AfterEpoch, Trainer, TrainerConfig, TrainingRecord
from recengine.training.validation import Places, Validation

HEADS = {"dynamic": "memory_", "rating": "rating_head."}  # weights of the stages after the first
MIN_SPREAD = 1e-2  # standard deviation below which ratings tell nothing


@dataclass(frozen=True, kw_only=True)
class UnifiedRecipe:
    """Everything that decides the result beside data and seed."""

    model: UnifiedConfig = field(default_factory=UnifiedConfig)
    static: TrainerConfig = field(default_factory=TrainerConfig)
    dynamic: TrainerConfig = field(
        default_factory=lambda: TrainerConfig(epochs=3, batch_size=8, schedule="constant")
    )
    rating: TrainerConfig = field(
        default_factory=lambda: TrainerConfig(epochs=4, learning_rate=5e-3, patience=2)
    )
    dynamic_histories: int = 2000  # read per epoch of the dynamic stage, which has few weights
    steps_per_history: int = 16  # predictions per history in the dynamic stage
    validation_users: int = 2000  # asked after every epoch, a fixed random choice
    decays: tuple[float, ...] = (3.0, 5.0, 8.0, 12.0)  # of the prior, in events
    betas: tuple[float, ...] = (0.0, 2.0, 5.0, 8.0, 12.0, 16.0, 20.0, 30.0, 40.0, 60.0, 80.0)
    gate_strengths: tuple[float, ...] = (1.0, 1.5, 2.0, 3.0)  # of all gates of the moment

    @property
    def seed(self) -> int:
        """What everything random starts from."""
        return self.static.seed

    @property
    def settings(self) -> dict[str, Any]:
        """All settings of the model and its static stage by name."""
        return {**vars(self.model), **vars(self.static)}

    def with_seed(self, seed: int) -> "UnifiedRecipe":
        """The same recipe from another seed."""
        return replace(
            self,
            static=replace(self.static, seed=seed),
            dynamic=replace(self.dynamic, seed=seed),
            rating=replace(self.rating, seed=seed),
        )

    def with_settings(self, settings: Mapping[str, Any]) -> "UnifiedRecipe":
        """The same recipe with some settings of its model or its static stage changed.

        Fewer epochs than the dynamic stage has shorten that one as well.

        Raises:
            UnknownNameError: neither has such a setting.
        """
        for name in settings:
            if name not in self.settings:
                raise UnknownNameError("training setting", name, self.settings)
        model = {name: value for name, value in settings.items() if name in vars(self.model)}
        static = {name: value for name, value in settings.items() if name in vars(self.static)}
        epochs = min(self.dynamic.epochs, static.get("epochs", self.dynamic.epochs))
        return replace(
            self,
            model=replace(self.model, **model),
            static=replace(self.static, **static),
            dynamic=replace(self.dynamic, epochs=epochs),
        )


class UnifiedTrainer:
    """Runs the stages of a recipe on one split; each stage resumes on its own."""

    def __init__(
        self,
        data: FitData,
        split: Split,
        recipe: UnifiedRecipe,
        rankers: Mapping[str, Ranker],
        folder: Path,
        *,
        resume: bool,
        device: torch.device = CPU,
    ) -> None:
        """Set up.

        Args:
            data: what may be learnt from.
            split: where `data` comes from, with its validation questions.
            recipe: how.
            rankers: recency-EASE, solved on the same data.
            folder: where checkpoints are kept.
            resume: go on from the checkpoints there.
            device: where to train; the trained ranker comes back on the CPU.
        """
        self.data, self.split, self.recipe = data, split, recipe
        ease = rankers[RecencyEase.name]
        assert isinstance(ease, RecencyEase)
        self.item_item = ease.weights.to(device)
        self.folder, self.resume = folder, resume
        self.train_reader = HistoryReader(split.train, data.dataset.profiles)
        self.validation = Validation(
            split, data.dataset, users=recipe.validation_users, max_length=recipe.model.max_length
        )
        torch.manual_seed(recipe.static.seed)
        self.model = Unified(recipe.model, data)
        self.model.to(device)
        self.competition = Competition(data).to(device)

    def run(self, progress: Progress = silent, after_epoch: AfterEpoch | None = None) -> Training:
        """All stages; `after_epoch` is told the epochs of the first, by far the longest."""
        records = {}
        records["static"] = self._stage(
            "static", self.recipe.static, self.static_loss, progress, after_epoch
        )
        self._settle_cold_items()
        validation = {"static": self.validation(self.model)}
        grid = self._grid()
        validation["with prior"] = choose_strengths(self.model, self.validation, grid, progress)
        before = self.validation.both_ways(self.model)
        self.model.dynamic.fill_(True)
        records["dynamic"] = self._stage(
            "dynamic", self.recipe.dynamic, self.dynamic_loss, progress
        )
        kept, figures = _verdict(before, self.validation.both_ways(self.model))
        validation |= figures
        self.model.dynamic.fill_(kept)
        if kept:
            validation["with prior"] = choose_prior(self.model, self.validation, grid, progress)
        if self.validation.rated and self.model.rating_head.scale > MIN_SPREAD:
            records["rating"] = self._stage(
                "rating", self.recipe.rating, self.rating_loss, progress
            )
        self.model.to(CPU)
        return Training(self.model, records, validation)

    def static_loss(self, batch: TrainingBatch) -> Tensor:
        """Cross-entropy of the next item at every position, and auxiliary losses if asked for."""
        step = StaticStep(self.model, self.competition)
        if self.model.auxiliary is not None:
            return self.model.auxiliary.loss(step, batch)
        return step.main_loss(step.hidden(batch.histories), batch)

    def dynamic_loss(self, batch: TrainingBatch) -> Tensor:
        """Cross-entropy at some positions, with items bent by the memory of that position."""
        model = self.model.eval()  # the trunk is frozen, its dropout must rest
        head = model.memory_head
        length = batch.targets.shape[1]
        steps = (
            torch.randperm(length)[: self.recipe.steps_per_history].sort().values.to(model.device)
        )
        moments = hide_moments(batch.moments[:, steps], self.recipe.model.context_dropout)
        with torch.no_grad():
            items = model.item_vectors()
            said = (model.quiet_gates[:, None] * model.query(moments)).sum(dim=-2)
            interest = model.in_moment(model.hidden(items, batch.histories)[:, steps], said)
            events = model.event_vectors(items, batch.histories)
            items = items[self.competition.competing]
        person = batch.histories.profile[:, None].expand(-1, len(steps), -1)
        codes = torch.cat([moments, person], dim=-1)
        moment_vectors = model.remembered_moment(moments)
        person_vectors = model.memory_profile(person)
        prefixes = Prefixes(
            events=events,
            features=torch.cat([moment_vectors, person_vectors], dim=2),
            known=codes > 0,
            num_moments=moments.shape[-1],
            steps=steps,
        )
        gate = 1 + torch.tanh(head.gate(moment_vectors.sum(dim=2)))
        scores = (interest * gate) @ items.T + model.bias[self.competition.competing].detach()
        scores = scores + head.prefix_scores(head.queries(items), prefixes, interest)
        targets = batch.targets[:, steps]
        real = targets > 0
        if not real.any():
            return scores.sum() * 0
        return torch.nn.functional.cross_entropy(
            scores[real], self.competition.place[targets[real]]
        )

    def rating_loss(self, batch: TrainingBatch) -> Tensor:
        """Squared error of the rating of the next item, at every position that has one."""
        model = self.model.eval()  # the trunk is frozen, its dropout must rest
        rated = (batch.targets > 0) & ~batch.target_values.isnan()
        if not rated.any():
            return model.rating_head.item_offsets.sum() * 0
        with torch.no_grad():
            items = model.item_vectors()
            states = model.hidden(items, batch.histories)[rated]
        targets = batch.targets[rated]
        return model.rating_head.loss(states, items[targets], targets, batch.target_values[rated])

    def _num_batches(self, name: str, config: TrainerConfig) -> int:
        num_batches = count_batches(self.train_reader, config.batch_size)
        if name != "dynamic":
            return num_batches
        return min(num_batches, -(-self.recipe.dynamic_histories // config.batch_size))

    def _stage(
        self,
        name: str,
        config: TrainerConfig,
        loss: Callable[[TrainingBatch], Tensor],
        progress: Progress,
        after_epoch: AfterEpoch | None = None,
    ) -> TrainingRecord:
        for parameter, value in self.model.named_parameters():
            owner = next(
                (s for s, prefix in HEADS.items() if parameter.startswith(prefix)), "static"
            )
            value.requires_grad_(owner == name)
        trainer = Trainer(self.model, config, self.folder / f"{name}.safetensors")
        num_batches = self._num_batches(name, config)
        validate = self._judge(name)

        def batches(epoch: int) -> Iterator[TrainingBatch]:
            whole = epoch_batches(
                self.train_reader,
                batch_size=config.batch_size,
                max_length=self.recipe.model.max_length,
                seed=config.seed,
                epoch=epoch,
            )
            return (batch.to(self.model.device) for batch in islice(whole, num_batches))

        return trainer.run(
            batches,
            num_batches,
            loss,
            lambda: validate(self.model),
            resume=self.resume,
            progress=progress,
            stage=f"Training the {name} part",
            after_epoch=after_epoch,
        )

    @torch.no_grad()
    def _settle_cold_items(self) -> None:
        """Items never trained on start as unpopular as the least popular known ones."""
        warm = self.model.warm > 0
        self.model.bias[~warm] = self.model.bias[warm].quantile(0.05)

    def _judge(self, name: str) -> Callable[[Unified], float]:
        """What tells a good epoch of a stage from a bad one."""
        if name == "rating":
            return self.validation.rating_score
        if name == "dynamic":
            return lambda model: float(self.validation.both_ways(model).nearness.mean())
        return self.validation

    def _grid(self) -> Grid:
        priors = {
            decay: RecencyEase(self.item_item, RecencyEaseConfig(decay_events=decay))
            for decay in self.recipe.decays
        }
        return Grid(priors, self.recipe.betas, self.recipe.gate_strengths)


def _verdict(before: Places, after: Places) -> tuple[bool, dict[str, float]]:
    """Whether the dynamic part is kept, and the figures that say so, with their intervals."""
    gain = bootstrap_mean(after.ndcg - before.ndcg)
    lift = bootstrap_mean(after.nearness - before.nearness)
    figures = {"dynamic": float(after.ndcg.mean())}
    for name, each in (("dynamic gain", gain), ("dynamic lift", lift)):
        figures |= {name: each.mean, f"{name} from": each.low, f"{name} to": each.high}
    return lift.mean > 0 and gain.high >= 0, figures
