"""Evaluation on a small simulated shop, its texts replaced by random vectors."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine import evaluate_rankers
from recengine.engine.comparison import evaluating
from recengine.engine.comparison.contestants import seeded
from recengine.engine.comparison.measurements import read_measurements
from recengine.engine.facade import Engine
from recengine.engine.state import State
from recengine.errors import ConfigError, TrainingError, UnknownNameError
from recengine.evaluation.protocols import find_protocol
from recengine.evaluation.ranking import answers_of, target_ranks
from recengine.evaluation.temperature import learnt_temperature
from recengine.models.base import FitData
from recengine.models.gru import GRUConfig
from recengine.models.popularity import Popularity
from recengine.models.sasrec import SASRecConfig
from recengine.training import recipes
from recengine.training.checkpoint import load_checkpoint, save_checkpoint
from recengine.training.fitting import Recipe
from recengine.training.trainer import TrainerConfig

SHOP = "storefront:40x60:1"
SIMPLE = ("popularity", "recent-popularity")
PROBABILITIES = {"log-loss", "ece@1", "ece@10"}


@pytest.fixture(autouse=True)
def sources(monkeypatch, measure_here) -> None:
    measure_here(monkeypatch, evaluating)


@pytest.fixture
def home(tmp_path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def never_again(monkeypatch) -> None:
    def refuse(*_, **__):
        raise AssertionError("measured once more")

    monkeypatch.setattr(evaluating, "answers_of", refuse)


@pytest.fixture
def never_before(home) -> Callable[[str], None]:
    """Make the results of a ranker those of a time without temperatures."""

    def forget(name: str) -> None:
        evaluate_rankers(SHOP, (name,), home)
        (path,) = home.folder("results").glob("*.json")
        content = read_json(path)
        del content["rankers"][name]["temperatures"]
        write_json(path, content)

    return forget


@pytest.fixture
def engine(shop: Dataset, home: Workspace) -> Engine:
    return Engine(State(shop, home, {}, {}))


def test_the_figures_are_those_of_the_ranks(home, engine, shop):
    board = evaluate_rankers(SHOP, SIMPLE, home)
    split = find_protocol("P-A").split(shop)
    popularity = Popularity.fit(FitData(shop, split.train, split.candidates))
    reader = HistoryReader(split.log, shop.profiles)
    ranks = target_ranks(popularity, reader, split.test, split.candidates)
    rows = board.table.set_index(["ranker", "metric"])
    assert rows.loc[("popularity", "hr@10"), "value"] == pytest.approx((ranks <= 10).mean())
    stored = engine.stored_answers()
    assert stored is not None
    np.testing.assert_array_equal(stored.ranks["popularity"], ranks)
    np.testing.assert_array_equal(stored.users, split.test.users)
    hits = (stored.lists["popularity"] == stored.targets[:, None]).any(axis=1)
    np.testing.assert_array_equal(hits, ranks <= 10)


def test_results_without_lists_are_still_read(home, engine):
    evaluate_rankers(SHOP, SIMPLE, home)
    (path,) = home.folder("results").glob("*-answers.safetensors")
    tensors, facts = load_checkpoint(path)
    save_checkpoint(path, {n: t for n, t in tensors.items() if not n.endswith("lists")}, facts)
    stored = engine.stored_answers()
    assert stored is not None
    assert not stored.lists
    assert set(stored.ranks) == set(SIMPLE)
    evaluate_rankers(SHOP, ("text-cosine",), home)  # beside them, what is one's own is kept whole
    stored = engine.stored_answers()
    assert stored is not None
    assert set(stored.lists) == {"text-cosine"}
    assert set(stored.ranks) == {*SIMPLE, "text-cosine"}


def test_answers_without_values_are_still_read(home, engine):
    evaluate_rankers(SHOP, SIMPLE, home)
    (path,) = home.folder("results").glob("*-answers.safetensors")
    tensors, facts = load_checkpoint(path)
    kept = {name: each for name, each in tensors.items() if not name.endswith("values")}
    save_checkpoint(path, kept, {key: facts[key] for key in facts if key != "values"})
    assert engine.stored_answers() is not None
    rows = engine.leaderboard().table.set_index(["ranker", "metric"])["verdict"]
    assert rows["recent-popularity", "log-loss"] == "not compared by person"
    assert rows["recent-popularity", "ndcg@10"] != "not compared by person"


def test_answers_of_an_older_form_are_passed_over(home, engine):
    evaluate_rankers(SHOP, SIMPLE, home)
    (path,) = home.folder("results").glob("*-answers.safetensors")
    tensors, facts = load_checkpoint(path)
    save_checkpoint(path, tensors, {"data_fingerprint": facts["data_fingerprint"]})
    assert engine.stored_answers() is None
    assert not engine.leaderboard().table.empty


def test_results_are_found_by_protocol(home, engine):
    assert engine.measured_protocols() == ()
    assert engine.leaderboard().table.empty
    assert engine.stored_answers() is None
    evaluate_rankers(SHOP, SIMPLE, home, protocol="GTS-last")
    assert engine.measured_protocols() == ("GTS-last",)
    board = engine.leaderboard("GTS-last")
    assert set(board.table["ranker"]) == set(SIMPLE)
    assert "GTS-0.9" in board.protocol
    assert engine.quality().protocol == board.protocol


def test_rankers_can_be_measured_one_at_a_time(home, shop):
    for name in SIMPLE:
        evaluate_rankers(SHOP, (name,), home)
    apart = read_measurements(shop.name, "P-A", home)
    other = Workspace(home.path / "other")
    evaluate_rankers(SHOP, SIMPLE, other)
    together = read_measurements(shop.name, "P-A", other)
    assert apart is not None
    assert together is not None
    assert apart.differences == together.differences
    assert [_without_time(row) for row in apart.rows] == [
        _without_time(row) for row in together.rows
    ]
    pd.testing.assert_frame_equal(apart.slices, together.slices)


def test_what_was_measured_is_not_measured_again(home, monkeypatch, request):
    first = evaluate_rankers(SHOP, SIMPLE, home)
    request.getfixturevalue("never_again")
    second = evaluate_rankers(SHOP, SIMPLE, home)
    pd.testing.assert_frame_equal(first.table, second.table)
    with pytest.raises(AssertionError, match="measured once more"):
        evaluate_rankers(SHOP, SIMPLE, home, again=True)
    monkeypatch.setattr(evaluating, "settings_of", lambda *_: {"settings": "changed"})
    with pytest.raises(AssertionError, match="measured once more"):
        evaluate_rankers(SHOP, SIMPLE, home)


def test_a_run_that_breaks_keeps_the_rankers_that_were_done(home, monkeypatch, engine):
    def no_numbers(self, histories):
        return self.log_counts.repeat(len(histories), 1) * float("nan")

    monkeypatch.setattr(Popularity, "score", no_numbers)
    with pytest.raises(TrainingError, match="'popularity' gives scores that are not finite"):
        evaluate_rankers(SHOP, ("recent-popularity", "popularity"), home)
    assert set(engine.leaderboard().table["ranker"]) == {"recent-popularity"}


def test_results_of_other_data_are_not_mixed_in(home, monkeypatch, engine, shop):
    evaluate_rankers(SHOP, ("popularity",), home)
    fewer = replace(shop, interactions=shop.interactions.iloc[20:])
    monkeypatch.setattr(evaluating, "load_dataset", lambda *_, **__: fewer)
    board = evaluate_rankers(SHOP, ("recent-popularity",), home)
    assert set(board.table["ranker"]) == {"recent-popularity"}
    assert engine.stored_answers() is None


def test_every_ranker_is_compared_with_the_chosen_baseline(home):
    board = evaluate_rankers(SHOP, (*SIMPLE, "text-cosine"), home, against="text-cosine")
    assert board.baseline == "text-cosine"
    rows = board.table.set_index(["ranker", "metric"])
    for metric in ("ndcg@10", "auc", "log-loss", "novelty@10", "serendipity@10"):
        ours, theirs = (rows.loc[(name, metric)] for name in ("popularity", "text-cosine"))
        apart = ours["value"] - theirs["value"]
        assert ours["difference"] == pytest.approx(apart, abs=1e-5)
        assert ours["diff_low"] <= ours["difference"] <= ours["diff_high"]
        assert 0 < ours["p_holm"] <= 1
        assert theirs["verdict"] == ""
        assert "Similar text" in ours["verdict"]
    assert np.isnan(rows.loc[("popularity", "coverage@10"), "difference"])


def test_facts_lead_to_how_a_figure_was_made(home):
    board = evaluate_rankers(SHOP, ("recency-ease",), home, seeds=(3, 4))
    facts = board.facts["recency-ease"]
    assert {"config", "seeds", "version", "made", "machine", "made_with", "seconds"} <= set(facts)
    kept = read_measurements(SHOP, "P-A", home)
    assert kept is not None
    assert facts["data_fingerprint"] == kept.facts["data_fingerprint"]
    assert facts["seeds"] == [3]  # another seed gives the same figures
    assert len(facts["tried"]) > 1
    best = max(score for _, score in facts["tried"])
    assert [facts["config"], best] in facts["tried"]
    assert "--ranker recency-ease" in facts["made_with"]


def test_probabilities_have_the_temperature_that_validation_taught_and_places_none(
    home, monkeypatch, shop
):
    scaled = evaluate_rankers(SHOP, SIMPLE, home)
    split = find_protocol("P-A").split(shop)
    reader = HistoryReader(split.log, shop.profiles)
    ranker = Popularity.fit(FitData(shop, split.train, split.candidates))
    asked = (ranker, reader, split.validation, split.candidates)
    (temperature,) = scaled.facts["popularity"]["temperatures"]
    assert temperature == pytest.approx(learnt_temperature(*asked))
    test = answers_of(
        ranker, reader, split.test, split.candidates, temperature=temperature
    ).log_probabilities
    rows = scaled.table.set_index(["ranker", "metric"])["value"]
    assert rows["popularity", "log-loss"] == pytest.approx(-test.mean(), rel=1e-5)
    monkeypatch.setattr(evaluating, "learnt_temperature", lambda *_, **__: 50.0)
    others = evaluate_rankers(SHOP, SIMPLE, home, again=True)
    assert others.facts["popularity"]["temperatures"] == [50.0]
    changed = others.table.set_index(["ranker", "metric"])["value"] != rows
    assert set(changed[changed].reset_index()["metric"]) == PROBABILITIES


def test_results_from_before_temperatures_stay_raw_and_are_told_apart(home, never_before, engine):
    never_before("popularity")
    evaluate_rankers(SHOP, SIMPLE, home)
    again = evaluate_rankers(SHOP, SIMPLE, home, against="popularity")
    assert "temperatures" not in again.facts["popularity"]  # not measured once more
    assert "temperatures" in again.facts["recent-popularity"]
    verdicts = again.table.set_index(["ranker", "metric"])["verdict"]["recent-popularity"]
    apart = verdicts == "not compared, Most popular has raw scores"
    assert set(apart[apart].index) == PROBABILITIES
    table = engine.leaderboard(against="recent-popularity").table.set_index(["ranker", "metric"])
    assert table.loc[("popularity", "log-loss"), "verdict"] == "raw scores, not compared"
    assert np.isnan(table.loc[("popularity", "log-loss"), "difference"])
    assert not np.isnan(table.loc[("popularity", "ndcg@10"), "difference"])
    meaning = engine.leaderboard().metrics["log-loss"].meaning
    assert meaning.endswith("on validation. Measured before that, of raw scores: Most popular.")
    never_before("recent-popularity")
    meanings = engine.leaderboard().metrics
    assert meanings["ece@1"].meaning.endswith("of raw scores: all of them.")
    assert "raw" not in meanings["ndcg@10"].meaning
    compared = engine.leaderboard(against="popularity").table.set_index(["ranker", "metric"])
    assert not np.isnan(compared.loc[("recent-popularity", "log-loss"), "difference"])
    evaluate_rankers(SHOP, SIMPLE, home, again=True)
    assert "raw" not in engine.leaderboard().metrics["log-loss"].meaning


def test_slices_are_kept_for_every_ranker(home):
    board = evaluate_rankers(SHOP, SIMPLE, home)
    assert set(board.slices["ranker"]) == set(SIMPLE)
    assert {"History", "Popularity", "Category", "Part of day"} <= set(board.slices["slice"])
    assert (board.slices["low"] <= board.slices["mean"]).all()
    small = board.slices["people"] < 30
    assert (board.slices["enough"] == ~small).all()


def test_trained_rankers_are_trained_once_per_seed(home, monkeypatch, shop):
    def tiny(epochs: int) -> Recipe:
        model = SASRecConfig(embedding_dim=8, num_blocks=1, max_length=20)
        return Recipe(model=model, trainer=TrainerConfig(epochs=epochs, batch_size=16))

    monkeypatch.setitem(recipes.RECIPES, "sasrec", lambda _: tiny(1))
    board = evaluate_rankers(SHOP, ("sasrec", "popularity"), home, seeds=(0, 1))
    rows = board.table.set_index(["ranker", "metric"])
    assert rows.loc[("sasrec", "ndcg@10"), "seeds"] == 2
    first, second = board.facts["sasrec"]["temperatures"]
    assert first != second
    assert rows.loc[("popularity", "ndcg@10"), "seeds"] == 1
    files = {path: path.stat().st_mtime_ns for path in (home.path / "rankers").glob("*sasrec-P-A*")}
    assert len(files) == 2
    measured = read_measurements(shop.name, "P-A", home)
    assert measured is not None
    assert measured.answers is not None
    assert measured.answers.rankers["sasrec"].ranks.shape[0] == 2
    evaluate_rankers(SHOP, ("sasrec",), home, seeds=(0, 1), again=True)
    assert all(path.stat().st_mtime_ns == time for path, time in files.items())
    monkeypatch.setitem(recipes.RECIPES, "sasrec", lambda _: tiny(2))
    evaluate_rankers(SHOP, ("sasrec",), home, seeds=(0, 1))
    assert all(path.stat().st_mtime_ns != time for path, time in files.items())


def test_a_log_without_ratings_is_measured_but_for_ratings(home, monkeypatch, shop):
    monkeypatch.setattr(evaluating, "load_dataset", lambda *_, **__: _unrated(shop))
    model = GRUConfig(embedding_dim=8, max_length=20)
    tiny = Recipe(model=model, trainer=TrainerConfig(epochs=1, batch_size=16))
    monkeypatch.setitem(recipes.RECIPES, "gru", lambda _: tiny)
    table = evaluate_rankers(SHOP, ("gru",), home).table
    assert "ndcg@10" in set(table["metric"])
    assert "rmse" not in set(table["metric"])


def test_who_names_no_ranker_means_those_that_the_data_can_teach(shop):
    assert {"biased-mf", "unified"} <= set(evaluating.usual_rankers(shop))
    assert "joint-text" not in evaluating.usual_rankers(shop)
    without = set(evaluating.usual_rankers(shop)) - set(evaluating.usual_rankers(_unrated(shop)))
    assert without == {"biased-mf"}


def test_only_rankers_with_chance_in_them_need_seeds(home):
    assert seeded("sasrec", "shop", home)
    assert not seeded("recency-ease", "shop", home)
    assert not seeded("popularity", "shop", home)


def test_mistakes_are_told_before_anything_is_loaded(home):
    with pytest.raises(UnknownNameError, match="Unknown ranker 'sasrek'"):
        evaluate_rankers("nowhere", ("sasrek",), home)
    with pytest.raises(UnknownNameError, match="Unknown protocol 'P-C'"):
        evaluate_rankers("nowhere", SIMPLE, home, protocol="P-C")
    with pytest.raises(UnknownNameError, match="Unknown ranker 'best'"):
        evaluate_rankers("nowhere", SIMPLE, home, against="best")
    with pytest.raises(ConfigError, match=r"seeds=\(1, 1\) must be one or more different"):
        evaluate_rankers("nowhere", SIMPLE, home, seeds=(1, 1))


@pytest.mark.usefixtures("never_again")
def test_a_baseline_that_nobody_measured_is_told_before_anything_is_measured(home):
    with pytest.raises(UnknownNameError, match="Unknown measured ranker 'text-cosine'"):
        evaluate_rankers(SHOP, SIMPLE, home, against="text-cosine")


def test_damaged_answers_leave_the_figures_readable(home, engine):
    evaluate_rankers(SHOP, SIMPLE, home)
    (path,) = (home.path / "results").glob("*.safetensors")
    path.write_bytes(b"broken")
    assert engine.stored_answers() is None
    board = engine.leaderboard(against="popularity")
    found = board.table[board.table["ranker"] == "recent-popularity"].set_index("metric")
    assert not np.isnan(found.loc["ndcg@10", "difference"])


def test_the_file_of_figures_is_plain_json(home):
    evaluate_rankers(SHOP, SIMPLE, home)
    (path,) = (home.path / "results").glob("*.json")
    content = read_json(path)
    assert content["protocol"] == "P-A"
    assert content["questions"] == content["people"] == 40
    assert "NaN" not in path.read_text()


def _unrated(dataset: Dataset) -> Dataset:
    return replace(dataset, interactions=dataset.interactions.assign(value=np.nan))


def _without_time(row):
    return {name: value for name, value in row.items() if name != "seconds"}
