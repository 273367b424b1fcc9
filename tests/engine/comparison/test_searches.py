"""Searches as a page shows them: trials on disk, made by the real search, read back."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from optuna.distributions import FloatDistribution

from recengine.data.progress import silent
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine import jobs
from recengine.engine.comparison import tuning
from recengine.engine.comparison.searches import MORE_TRIALS, Searches
from recengine.engine.comparison.tuning import study_file, tune_ranker
from recengine.engine.state import State
from recengine.errors import DataError, UnknownNameError
from recengine.training import importance
from recengine.training.search import open_study, search

RANKER = "recency-ease"


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def searches(state: State, home: Workspace) -> Searches:
    return Searches(State(state.dataset, home, state.rankers, {}), "shop")


@pytest.fixture
def searched(home: Workspace, monkeypatch: pytest.MonkeyPatch, measure_here: Callable) -> Workspace:
    """A search of three trials by the command itself."""
    measure_here(monkeypatch, tuning)
    tune_ranker("shop", RANKER, home, trials=3, seed=5)
    return home


@pytest.mark.usefixtures("searched")
def test_the_trials_are_told_with_their_settings_and_the_best_so_far(searches: Searches) -> None:
    found = searches.found(RANKER)
    assert list(found.trials["number"]) == [1, 2, 3]
    assert list(found.trials["best"]) == list(found.trials["score"].cummax())
    assert set(found.settings) == {"l2", "decay_events"}
    best = found.trials.loc[found.trials["score"].idxmax()]
    assert {name: best[name] for name in found.settings} == pytest.approx(dict(found.chosen))
    assert found.usual == found.trials["score"][0]
    assert found.best == found.trials["score"].max()
    assert found.protocol.startswith("P-A: last event")
    assert found.facts["seed"] == 5
    assert "3 trials" in found.sentence


def test_a_search_that_trains_nothing_ran_on_no_gpu(
    home: Workspace, monkeypatch: pytest.MonkeyPatch, measure_here: Callable
) -> None:
    for name, told in (("is_available", True), ("device_count", 1), ("get_device_name", "A GPU")):
        monkeypatch.setattr(torch.cuda, name, lambda *_, told=told: told)
    measure_here(monkeypatch, tuning)
    tune_ranker("shop", RANKER, home, trials=1)
    (path,) = home.folder("studies").glob("*.json")
    assert read_json(path)["machine"].endswith("threads")


@pytest.mark.usefixtures("searched")
def test_new_trials_are_seen_and_the_same_ones_are_read_once(searches: Searches) -> None:
    first = searches.found(RANKER)
    assert searches.found(RANKER) is first
    before = searches.stamp(RANKER)
    tune_ranker("shop", RANKER, searches._state.workspace, trials=4, seed=5)
    assert searches.stamp(RANKER) != before
    assert len(searches.found(RANKER).trials) == 4


def test_rankers_that_were_searched_come_first(searches: Searches, searched: Workspace) -> None:
    assert next(iter(searches.rankers)) == RANKER
    assert searches.tried(RANKER)
    assert "popularity" not in searches.rankers
    assert searches.found("item-knn").trials.empty
    assert searches.found("item-knn").made_with.startswith("recengine tune storefront")
    assert searched.folder("studies").exists()


@pytest.mark.usefixtures("searched")
def test_a_search_goes_on_with_the_seed_it_began_with(
    searches: Searches, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    monkeypatch.setattr(jobs, "start", lambda *words: begun.append(words[1:]))
    searches.start(RANKER)
    trials = str(3 + MORE_TRIALS)
    options = ["--trials", trials, "--seed", "5", "--epochs", "0"]
    assert begun == [("shop", RANKER, jobs.TUNE, options)]


def test_trials_of_other_data_are_not_shown(searches: Searches, searched: Workspace) -> None:
    path = next(searched.folder("studies").glob("*.json"))
    write_json(path, {**read_json(path), "data_fingerprint": "other"})
    with pytest.raises(DataError, match=r"made on other data than .* recengine tune storefront"):
        searches.found(RANKER)


def test_what_mattered_is_said_or_that_nobody_can_tell(
    searches: Searches, home: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importance, "MIN_TRIALS", 4)
    space = {name: FloatDistribution(0.0, 1.0) for name in ("l2", "decay_events")}
    path = study_file(searches._state.dataset, RANKER, home)

    def carry_on(trials: int) -> None:
        with open_study(path, "hill") as study:
            search(study, space, dict.fromkeys(space, 0.5),
                   lambda tried, *_: -abs(tried["l2"] - 0.2), trials=trials)  # fmt: skip

    carry_on(3)
    few = searches.worth(RANKER)
    assert few.table.empty
    assert few.sentence.startswith("3 of the")
    carry_on(20)
    told = searches.worth(RANKER, silent)
    assert told.table["setting"][0] == "l2"
    assert told.sentence.startswith("L2 mattered most: alone it explains ")
    found = searches.found(RANKER)
    assert np.isnan(found.usual)  # nothing is written beside these trials
    assert found.sentence.endswith("on validation.")


def test_what_cannot_be_searched_is_refused(searches: Searches) -> None:
    with pytest.raises(UnknownNameError, match="Unknown ranker with settings to search 'nosuch'"):
        searches.found("nosuch")
