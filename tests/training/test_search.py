import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution

from recengine.data.progress import Progress
from recengine.errors import StorageError, TrainingError
from recengine.training.search import latest_trials, open_study, search, trials_table
from recengine.training.trainer import AfterEpoch

SPACE = {"x": FloatDistribution(-1.0, 3.0), "kind": CategoricalDistribution([1, 2])}
USUAL = {"x": 0.0, "kind": 1}


class Hill:
    """A score with its top at x = 1, told in three epochs."""

    def __init__(self) -> None:
        self.tried: list[dict[str, Any]] = []
        self.killed_at = 99

    def __call__(self, settings: Mapping[str, Any], tell: AfterEpoch, progress: Progress) -> float:
        if len(self.tried) == self.killed_at:
            raise KeyboardInterrupt
        self.tried.append(dict(settings))
        progress("Climbing", 1, 1)
        score = -((settings["x"] - 1) ** 2)
        for epoch in (1, 2, 3):
            tell(epoch, score * (4 - epoch))
        return score


def find(path: Path, hill: Any, trials: int = 6, **options: Any):
    with open_study(path, "hill") as study:
        search(study, SPACE, USUAL, hill, trials=trials, **options)
        return trials_table(study.get_trials(False))


def test_the_first_trial_has_the_usual_settings_and_later_ones_find_better(tmp_path):
    table = find(tmp_path / "s.sqlite3", Hill(), trials=12)
    assert table["settings"][0] == USUAL
    assert table["value"][0] == -1.0
    assert table["value"].max() > -0.1
    assert list(table["number"]) == list(range(12))
    assert (table["seconds"] >= 0).all()


def test_a_killed_search_goes_on_as_if_it_had_never_stopped(tmp_path):
    whole = Hill()
    find(tmp_path / "whole.sqlite3", whole)
    killed = Hill()
    for killed.killed_at in (0, 2, 4):
        with pytest.raises(KeyboardInterrupt):
            find(tmp_path / "killed.sqlite3", killed)
    killed.killed_at = 99
    table = find(tmp_path / "killed.sqlite3", killed)
    assert killed.tried == whole.tried
    states = list(table["state"])
    assert states.count("interrupted") == 3
    assert len(states) - states.count("interrupted") == 6


def test_a_search_that_has_its_trials_does_nothing_until_more_are_wanted(tmp_path):
    hill = Hill()
    find(tmp_path / "s.sqlite3", hill, trials=3)
    find(tmp_path / "s.sqlite3", hill, trials=3)
    assert len(hill.tried) == 3
    find(tmp_path / "s.sqlite3", hill, trials=5)
    assert len(hill.tried) == 5


def test_other_seeds_try_other_settings(tmp_path):
    one, other = Hill(), Hill()
    find(tmp_path / "one.sqlite3", one, seed=1)
    find(tmp_path / "other.sqlite3", other, seed=2)
    assert one.tried[0] == other.tried[0] == USUAL
    assert one.tried[1:] != other.tried[1:]


def test_a_trial_behind_the_median_is_pruned_and_recorded(tmp_path):
    started = []

    def sinking(_: Mapping[str, Any], tell: AfterEpoch, __: Progress) -> float:
        started.append(0)
        for epoch in (1, 2, 3, 4):
            started[-1] = epoch
            tell(epoch, -float(len(started)))
        return -float(len(started))

    table = find(tmp_path / "s.sqlite3", sinking, trials=6)
    assert list(table["state"]) == ["complete"] * 4 + ["pruned"] * 2
    assert started == [4, 4, 4, 4, 3, 3]
    pruned = table.iloc[4]
    assert pruned["scores"] == [-5.0] * 3
    assert pruned["reason"] == "Behind the median of earlier trials at epoch 3."


def test_a_training_that_breaks_down_is_recorded_and_the_search_goes_on(tmp_path):
    hill = Hill()

    def broken(settings: Mapping[str, Any], tell: AfterEpoch, progress: Progress) -> float:
        value = hill(settings, tell, progress)
        if len(hill.tried) == 1:
            raise TrainingError("The loss became nan at step 7.")
        return value

    table = find(tmp_path / "s.sqlite3", broken, trials=3)
    assert list(table["state"]) == ["pruned", "complete", "complete"]
    assert table["reason"][0] == "The loss became nan at step 7."
    assert len(table["scores"][0]) == 3


def test_no_trial_starts_after_the_time_is_up(tmp_path, monkeypatch):
    clock = iter([0.0, 10.0, 50.0, 61.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    assert len(find(tmp_path / "s.sqlite3", Hill(), minutes=1.0)) == 2


def test_progress_says_which_trial_is_running(tmp_path):
    told: list[tuple[str, int, int]] = []
    find(tmp_path / "s.sqlite3", Hill(), trials=2, progress=lambda *step: told.append(step))
    assert told == [("Trial 1 of 2: Climbing", 1, 1), ("Trial 2 of 2: Climbing", 1, 1)]


def test_each_trial_is_on_disk_before_the_next_begins(tmp_path):
    path, counts = tmp_path / "s.sqlite3", []
    find(path, Hill(), trials=3, after_trial=lambda: counts.append(len(latest_trials(path)[1])))
    assert counts == [1, 2, 3]


def test_the_latest_of_several_searches_is_shown(tmp_path):
    path = tmp_path / "s.sqlite3"
    assert latest_trials(path) == ("", [])
    for name, trials in (("b", 3), ("a", 2)):
        with open_study(path, name) as study:
            search(study, SPACE, USUAL, Hill(), trials=trials)
    with open_study(path, "not begun"):
        pass
    name, latest = latest_trials(path)
    assert (name, len(latest)) == ("a", 2)


def test_a_damaged_file_is_one_clear_message(tmp_path):
    path = tmp_path / "s.sqlite3"
    path.write_text("this is no database, whatever its name says " * 50)
    with pytest.raises(StorageError, match=r"cannot be read or written.*delete it"):
        find(path, Hill())


def test_a_folder_that_is_absent_is_one_clear_message(tmp_path):
    with pytest.raises(StorageError, match="cannot be read or written"):
        find(tmp_path / "absent" / "s.sqlite3", Hill())
