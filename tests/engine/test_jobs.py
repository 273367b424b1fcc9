"""Trainings beside the dashboard: seen, ended, found again, whoever started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recengine.data.progress import silent
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine import jobs
from recengine.engine.comparison.results import Job, JobStatus
from recengine.errors import ConfigError, TrainingError

PATIENCE = 60.0
_TRAINING = """
import sys, time
from pathlib import Path
from recengine.data.progress import silent
from recengine.data.workspace import Workspace
from recengine.engine.jobs import recorded
with recorded(Workspace(Path(sys.argv[1])), "shop", "gru", silent) as progress:
    progress("Training, epoch 1 of 2", 3, 10)
    print("ready", flush=True)
    time.sleep(120)
"""


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def training(home: Workspace):
    """A process that says it trains, and then only waits."""
    with subprocess.Popen(
        [sys.executable, "-c", _TRAINING, str(home.path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def settled(home: Workspace, status: JobStatus) -> Job:
    """The job once it has that status."""
    deadline = time.monotonic() + PATIENCE
    while (found := jobs.job(home, "shop", "gru")).status is not status:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def test_nothing_is_known_of_what_nobody_started(home):
    assert jobs.job(home, "shop", "gru") == Job(JobStatus.NONE)


@pytest.mark.usefixtures("training")
def test_a_training_shows_how_far_it_is_to_other_processes(home):
    found = jobs.job(home, "shop", "gru")
    assert found.status is JobStatus.RUNNING
    assert (found.stage, found.done, found.total) == ("Training, epoch 1 of 2", 3, 10)
    assert jobs.job(home, "shop", "sasrec").status is JobStatus.NONE


@pytest.mark.usefixtures("training")
def test_a_second_training_of_the_same_is_refused(home):
    with (
        pytest.raises(ConfigError, match=r"'gru' is being trained on shop already"),
        jobs.recorded(home, "shop", "gru", silent),
    ):
        pytest.fail("it began")


def test_cancelling_ends_the_process_and_keeps_how_far_it_was(home, training):
    jobs.cancel(home, "shop", "gru")
    training.wait(PATIENCE)
    found = settled(home, JobStatus.STOPPED)
    assert (found.done, found.error) == (3, "")


def test_a_killed_training_is_seen_to_be_dead(home, training):
    training.send_signal(signal.SIGKILL)
    training.wait(PATIENCE)
    assert settled(home, JobStatus.STOPPED).done == 3


def test_cancelling_what_does_not_run_ends_nobody(home):
    path = home.folder("jobs") / "shop-gru.json"
    write_json(path, {"pid": os.getpid(), "status": "running", "began": 0.0, "changed": 1.0})
    jobs.cancel(home, "shop", "gru")  # the process of that number is this one
    assert jobs.job(home, "shop", "gru").status is JobStatus.STOPPED


def test_a_finished_training_leaves_nothing_to_watch(home):
    with jobs.recorded(home, "shop", "gru", silent) as progress:
        progress("Training", 1, 1)
    assert jobs.job(home, "shop", "gru").status is JobStatus.NONE
    assert read_json(home.folder("jobs") / "shop-gru.json")["status"] == "done"


def test_a_failed_training_leaves_its_message_in_one_line(home):
    with (
        pytest.raises(TrainingError),
        jobs.recorded(home, "shop", "gru", silent),
    ):
        raise TrainingError("The loss became nan\nat step 7.")
    found = jobs.job(home, "shop", "gru")
    assert found.status is JobStatus.FAILED
    assert found.error == "The loss became nan at step 7."


def test_listeners_are_told_every_step(home):
    told = []
    with jobs.recorded(home, "shop", "gru", lambda *step: told.append(step)) as progress:
        for done in range(5):
            progress("Training", done, 5)
    assert [done for _, done, _ in told] == [0, 1, 2, 3, 4]


def test_a_started_training_that_cannot_begin_says_why(home):
    jobs.start(home, "no-such-data", "sasrec")
    deadline = time.monotonic() + PATIENCE
    while (found := jobs.job(home, "no-such-data", "sasrec")).status is JobStatus.RUNNING:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    assert "no-such-data" in found.error


def test_a_search_and_a_training_of_the_same_ranker_are_told_apart(home):
    with (
        jobs.recorded(home, "shop", "gru", silent, jobs.TUNE),
        jobs.recorded(home, "shop", "gru", silent),
    ):
        assert jobs.job(home, "shop", "gru", jobs.TUNE).status is JobStatus.RUNNING
        with (
            pytest.raises(ConfigError, match=r"Settings of 'gru' are being searched on shop"),
            jobs.recorded(home, "shop", "gru", silent, jobs.TUNE),
        ):
            pytest.fail("it began")


def test_a_started_search_that_cannot_begin_says_why(home):
    jobs.start(home, "no-such-data", "sasrec", jobs.TUNE, ["--trials", "3"])
    deadline = time.monotonic() + PATIENCE
    while (
        found := jobs.job(home, "no-such-data", "sasrec", jobs.TUNE)
    ).status is JobStatus.RUNNING:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    assert "no-such-data" in found.error


def test_a_damaged_note_is_no_note(home):
    (home.folder("jobs") / "shop-gru.json").write_text("{")
    assert jobs.job(home, "shop", "gru").status is JobStatus.NONE


def test_a_path_is_the_same_training_however_it_is_written(home, tmp_path, monkeypatch):
    (tmp_path / "log.csv").write_text("")
    monkeypatch.chdir(tmp_path)
    with jobs.recorded(home, "log.csv", "gru", silent):
        found = jobs.job(home, str(tmp_path / "log.csv"), "gru")
    assert found.status is JobStatus.RUNNING
    assert len(list(home.folder("jobs").glob("*.json"))) == 1
