"""Trainings that run beside the dashboard: started, watched, ended, and found again later.

A training is a process of its own, the command `recengine train`, in a session of its own and with
low priority; so is a search for settings, `recengine tune`. What it is doing stands in a small file
of the workspace, written by the training itself; a lock that only lives as long as its process
tells whether it is still at work. So a training outlives the page and the dashboard, one that was
killed is seen to be dead, and one that somebody started in a terminal shows up like any other.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from recengine.data.progress import Progress
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine.assets import safe_name
from recengine.engine.comparison.results import Job, JobStatus, Untrained
from recengine.errors import ConfigError, RecEngineError, StorageError
from recengine.models import MODELS

SECONDS_BETWEEN_NOTES = 0.7
SECONDS_TO_START = 90  # torch may take long to load on a busy machine
PRIORITY = 10  # how much a training steps back behind everything else


@dataclass(frozen=True)
class Command:
    """A command that may run beside the dashboard.

    Attributes:
        word: its name.
        mark: ends the names of its notes.
        goes_on: options that let it go on where an earlier run stopped.
        refused: what to say of a second one, about {ranker} and {data}.
    """

    word: str
    mark: str
    goes_on: tuple[str, ...]
    refused: str


TRAIN = Command("train", "", ("--resume",), "{ranker!r} is being trained on {data} already.")
TUNE = Command(
    "tune", "-search", (), "Settings of {ranker!r} are being searched on {data} already."
)


@contextlib.contextmanager
def recorded(
    workspace: Workspace, data: str, ranker: str, listener: Progress, command: Command = TRAIN
) -> Iterator[Progress]:
    """Note what a training does where a dashboard can read it; give the listener to train with.

    Args:
        workspace: where the note is kept.
        data: what is trained on, as `recengine train` is told.
        ranker: what is trained.
        listener: who else is told.
        command: what runs.

    Raises:
        ConfigError: somebody else does the same with the same ranker and data.
    """
    path = _path(workspace, data, ranker, command)
    try:
        with _lock(workspace, path).acquire(timeout=0), _ended_politely():
            note = _Note(path, listener)
            try:
                yield note
            except RecEngineError as error:
                note.write("failed", error=" ".join(str(error).split()))
                raise
            except KeyboardInterrupt:
                note.write("stopped")
                raise
            note.write("done")
    except Timeout as error:
        raise ConfigError(
            f"{command.refused.format(ranker=ranker, data=data)} Wait for it, or stop it on the "
            "page Compare of the dashboard."
        ) from error


def untrained(
    workspace: Workspace, data: str, waiting: Sequence[str], ready: Sequence[str]
) -> tuple[Untrained, ...]:
    """Rankers that wait to be trained: what they need first, and how far each is.

    Args:
        workspace: where notes of trainings are kept.
        data: what would be trained on, as `recengine train` is told.
        waiting: names of those rankers.
        ready: names of all others.
    """
    return tuple(
        Untrained(
            ranker=name,
            label=MODELS[name].label,
            needs=tuple(MODELS[n].label for n in MODELS[name].builds_on if n not in ready),
            job=job(workspace, data, name),
        )
        for name in waiting
    )


def start(
    workspace: Workspace,
    data: str,
    ranker: str,
    command: Command = TRAIN,
    options: Sequence[str] = (),
) -> None:
    """Begin a training, or go on with one that was stopped; it has its own process.

    Raises:
        StorageError: the workspace cannot be written.
    """
    path = _path(workspace, data, ranker, command)
    if job(workspace, data, ranker, command).status is JobStatus.RUNNING:
        return
    log = path.with_suffix(".log")
    words = [command.word, data, "--ranker", ranker, *command.goes_on, *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "recengine.cli", *words, "--home", str(workspace.path)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C that ends the dashboard leaves it alone
        )
    if sys.platform != "win32":  # which knows no such number
        with contextlib.suppress(ProcessLookupError):  # over already
            os.setpriority(os.PRIO_PROCESS, process.pid, PRIORITY)
    threading.Thread(target=process.wait, daemon=True).start()  # else it would stay as a zombie
    if not path.exists() or read_json(path).get("pid") != process.pid:
        began = time.time()
        fresh = {"pid": process.pid, "status": "starting", "began": began, "changed": began}
        write_json(path, fresh)


def cancel(workspace: Workspace, data: str, ranker: str, command: Command = TRAIN) -> None:
    """End a training; what its last checkpoint holds is kept, `start` goes on from there."""
    path = _path(workspace, data, ranker, command)
    note = _read(path)
    if note is None or job(workspace, data, ranker, command).status is not JobStatus.RUNNING:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(note["pid"], signal.SIGTERM)


def job(workspace: Workspace, data: str, ranker: str, command: Command = TRAIN) -> Job:
    """How a training stands, whoever started it."""
    path = _path(workspace, data, ranker, command)
    note = _read(path)
    if note is None:
        return Job(JobStatus.NONE)
    told = {
        "stage": note.get("stage", ""),
        "done": note.get("done", 0),
        "total": note.get("total", 0),
        "seconds": max(0.0, note["changed"] - note["began"]),
    }
    if _at_work(workspace, path) or _about_to_start(note):
        return Job(JobStatus.RUNNING, **told)
    if note["status"] == "done":
        return Job(JobStatus.NONE)
    if note["status"] == "failed":
        return Job(JobStatus.FAILED, error=note["error"], **told)
    if note["status"] == "stopped":
        return Job(JobStatus.STOPPED, **told)
    return Job(JobStatus.STOPPED, error=_last_words(path.with_suffix(".log")), **told)


class _Note:
    """The progress file; written now and then, and whenever something new begins."""

    def __init__(self, path: Path, listener: Progress) -> None:
        self._path, self._listener = path, listener
        self._content = {"pid": os.getpid(), "began": time.time(), "stage": "Reading the data"}
        self._stage, self._next = "", 0.0
        self.write("running")

    def __call__(self, stage: str, done: int, total: int) -> None:
        self._listener(stage, done, total)
        name = stage.partition(",")[0]
        self._content |= {"stage": stage, "done": done, "total": total}
        if name != self._stage or time.monotonic() >= self._next:
            self._stage = name
            self._next = time.monotonic() + SECONDS_BETWEEN_NOTES
            self.write("running")

    def write(self, status: str, error: str = "") -> None:
        """Put it down."""
        self._content |= {"status": status, "error": error, "changed": time.time()}
        write_json(self._path, self._content)


@contextlib.contextmanager
def _ended_politely() -> Iterator[None]:
    """Let a request to end be like Ctrl-C, so that nothing half-written stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _path(workspace: Workspace, data: str, ranker: str, command: Command) -> Path:
    """The note on a training; a path is the same however it is written."""
    where = Path(data)
    name = str(where.resolve()) if where.exists() else data
    return workspace.folder("jobs") / f"{safe_name(name)}-{ranker}{command.mark}.json"


def _lock(workspace: Workspace, path: Path) -> FileLock:
    return workspace.lock(f"job-{path.stem}")


def _at_work(workspace: Workspace, path: Path) -> bool:
    """Whether the process is alive: its lock ends with it, however it ends."""
    try:
        with _lock(workspace, path).acquire(timeout=0):
            return False
    except Timeout:
        return True


def _about_to_start(note: dict[str, Any]) -> bool:
    """Whether a process was started that has not come to its lock yet."""
    if note["status"] != "starting" or time.time() - note["began"] > SECONDS_TO_START:
        return False
    try:
        os.kill(note["pid"], 0)
    except ProcessLookupError:
        return False
    return True


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return dict(read_json(path))
    except StorageError:  # not there, or damaged: then nothing is known
        return None


def _last_words(log: Path) -> str:
    """What a process that died without a note said last."""
    if not log.exists():
        return ""
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("recengine: ")[:300] if lines else ""
