"""From a dataset's name to a loaded engine: whatever is missing is fetched or computed first."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress

import numpy as np

from recengine.data.dataset import Dataset
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Split
from recengine.data.workspace import Workspace
from recengine.encoders import DEFAULT_ENCODER, TextTemplate
from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig
from recengine.encoders.vectors import encode_items
from recengine.engine.places import Places, open_places
from recengine.engine.rankers import Rankers
from recengine.engine.state import State
from recengine.errors import DataError
from recengine.evaluation.protocols import protocol_split
from recengine.models import MODELS
from recengine.models.base import FitData
from recengine.models.unified import Unified


def open_state(name_or_path: str, workspace: Workspace, *, progress: Progress = silent) -> State:
    """Load a dataset with every ranker that is ready for it.

    Closed-form rankers are always ready, with the settings that stand on the leaderboard. The
    unified one is if it was trained before, here or by us; without it the others still work, as
    they do where it does not fit the data any more: it says so when it is asked.

    Raises:
        RecEngineError: something is missing and could not be fetched or made.
    """
    dataset = load_dataset(name_or_path, workspace, progress=progress)
    data, text_fingerprint = fit_data(dataset, protocol_split(dataset), workspace, progress)
    rankers = Rankers(data, workspace, progress, as_measured=True)
    places = RankerPlaces(rankers, f"{dataset.fingerprint}-{text_fingerprint}", progress)
    for name in places:
        with suppress(DataError):
            places[name]  # laid out now, while somebody watches the progress
    return State(dataset, workspace, rankers, places)


class RankerPlaces(Mapping[str, Places]):
    """The maps of the rankers with item vectors; one that was trained meanwhile gets a new one."""

    def __init__(self, rankers: Rankers, fingerprint: str, progress: Progress) -> None:
        self._rankers, self._fingerprint, self._progress = rankers, fingerprint, progress
        self._open: dict[str, tuple[Unified, Places]] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Places:
        ranker = self._rankers[name]
        if not isinstance(ranker, Unified):
            raise KeyError(name)
        with self._lock:
            if name not in self._open or self._open[name][0] is not ranker:
                self._open[name] = ranker, self._opened(ranker)
            return self._open[name][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._rankers if issubclass(MODELS[name], Unified))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _opened(self, ranker: Unified) -> Places:
        made = self._rankers.facts(ranker.name)["made"]
        dataset, workspace = self._rankers.data.dataset, self._rankers.workspace
        key = f"{self._fingerprint}-{made}"
        return open_places(ranker, dataset, key, workspace, self._progress)


def fit_data(
    dataset: Dataset, split: Split, workspace: Workspace, progress: Progress = silent
) -> tuple[FitData, str]:
    """What a ranker learns from, and the fingerprint of the text vectors in it."""
    encoder = LlmEncoder(LlmEncoderConfig(name=DEFAULT_ENCODER), workspace, progress)
    vectors = encode_items(dataset, encoder, TextTemplate(), workspace, progress)
    data = FitData(dataset, split.train, split.candidates, np.asarray(vectors.vectors), encoder)
    return data, vectors.fingerprint
