"""The rankers that are ready for a dataset, each loaded when it is first asked for.

A ranker that was trained meanwhile appears by itself; one that was trained or measured again, or
builds on one that was, is loaded again. They answer on the CPU, also where there is a GPU: one
request at a time is little work.
"""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from recengine.data.memory import lower, within_memory
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.engine.adapters import as_trained
from recengine.engine.assets import ranker_file
from recengine.engine.blends import foundation, named_blend
from recengine.engine.comparison.settings import MeasuredSettings
from recengine.errors import ConfigError
from recengine.models import MODELS
from recengine.models.base import (
    FitData,
    Ranker,
    TrainedRanker,
    TunableRanker,
    WeightedRanker,
)
from recengine.models.ease import Ease
from recengine.models.hybrid import Hybrid
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
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

    def __init__(
        self,
        data: FitData,
        workspace: Workspace,
        progress: Progress = silent,
        *,
        as_measured: bool = False,
    ) -> None:
        """Set up; nothing is loaded yet.

        Args:
            data: what closed-form rankers are computed from.
            workspace: where rankers and results are kept.
            progress: told about the slow parts.
            as_measured: closed-form rankers have the settings that stand on the leaderboard, if
                they were measured on this data. Otherwise, and for rankers that build on them,
                they have the usual ones: those are what the others were trained with.
        """
        self.data, self.workspace = data, workspace
        self._progress = progress
        self._settings = MeasuredSettings(data.dataset, workspace) if as_measured else None
        self._usual = Rankers(data, workspace, progress) if as_measured else self
        self._eases: dict[float, RecencyEase] = {}
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
        return name in MODELS and all(other in self for other in self.builds_on(str(name)))

    def builds_on(self, name: str) -> tuple[str, ...]:
        """Names of the rankers that one builds on; of the blend those that were named for it."""
        return foundation(MODELS[name], self.data.dataset.name, self.workspace)

    def stamp(self, name: str) -> str:
        """Another one after every training of the ranker, or of one that it builds on."""
        path = self._file(name)
        own = self._told(name) if path is None else f"{path}@{path.stat().st_mtime_ns}"
        return ";".join([own, *(self.stamp(other) for other in self.builds_on(name))])

    def facts(self, name: str) -> dict[str, Any]:
        """How a ranker was made; for a closed-form one its config, and where that is from."""
        self[name]
        return self._facts[name]

    def trained(self, model: type[Trained]) -> Trained:
        """A ranker that somebody must have trained before.

        Raises:
            ConfigError: nobody has.
        """
        if model.name not in self:
            raise not_trained(model.name, self.data.dataset.name)
        ranker = self[model.name]
        assert isinstance(ranker, model)
        return ranker

    def load(self, path: Path) -> tuple[Ranker, dict[str, Any]]:
        """The ranker in a file, complete with those it builds on.

        Raises:
            StorageError: the file is damaged.
            DataError: it was trained on other data, or on texts that an adapter read which is not
                here.
        """
        data = as_trained(path, self.data, self.workspace, self._progress)
        ranker, facts = load_ranker(path, data)
        ranker.build_on(self._foundation(ranker))
        return ranker, facts

    def _made(self, name: str) -> tuple[Ranker, dict[str, Any]]:
        model = MODELS[name]
        if (path := self._file(name)) is not None:
            return self.load(path)
        if not issubclass(model, TunableRanker):
            return model.fit(self.data), {}
        config, facts = self._config(model)
        ranker: TunableRanker
        if model is RecencyEase:
            ranker = self._ease(config)
        elif issubclass(model, WeightedRanker):
            ranker = stored_fit(model, config, self.data, self.workspace, self._progress)
        else:
            ranker = model.fit(self.data, config)
        ranker.build_on(self._foundation(ranker))
        return ranker, facts

    def _config(self, model: type[TunableRanker]) -> tuple[Any, dict[str, Any]]:
        """The settings to compute a ranker with, and what to tell of them."""
        if model is Hybrid and (named := named_blend(self.data.dataset.name, self.workspace)):
            return named
        if self._settings is None:
            return model.config_class(), {}
        config, facts = self._settings.of(model)
        if model is Hybrid and (config.first, config.second) != Hybrid.builds_on:
            return Hybrid.config_class(), {}  # somebody named that pair elsewhere, or not any more
        return config, facts

    def _told(self, name: str) -> str:
        model = MODELS[name]
        if name in TRAINED or not issubclass(model, TunableRanker):
            return ""
        return repr(self._config(model)[0])

    def _foundation(self, ranker: Ranker) -> dict[str, Ranker]:
        """Those that a ranker builds on; closed-form ones as they were when it was made."""
        if isinstance(ranker, Ease):  # nothing but the weights of its own ridge
            return {RecencyEase.name: self._ease(RecencyEaseConfig(l2=ranker.config.l2))}
        return {
            other: (self if other in TRAINED else self._usual)[other] for other in ranker.builds_on
        }

    def _ease(self, config: RecencyEaseConfig) -> RecencyEase:
        """Recency-EASE, whose weights all of the same ridge share."""
        solved = self._usual._eases
        if config.l2 not in solved:
            solved[config.l2] = stored_ease(self.data, self.workspace, self._progress, config)
        return RecencyEase(solved[config.l2].weights, config)

    def _file(self, name: str) -> Path | None:
        if name not in TRAINED:
            return None
        return ranker_file(self.data.dataset.name, name, self.workspace)


def not_trained(name: str, data: str) -> ConfigError:
    """Says that a ranker must be trained first, and how."""
    which = "" if name == Unified.name else f" --ranker {name}"
    return ConfigError(
        f"{MODELS[name].label!r} is not trained on {data!r} yet. "
        f"Train it first: recengine train {data}{which}"
    )
