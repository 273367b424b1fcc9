"""Which datasets can be shown, and the engine of each: opened once per process, with progress.

The environment is read here and nowhere else: RECENGINE_DATA names the dataset to begin with (a
built-in name or the path of one's own), RECENGINE_HOME the folder where everything is kept,
RECENGINE_WRITER the language model that rewords texts.
"""

import contextlib
import gc
import itertools
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path

import platformdirs
import streamlit as st

from recengine.data.progress import Progress
from recengine.data.sources import BUILT_IN
from recengine.data.workspace import Workspace
from recengine.engine.handover import collect
from recengine.errors import RecEngineError
from recengine.types import USER_ID
from recengine.ui.asked import AnyEngine
from recengine.ui.view import Answers

DEFAULT_DATA = "movielens-1m"
MAX_LISTED_PEOPLE = 8_000  # more would slow every rerun; others are found by typing the id
QUICK_SECONDS = 0.3  # an engine that opens faster than this needs no loading state
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
    """Open an engine, preparing what is missing, or take the one that the command has opened."""
    from recengine.engine import Engine  # here: torch takes seconds, the first paint must not

    return collect(name_or_path, home) or Engine.open(
        name_or_path,
        Workspace(home),
        writer=os.environ.get("RECENGINE_WRITER", "").strip(),
        progress=progress,
    )


class Opening:
    """An engine on its way, watched by every page that waits for it."""

    def __init__(self, load: Callable[[Progress], AnyEngine]) -> None:
        self.stages: list[str] = []
        self.done, self.total = 0, 0
        self._stage_since = time.monotonic()
        self.serial = str(next(_serials))
        self._future: Future[AnyEngine] = Future()
        threading.Thread(target=self._run, args=(load,), daemon=True).start()

    def _run(self, load: Callable[[Progress], AnyEngine]) -> None:
        try:
            engine = load(self._report)
            gc.collect()
            gc.freeze()  # it stays: Streamlit, which looks for garbage after every run, may pass by
            self._report("Finding people worth meeting", 0, 0)
            with contextlib.suppress(RecEngineError):  # the page that asks again will say it
                engine.stories()
            self._future.set_result(engine)
        except BaseException as error:  # carried to whoever waits, who knows what to do with it
            self._future.set_exception(error)

    def _report(self, stage: str, done: int, total: int) -> None:
        if not self.stages or self.stages[-1] != stage:
            self.stages.append(stage)
            self._stage_since = time.monotonic()
        self.done, self.total = done, total

    @property
    def seconds_in_stage(self) -> float:
        """How long the present stage has taken so far."""
        return time.monotonic() - self._stage_since

    @property
    def finished(self) -> bool:
        """Whether the engine is there, or never will be."""
        return self._future.done()

    def answers(self, seconds: float) -> Answers | None:
        """The answers, or None if it takes longer than `seconds`.

        Raises:
            RecEngineError: the engine cannot be opened; the message says why.
        """
        if not wait([self._future], timeout=seconds).done:
            return None
        return Answers(self._future.result(), self.serial)


@st.cache_resource(show_spinner=False)
def _opening(name_or_path: str, home: str) -> Opening:
    return Opening(lambda progress: load_engine(name_or_path, Path(home), progress))


def _home() -> str:
    return os.environ.get("RECENGINE_HOME", "") or str(platformdirs.user_data_path("recengine"))


def opening(name: str) -> Opening:
    """The engine of an offered dataset on its way, or there already."""
    return _opening(offered()[name], _home())


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
    labels = people[USER_ID].astype("string") + [f" · {n:,} events" for n in lengths[order]]
    for feature in dataset.profile_features:
        labels += (" · " + people[feature.name].astype("string")).fillna("")
    return dict(zip(people[USER_ID], labels, strict=True))
