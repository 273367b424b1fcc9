"""The rankers that are ready for a dataset, each loaded when it is first asked for.

A ranker that was trained meanwhile appears by itself; one that was trained again, or builds on one
that was, is loaded again.
"""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from recengine.data.memory import lower, within_memory
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.engine.assets import ranker_file
from recengine.errors import ConfigError
from recengine.models import MODELS
from recengine.models.base import FitData, Ranker, TrainedRanker, WeightedRanker
from recengine.models.recency_ease import RecencyEase
from recengine.models.unified import Unified
from recengine.training.rankers import load_ranker, stored_ease, stored_fit

TRAINED = tuple(
    name for name, model in MODELS.items() if issubclass(model, TrainedRanker) or model is Unified
)

Trained = TypeVar("Trained", bound=TrainedRanker | Unified)


class Rankers(Mapping[str, Ranker]):
    """Closed-form rankers are always ready, trained ones if somebody trained them.

    Safe to share between threads: each ranker is loaded once.
    """

    def __init__(self, data: FitData, workspace: Workspace, progress: Progress = silent) -> None:
        self.data, self.workspace = data, workspace
        self._progress = progress
        self._loaded: dict[str, Ranker] = {}
        self._stamps: dict[str, str] = {}
        self._facts: dict[str, dict[str, Any]] = {}
        self._lock = threading.RLock()

    def __getitem__(self, name: str) -> Ranker:
        if name not in self:
            raise KeyError(name)
        with self._lock:
            stamp = self.stamp(name)
            if self._stamps.get(name) != stamp:
                with within_memory(f"Computing {MODELS[name].label}", lower({})):
                    self._loaded[name], self._facts[name] = self._made(name)
                self._stamps[name] = stamp
            return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in MODELS if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        if name in TRAINED:
            return self._file(str(name)) is not None
        return name in MODELS

    def stamp(self, name: str) -> str:
        """Another one after every training of the ranker, or of one that it builds on."""
        path = self._file(name)
        own = "" if path is None else f"{path}@{path.stat().st_mtime_ns}"
        return ";".join([own, *(self.stamp(other) for other in MODELS[name].builds_on)])

    def facts(self, name: str) -> dict[str, Any]:
        """How a ranker was made; empty for closed-form ones."""
        self[name]
        return self._facts[name]

    def trained(self, model: type[Trained]) -> Trained:
        """A ranker that somebody must have trained before.

        Raises:
            ConfigError: nobody has.
        """
        if model.name not in self:
            data = self.data.dataset.name
            which = "" if model is Unified else f" --ranker {model.name}"
            raise ConfigError(
                f"{model.label!r} is not trained on {data!r} yet. "
                f"Train it first: recengine train {data}{which}"
            )
        ranker = self[model.name]
        assert isinstance(ranker, model)
        return ranker

    def load(self, path: Path) -> tuple[Ranker, dict[str, Any]]:
        """The ranker in a file, complete with those it builds on.

        Raises:
            StorageError: the file is damaged.
            DataError: it was trained on other data.
        """
        ranker, facts = load_ranker(path, self.data)
        ranker.build_on({name: self[name] for name in ranker.builds_on})
        return ranker, facts

    def _made(self, name: str) -> tuple[Ranker, dict[str, Any]]:
        model = MODELS[name]
        if (path := self._file(name)) is not None:
            return self.load(path)
        if model is RecencyEase:
            return stored_ease(self.data, self.workspace, self._progress), {}
        if issubclass(model, WeightedRanker):
            config = model.config_class()
            ranker: Ranker = stored_fit(model, config, self.data, self.workspace, self._progress)
        else:
            ranker = model.fit(self.data)
        ranker.build_on({other: self[other] for other in ranker.builds_on})
        return ranker, {}

    def _file(self, name: str) -> Path | None:
        if name not in TRAINED:
            return None
        return ranker_file(self.data.dataset.name, name, self.workspace)
