"""The command on a world of five items, from the first trial to a training with what was found."""

import json

import pytest
import torch
from filelock import FileLock

from recengine.engine import workshop
from recengine.engine.comparison import tuning
from recengine.training.search import latest_trials
from recengine.training.trainer import Trainer

SEARCH = ("tune", "cycle", "--ranker", "sasrec", "--epochs", "2")


@pytest.fixture(autouse=True)
def cycle(monkeypatch, cycle_dataset, cycle_data) -> None:
    """The name `cycle` stands for the world of five items."""
    for module in (tuning, workshop):
        monkeypatch.setattr(module, "load_dataset", lambda *_, **__: cycle_dataset)
        monkeypatch.setattr(module, "fit_data", lambda *_: (cycle_data, "text"))


def kill_in_trial(monkeypatch, number: int) -> None:
    """As Ctrl-C does, after the first epoch of a trial."""
    run, started = Trainer.run, []

    def interrupted(trainer, *arguments, after_epoch, **options):
        started.append(trainer)

        def stop(*_):
            raise KeyboardInterrupt

        chosen = stop if len(started) == number else after_epoch
        return run(trainer, *arguments, after_epoch=chosen, **options)

    monkeypatch.setattr(Trainer, "run", interrupted)


def test_a_search_finds_settings_that_a_training_can_use(recengine):
    answer = recengine(*SEARCH, "--trials", "3", "--json").json
    assert [each["state"] for each in answer["trials"]] == ["complete"] * 3
    assert all(len(each["scores"]) == 2 for each in answer["trials"])
    assert answer["usual"] == answer["trials"][0]["value"]
    assert answer["best"] == max(each["value"] for each in answer["trials"])
    assert answer["next_step"] == "recengine train cycle --ranker sasrec --tuned"
    trained = recengine(*answer["next_step"].split()[1:], "--epochs", "2", "--json").json
    used = {**trained["recipe"]["model"], **trained["recipe"]["trainer"]}
    assert answer["settings"].items() <= used.items()
    assert trained["validation_ndcg10"]["training"] == answer["best"]


def test_a_search_on_a_device_that_is_not_there_is_one_clear_message(recengine, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    outcome = recengine(*SEARCH, "--device", "cuda")
    assert outcome.status == 2
    assert "The device 'cuda' is not there" in outcome.err


def test_a_killed_search_goes_on_with_the_same_command(recengine, monkeypatch, tmp_path):
    command = (*SEARCH, "--trials", "4", "--json")
    whole = recengine(*command, "--home", str(tmp_path / "other")).json
    with monkeypatch.context() as patched:
        kill_in_trial(patched, 3)
        assert recengine(*command).status == 130
    kept = next((tmp_path / "home" / "studies").glob("*.json"))
    assert json.loads(kept.read_text())["trials"] == {"complete": 2}
    assert len(latest_trials(kept.with_suffix(".sqlite3"))[1]) == 3
    joined = recengine(*command).json
    states = [each["state"] for each in joined["trials"]]
    assert states == ["complete", "complete", "interrupted", "complete", "complete"]
    del joined["trials"][2]
    for one, other in zip(joined["trials"], whole["trials"], strict=True):
        assert (one["settings"], one["value"]) == (other["settings"], other["value"])
    assert joined["best"] == whole["best"]


def test_the_table_has_the_best_trial_first_and_the_protocol_below(recengine):
    out = recengine("tune", "cycle", "--ranker", "recency-ease", "--trials", "3").out
    assert out.startswith("3 trials to the end, 0 stopped: the best has NDCG@10 ")
    assert "l2: " in out
    assert "P-A: last event of each person tests" in out
    assert "recengine tune cycle --ranker recency-ease --trials 3" in out
    assert "RecencyEase.fit(data, RecencyEaseConfig(**settings))" in out


def test_a_second_search_at_the_same_time_is_refused_in_one_line(recengine, tmp_path):
    folder = tmp_path / "home" / "locks"
    folder.mkdir(parents=True)
    with FileLock(folder / "cycle-recency-ease.lock"):
        outcome = recengine("tune", "cycle", "--ranker", "recency-ease", "--trials", "1")
    assert outcome.status == 2
    assert "Another search for 'recency-ease' on 'cycle' is running." in outcome.err


MISTAKES = {
    "tune cycle --ranker sasrek": "Unknown ranker 'sasrek'. Known: ",
    "tune cycle --ranker popularity": "'popularity' has no settings to search. Rankers that have:",
    "tune cycle": "Missing option '--ranker'",
    "tune cycle --ranker sasrec --trials 0": "'--trials'",
    "train cycle --ranker sasrec --tuned": "Run one: recengine tune cycle --ranker sasrec",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_clear_line(recengine, line):
    outcome = recengine(*line.split())
    assert (outcome.status, outcome.out) == (2, "")
    assert MISTAKES[line] in outcome.err
    assert outcome.err.count("\n") == 1
