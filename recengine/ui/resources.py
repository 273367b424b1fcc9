"""Which datasets can be shown, and the engine of each: opened once per process, with progress.

The environment is read here and nowhere else: RECENGINE_DATA names the dataset to begin with (a
built-in name or the path of one's own), RECENGINE_HOME the folder where everything is kept.
"""

import itertools
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import platformdirs
import streamlit as st

from recengine.data.progress import Progress
from recengine.data.sources import BUILT_IN
from recengine.data.workspace import Workspace
from recengine.ui.view import Answers, AnyEngine

DEFAULT_DATA = "movielens-1m"
MAX_LISTED_PEOPLE = 8_000  # more would slow every rerun; others are found by typing the id
_QUICK_SECONDS = 0.3  # an engine that opens faster than this needs no loading state
_serials = itertools.count(1)


def offered() -> dict[str, str]:
    """Datasets by the name that URLs use, the one to begin with first; values are what to open."""
    first = os.environ.get("RECENGINE_DATA", "").strip() or DEFAULT_DATA
    mine = {first if first in BUILT_IN else Path(first).stem or first: first}
    return {**mine, **{name: name for name in BUILT_IN if name not in mine}}


def title(name: str) -> str:
    """How people call a dataset that need not be open yet."""
    return BUILT_IN[name].title if name in BUILT_IN else name


def load_engine(name_or_path: str, home: Path, progress: Progress) -> AnyEngine:
    """Open an engine, preparing what is missing."""
    from recengine.engine import Engine  # here: torch takes seconds, the first paint must not

    return Engine.open(name_or_path, Workspace(home), progress=progress)


class Opening:
    """An engine on its way, watched by every page that waits for it."""

    def __init__(self, load: Callable[[Progress], AnyEngine]) -> None:
        self.stages: list[str] = []
        self.done, self.total = 0, 0
        self.serial = str(next(_serials))
        self._future: Future[AnyEngine] = Future()
        threading.Thread(target=self._run, args=(load,), daemon=True).start()

    def _run(self, load: Callable[[Progress], AnyEngine]) -> None:
        try:
            self._future.set_result(load(self._report))
        except BaseException as error:  # carried to whoever waits, who knows what to do with it
            self._future.set_exception(error)

    def _report(self, stage: str, done: int, total: int) -> None:
        if not self.stages or self.stages[-1] != stage:
            self.stages.append(stage)
        self.done, self.total = done, total

    def wait(self, seconds: float) -> Answers | None:
        """The answers, or None if it takes longer than `seconds`; raises what went wrong."""
        try:
            return Answers(self._future.result(timeout=seconds), self.serial)
        except TimeoutError:
            if self._future.done():  # the work itself timed out, we did not
                raise
            return None


@st.cache_resource(show_spinner=False)
def _opening(name_or_path: str, home: str) -> Opening:
    return Opening(lambda progress: load_engine(name_or_path, Path(home), progress))


def _home() -> str:
    return os.environ.get("RECENGINE_HOME", "") or str(platformdirs.user_data_path("recengine"))


def open_answers(name: str, while_waiting: Callable[[Opening], None]) -> Answers:
    """The engine of an offered dataset; `while_waiting` draws until the engine is there.

    Raises:
        RecEngineError: it cannot be opened; the message says why.
    """
    opening = _opening(offered()[name], _home())
    answers = opening.wait(_QUICK_SECONDS)
    while answers is None:
        while_waiting(opening)
        answers = opening.wait(_QUICK_SECONDS)
    return answers


def forget(name: str) -> None:
    """Let the next visit open the dataset anew, after a failure."""
    _opening.clear(offered()[name], _home())


@st.cache_resource(max_entries=8, show_spinner=False)
def person_labels(serial: str, _answers: Answers) -> dict[str, str]:  # noqa: ARG001
    """Everybody one can pick, most active first, with a line that a search can find them by."""
    dataset = _answers.engine.dataset
    lengths = dataset.log.lengths
    order = (-lengths).argsort(kind="stable")[:MAX_LISTED_PEOPLE]
    people = dataset.users.iloc[order]
    columns = [people[feature.name].astype("string") for feature in dataset.profile_features]
    labels = {}
    for row, user_id in enumerate(dataset.user_ids[order]):
        facts = [column.iloc[row] for column in columns if not column.isna().iloc[row]]
        labels[user_id] = " · ".join([user_id, f"{lengths[order[row]]:,} events", *facts])
    return labels
