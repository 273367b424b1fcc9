"""Work that takes longer than a click should: done beside the page, with its progress in sight.

`streamed` gives the answer if it is there within a moment; otherwise it draws how far the work is
and looks again now and then, while the rest of the page stays usable.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any

import streamlit as st

from recengine.data.progress import Progress
from recengine.errors import RecEngineError
from recengine.ui.text import plain

QUICK_SECONDS = 0.25
_SECONDS_BETWEEN_LOOKS = 0.6


class Work:
    """One piece of work on its way; everybody who asks for the same waits for the same one."""

    def __init__(self, do: Callable[[Progress], Any]) -> None:
        self.stage, self.done, self.total = "", 0, 0
        self._began = time.monotonic()
        self._cancelled = threading.Event()
        self._future: Future[Any] = Future()
        threading.Thread(target=self._run, args=(do,), daemon=True).start()

    def _run(self, do: Callable[[Progress], Any]) -> None:
        try:
            self._future.set_result(do(self._report))
        except BaseException as error:  # carried to whoever waits, who knows what to do with it
            self._future.set_exception(error)

    def _report(self, stage: str, done: int, total: int) -> None:
        self.stage, self.done, self.total = stage, done, total
        if self._cancelled.is_set():
            raise CancelledError("Stopped. Ask again to begin anew.")

    def cancel(self) -> None:
        """End it at its next report."""
        self._cancelled.set()

    def finished(self, seconds: float = 0.0) -> bool:
        """Whether it is done, waiting for it a moment."""
        return bool(wait([self._future], timeout=seconds).done)

    @property
    def result(self) -> Any:
        """What came out, once it is finished.

        Raises:
            RecEngineError: what the work raised.
        """
        return self._future.result()

    @property
    def told(self) -> str:
        """How far it is, in words."""
        counted = f", {self.done:,} of {self.total:,}" if self.total > 1 else ""
        return f"{self.stage or 'Getting ready'}{counted} ({time.monotonic() - self._began:.0f} s)"

    @property
    def part(self) -> float:
        """How far it is, 0 to 1; 0 if that is not known."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


class CancelledError(RecEngineError):
    """Somebody stopped the work."""


@st.cache_resource(max_entries=64, show_spinner=False)
def _work(asked: tuple, _do: Callable[[Progress], Any]) -> Work:  # noqa: ARG001
    return Work(_do)


def streamed(asked: tuple, do: Callable[[Progress], Any], what: str) -> Any | None:
    """The answer of some work; None while it is on its way, its progress being drawn.

    Args:
        asked: what tells this work from any other.
        do: does it, telling its progress.
        what: what is being made, in plain words.

    Raises:
        RecEngineError: what the work raised; asking again begins anew.
    """
    work = _work(asked, do)
    if work.finished(QUICK_SECONDS):
        try:
            return work.result
        except RecEngineError:
            _work.clear(asked, do)
            raise
    with st.container(border=True):
        st.markdown(f"**{plain(what)}**")
        _watch(work)
    return None


@st.fragment(run_every=_SECONDS_BETWEEN_LOOKS)
def _watch(work: Work) -> None:
    if work.finished():
        st.rerun()
    st.progress(work.part, text=plain(work.told))
    st.button(
        "Stop",
        icon=":material/stop_circle:",
        type="tertiary",
        key=f"stop_{id(work)}",  # several pieces of work may be on their way
        on_click=work.cancel,
    )
