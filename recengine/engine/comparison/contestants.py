"""The rankers of one evaluation: fitted to one split with one seed, tuned on its validation part.

Trained ones are trained once per protocol and seed and kept; the others choose their settings anew.
"""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from recengine.data.devices import CPU
from recengine.data.progress import Progress
from recengine.data.settings import written
from recengine.data.splits import Split
from recengine.data.workspace import Workspace
from recengine.engine.assets import safe_name
from recengine.engine.blends import foundation, settings_to_try
from recengine.engine.rankers import TRAINED, Rankers
from recengine.engine.workshop import train_and_keep
from recengine.errors import ConfigError, StorageError
from recengine.models import MODELS
from recengine.models.base import FitData, Ranker, TunableRanker
from recengine.training.checkpoint import load_checkpoint
from recengine.training.choosing import best_config
from recengine.training.fitting import Recipe
from recengine.training.rankers import load_ranker
from recengine.training.recipes import recipe_for
from recengine.training.unified import UnifiedRecipe

Change = Callable[[Recipe | UnifiedRecipe], Recipe | UnifiedRecipe]


class Contestants:
    """Fits rankers to one split with one seed, each when it is asked for."""

    def __init__(
        self,
        data: FitData,
        split: Split,
        protocol: str,
        seed: int,
        text_fingerprint: str,
        workspace: Workspace,
        progress: Progress,
        change: Change | None = None,
        device: torch.device = CPU,
    ) -> None:
        """Set up.

        Args:
            data: what may be learnt from.
            split: where `data` comes from.
            protocol: its name, part of the names of files.
            seed: of everything random.
            text_fingerprint: of the text vectors in `data`.
            workspace: where trained rankers are kept.
            progress: told about training.
            change: what to do with every recipe before it is followed.
            device: where to train.
        """
        self.data, self.split, self.protocol, self.seed = data, split, protocol, seed
        self._text_fingerprint = text_fingerprint
        self._workspace, self._progress = workspace, progress
        self._change, self._device = change, device
        self._closed = Rankers(data, workspace, progress)
        self._trained: dict[str, tuple[Ranker, dict[str, Any]]] = {}

    def enter(self, name: str) -> tuple[Ranker, dict[str, Any]]:
        """A ranker at its best, and how it was made: settings, seconds, what was tried.

        Its seconds hold those of the trained rankers that it builds on, whenever they were trained.
        """
        if name in TRAINED:
            if name not in self._trained:
                self._trained[name] = self._train(name)
            return self._trained[name]
        parts = self._closed.builds_on(name)
        before = sum(self.enter(part)[1]["seconds"] for part in parts if part in TRAINED)
        started = time.perf_counter()
        choice = best_config(
            MODELS[name],
            self.data,
            self.split,
            self._foundation(name),
            grid=settings_to_try(MODELS[name], self.data.dataset.name, self._workspace),
            progress=self._progress,
        )
        facts = {
            "config": _as_json(choice.config),
            "tried": [[_as_json(config), score] for config, score in choice.tried],
            "seconds": before + time.perf_counter() - started,
        }
        return choice.ranker, facts

    def _train(self, name: str) -> tuple[Ranker, dict[str, Any]]:
        stem = f"{safe_name(self.data.dataset.name)}-{name}-{self.protocol}-seed{self.seed}"
        path = self._workspace.folder("rankers") / f"{stem}.safetensors"
        recipe = recipe_for(name, self.data.dataset, self.split.train).with_seed(self.seed)
        recipe = self._change(recipe) if self._change else recipe
        settings = _as_json(recipe)
        if not self._is_of(path, settings):
            train_and_keep(
                name,
                self.data,
                self.split,
                recipe,
                path,
                self._text_fingerprint,
                rankers=self._foundation(name),
                folder=self._workspace.folder("training") / stem,
                resume=True,
                progress=self._progress,
                device=self._device,
            )
        ranker, facts = load_ranker(path, self.data)
        ranker.build_on(self._foundation(name))
        return ranker, {"config": facts["recipe"]} | {
            key: facts[key] for key in ("seconds", "epochs", "validation_ndcg10") if key in facts
        }

    def _foundation(self, name: str) -> dict[str, Ranker]:
        """The rankers that one builds on: trained for this split, others with usual settings."""
        return {
            other: self.enter(other)[0] if other in TRAINED else self._closed[other]
            for other in self._closed.builds_on(name)
        }

    def _is_of(self, path: Path, recipe: Any) -> bool:
        """Whether a file holds this data's ranker, trained by this recipe."""
        try:
            facts = load_checkpoint(path)[1]
        except StorageError:
            return False
        same_data = facts.get("data_fingerprint") == self.data.dataset.fingerprint
        return bool(same_data and facts.get("recipe") == recipe)


def check_seeds(seeds: Sequence[int]) -> None:
    """Refuse seeds that nothing can be averaged over.

    Raises:
        ConfigError: there are none, or the same one twice.
    """
    if not seeds or len(set(seeds)) < len(seeds):
        raise ConfigError(f"seeds={tuple(seeds)} must be one or more different whole numbers.")


def seeded(name: str, dataset_name: str, workspace: Workspace) -> bool:
    """Whether another seed gives another ranker."""
    others = foundation(MODELS[name], dataset_name, workspace)
    return name in TRAINED or any(seeded(other, dataset_name, workspace) for other in others)


def settings_of(name: str, data: FitData, split: Split, workspace: Workspace) -> dict[str, Any]:
    """What decides how a ranker is made, those it builds on included."""
    model, dataset_name = MODELS[name], data.dataset.name
    if name in TRAINED:
        own = _as_json(recipe_for(name, data.dataset, split.train))
    elif issubclass(model, TunableRanker):
        tried = settings_to_try(model, dataset_name, workspace)
        own = [_as_json(config) for config in tried or (model.config_class(),)]
    else:
        own = None
    return {name: own} | {
        inner: settings
        for other in foundation(model, dataset_name, workspace)
        for inner, settings in settings_of(other, data, split, workspace).items()
    }


def _as_json(settings: Any) -> Any:
    """Settings as they come back from a file."""
    return json.loads(json.dumps(None if settings is None else written(settings)))
