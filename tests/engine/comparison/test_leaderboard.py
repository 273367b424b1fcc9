import json

import numpy as np
import pandas as pd
import pytest

from recengine.data.workspace import Workspace
from recengine.engine.assets import dashboard_folder
from recengine.engine.comparison.leaderboard import leaderboard_of, sentence_of
from recengine.engine.comparison.measurements import (
    SLICE_COLUMNS,
    KeptAnswers,
    Measurements,
    RankerAnswers,
    read_measurements,
)
from recengine.errors import UnknownNameError

SHARED = {"low": 0.1, "high": 0.4, "seeds": 1, "by_seed": [], "seconds": 1.0}
FACTS = {"description": "rules", "questions": 9, "made_with": "recengine evaluate"}
SHIPPED = sorted(
    path.stem.removesuffix("-P-A")
    for path in (dashboard_folder() / "assets" / "results").glob("*-P-A.json")
)


def _measured(values, differences=(), answers=None) -> Measurements:
    rows = [
        SHARED | {"ranker": name, "label": name.upper(), "metric": metric, "value": value}
        for name, value in values.items()
        for metric in ("ndcg@10", "hr@10")
    ]
    best = max(values, key=lambda name: values[name])
    written = [
        {"ranker": best, "against": other, "metric": "hr@10", "value": 0.1, "low": low, "high": 0.2}
        for other, low in differences
    ]
    return Measurements(FACTS, {}, rows, written, pd.DataFrame(columns=SLICE_COLUMNS), answers)


def test_a_clear_lead_is_told_in_people():
    measured = _measured({"a": 0.32, "b": 0.16}, [("b", 0.01)])
    assert sentence_of(measured) == (
        "A finds the next choice among its first ten for 32 of 100 people, 100% more often than B."
    )


def test_a_lead_is_claimed_only_if_its_paired_interval_leaves_out_0():
    measured = _measured({"a": 0.32, "b": 0.3, "c": 0.2}, [("b", -0.01), ("c", 0.05)])
    assert sentence_of(measured) == (
        "A finds the next choice among its first ten for 32 of 100 people, "
        "60% more often than C; B is too close to tell apart."
    )


def test_rare_hits_are_told_of_a_thousand_people():
    assert "for 32 of 1,000 people" in sentence_of(_measured({"a": 0.032}))


def test_a_single_ranker_has_nothing_to_be_compared_with():
    assert "no other ranker was measured" in sentence_of(_measured({"a": 0.3}))


def test_written_differences_are_turned_round_for_the_other_side():
    board = leaderboard_of(_measured({"a": 0.32, "b": 0.16}, [("b", 0.01)]), against="a")
    row = board.table.set_index(["ranker", "metric"]).loc[("b", "hr@10")]
    assert (row["difference"], row["diff_low"], row["diff_high"]) == (-0.1, -0.2, -0.01)
    assert row["verdict"] == "worse than A"


def test_what_was_never_compared_is_said_to_be_so():
    board = leaderboard_of(_measured({"a": 0.3, "b": 0.2, "c": 0.1}, [("b", 0.01)]), against="c")
    verdicts = board.table.set_index(["ranker", "metric"])["verdict"]
    assert verdicts[("b", "hr@10")] == "not compared by person"
    assert verdicts[("c", "hr@10")] == ""


def test_rankers_stand_in_the_order_of_their_quality():
    board = leaderboard_of(_measured({"a": 0.1, "b": 0.3, "c": 0.2}))
    assert list(dict.fromkeys(board.table["ranker"])) == ["b", "c", "a"]
    assert list(board.metrics) == ["ndcg@10", "hr@10"]


def test_kept_ranks_tell_leads_from_noise():
    rng = np.random.default_rng(0)
    base = rng.integers(1, 60, 300)
    shuffled = rng.permutation(base)
    answers = {
        name: RankerAnswers(ranks[None], np.zeros((300, 10), dtype=np.int32))
        for name, ranks in (("base", base), ("same", shuffled), ("better", (base + 1) // 2))
    }
    kept = KeptAnswers(np.arange(300), "asked", np.full(300, 60), answers)
    measured = _measured({"better": 0.3, "base": 0.2, "same": 0.2}, answers=kept)
    verdicts = leaderboard_of(measured, against="base").table.set_index(["ranker", "metric"])
    assert verdicts.loc[("better", "hr@10"), "verdict"] == "better than BASE"
    assert verdicts.loc[("same", "hr@10"), "verdict"].startswith("no clear difference from BASE")


def _rated(errors):
    """Answers of rankers that foretold ratings, by their squared errors."""
    count = len(next(iter(errors.values())))
    ranks, lists = np.ones((1, count), dtype=int), np.zeros((count, 10), dtype=np.int32)
    answers = {
        name: RankerAnswers(ranks, lists, {"rmse": squared.astype(np.float32)})
        for name, squared in errors.items()
    }
    answers["mute"] = RankerAnswers(ranks, lists)
    return KeptAnswers(np.arange(count), "asked", np.full(count, 60), answers)


def test_errors_of_ratings_are_compared_person_by_person():
    squared = np.random.default_rng(0).random(400)
    rows = [
        SHARED | {"ranker": name, "label": name.upper(), "metric": metric, "value": value}
        for name, value in {"base": 0.7, "near": 0.5, "same": 0.7, "mute": 0.1}.items()
        for metric in ("ndcg@10", "hr@10", "rmse")
    ]
    kept = _rated({"base": squared, "near": squared / 2, "same": squared[::-1]})
    measured = Measurements(FACTS, {}, rows, [], pd.DataFrame(columns=SLICE_COLUMNS), kept)
    table = leaderboard_of(measured, against="base").table.set_index(["ranker", "metric"])
    near = table.loc[("near", "rmse")]
    expected = np.sqrt((squared / 2).mean()) - np.sqrt(squared.mean())
    assert near["difference"] == pytest.approx(expected, abs=1e-3)
    assert near["verdict"] == "better than BASE"  # the lower, the better
    assert table.loc[("same", "rmse"), "verdict"] == "no clear difference from BASE"
    assert table.loc[("mute", "rmse"), "verdict"] == "not compared by person"


def test_one_figure_for_all_people_is_not_compared():
    rows = [
        SHARED | {"ranker": name, "label": name, "metric": metric, "value": 0.3}
        for name in ("a", "b")
        for metric in ("ndcg@10", "hr@10", "coverage@10")
    ]
    rows = [row | {"low": None, "high": None} if "cov" in row["metric"] else row for row in rows]
    measured = Measurements(FACTS, {}, rows, [], pd.DataFrame(columns=SLICE_COLUMNS), None)
    table = leaderboard_of(measured, against="a").table.set_index(["ranker", "metric"])
    assert table.loc[("b", "coverage@10"), "verdict"] == "one figure for all, not compared"


@pytest.mark.parametrize(
    ("config", "label"),
    [
        ({"first": "gru", "second": "recency-ease", "weight": 0.5},
         "Blend: GRU (recurrent) + Goes together (EASE)"),
        ({"first": "gru", "second": "of another version"}, "HYBRID"),
        ({"weight": 0.5}, "HYBRID"),
        (None, "HYBRID"),
    ],
)  # fmt: skip
def test_blends_of_older_results_are_called_after_their_pair_where_that_was_kept(config, label):
    measured = _measured({"hybrid": 0.3, "b": 0.2})
    measured.rankers["hybrid"] = {"config": config}
    board = leaderboard_of(measured)
    assert list(dict.fromkeys(board.table["label"])) == [label, "B"]
    assert board.sentence.startswith(f"{label} finds the next choice")


def test_an_unmeasured_baseline_names_the_measured_ones():
    with pytest.raises(UnknownNameError, match=r"Unknown measured ranker 'x'\. Known: a"):
        leaderboard_of(_measured({"a": 0.1}), against="x")


@pytest.mark.parametrize("name", SHIPPED)
def test_results_that_come_along_can_be_read(name, tmp_path):
    measured = read_measurements(name, "P-A", Workspace(tmp_path))
    assert measured is not None
    board = leaderboard_of(measured)
    assert set(board.facts) == set(board.table["ranker"])
    assert " of 100 people" in board.sentence
    assert "P-A: last event" in board.protocol
    json.dumps(dict(board.facts))


@pytest.mark.parametrize("name", ["movielens-100k", "storefront"])
def test_asked_by_time_cold_people_come_along_as_a_slice(name, tmp_path):
    measured = read_measurements(name, "GTS-last", Workspace(tmp_path))
    assert measured is not None
    board = leaderboard_of(measured)
    people = board.slices[board.slices["slice"] == "People"]
    cold = people[people["value"].str.startswith("cold")]
    assert cold["enough"].all()
    assert set(cold["ranker"]) >= {"popularity", "recency-ease", "unified"}
    assert "GTS-0.9" in board.protocol
