"""Tests of explanations on a small simulated shop, its texts replaced by random vectors."""

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine import evaluate_explanations
from recengine.engine.assets import dashboard_folder
from recengine.engine.facade import Engine
from recengine.engine.rankers import TRAINED
from recengine.engine.state import State
from recengine.engine.why import faithfulness
from recengine.engine.why.figures import rows_of
from recengine.engine.why.results import NOT_BETTER, NOT_MEASURED, TRUSTED
from recengine.engine.why.trust import (
    faithfulness_of,
    identity_of,
    identity_of_computed,
    identity_of_trained,
)
from recengine.errors import ConfigError, UnknownNameError
from recengine.explanations import METHODS
from recengine.explanations.controls import CONTROLS, RECENCY
from recengine.explanations.faithfulness import MEASURES
from recengine.models import MODELS
from recengine.models.base import FitData, TunableRanker
from recengine.models.hybrid import Hybrid, HybridConfig
from recengine.models.recency_ease import RecencyEase
from recengine.models.unified import Unified
from recengine.training.checkpoint import load_checkpoint

SHOP = "storefront:40x60:1"
ASKED = ("recency-ease",)


@pytest.fixture(autouse=True)
def sources(monkeypatch, measure_here) -> None:
    measure_here(monkeypatch, faithfulness)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("tested"))


@pytest.fixture
def tests(home: Workspace, sources):  # noqa: ARG001 - they must be in place
    return evaluate_explanations(SHOP, ASKED, home, people=5)


def test_every_measure_of_every_method_is_kept_with_the_controls(tests, home: Workspace) -> None:
    assert set(tests.table["method"]) == {"exact", "occlusion", "random", "recency"}
    assert set(tests.table["metric"]) == set(MEASURES) == set(tests.metrics)
    assert tests.people == {"recency-ease": 5}
    kept = read_json(next((home.path / "results").glob("*-explanations.json")))
    assert len(kept["rows"]) == len(tests.table)
    assert kept["rankers"]["recency-ease"]["version"]


def test_the_exact_parts_of_a_sum_are_as_faithful_as_can_be(tests) -> None:
    table = tests.table.set_index(["method", "metric"])
    assert table.loc[("exact", "faithfulness"), "value"] > 0.7
    assert (
        table.loc[("exact", "faithfulness"), "value"]
        > table.loc[("random", "faithfulness"), "value"]
    )
    assert table.loc[("recency", "randomised"), "value"] == 1


def test_what_was_tested_before_is_not_tested_again(tests, home: Workspace, monkeypatch) -> None:
    def refuse(*_, **__):
        raise AssertionError("tested once more")

    monkeypatch.setattr(faithfulness, "measures_of", refuse)
    again = evaluate_explanations(SHOP, ASKED, home, people=5)
    assert len(again.table) == len(tests.table)
    with pytest.raises(AssertionError, match="tested once more"):
        evaluate_explanations(SHOP, ASKED, home, people=6)
    with pytest.raises(AssertionError, match="tested once more"):
        evaluate_explanations(SHOP, ASKED, home, people=5, again=True)


def test_mistakes_are_told_before_anything_is_tested(home: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="ranker that is ready"):
        evaluate_explanations(SHOP, ("sasrec",), home)
    with pytest.raises(ConfigError, match="ignores the history"):
        evaluate_explanations(SHOP, ("popularity",), home)
    with pytest.raises(ConfigError, match="people=1 must be 2 or more"):
        evaluate_explanations(SHOP, ASKED, home, people=1)


def state_of(data: FitData, home: Workspace, **changes) -> State:
    ranker = RecencyEase.fit(data)
    ranker.config = replace(ranker.config, **changes)
    return State(data.dataset, home, {ranker.name: ranker}, {})


@pytest.mark.usefixtures("tests")
def test_a_badge_says_what_was_measured_for_this_ranker_alone(
    data: FitData, home: Workspace
) -> None:
    method = Engine(state_of(data, home)).why.methods()[0]
    assert method.trust.verdict in (TRUSTED, NOT_BETTER)
    assert method.trust.people == 5
    assert "5 people" in method.trust.sentence
    other = Engine(state_of(data, home, decay_events=3.0)).why.methods()[0]
    assert other.trust.verdict == NOT_MEASURED
    assert "another training" in other.trust.sentence


@pytest.mark.usefixtures("tests")
def test_results_of_other_data_do_not_count(data: FitData, home: Workspace, tmp_path) -> None:
    path = next((home.path / "results").glob("*-explanations.json"))
    strange = {**read_json(path), "data_fingerprint": "another"}
    other = Workspace(tmp_path)
    write_json(other.folder("results") / path.name, strange)
    assert Engine(state_of(data, other)).why.methods()[0].trust.verdict == NOT_MEASURED


def test_only_who_beats_recency_by_more_than_chance_is_trusted() -> None:
    rng = np.random.default_rng(0)
    methods = [METHODS["exact"], METHODS["attention"], RECENCY]
    recency = rng.uniform(0.3, 0.6, 60)
    better, same = recency + rng.normal(0.2, 0.1, 60), recency + rng.normal(0, 0.2, 60)
    values = {"faithfulness": np.stack([better, same, recency], axis=1)}
    rows = {row["method"]: row for row in rows_of("unified", methods, values)}
    assert [rows[name]["trusted"] for name in ("exact", "attention", "recency")] == [
        True, False, False,
    ]  # fmt: skip
    assert rows["exact"]["ahead"] == pytest.approx(float((better - recency).mean()), abs=1e-4)
    assert rows["exact"]["ahead_low"] > 0
    assert rows["recency"]["ahead"] is None


def test_a_measure_that_should_be_low_is_ahead_when_it_is_lower() -> None:
    values = {
        name: np.array([[0.2, 0.6], [0.4, 0.6], [0.3, 0.5]])
        for name in ("faithfulness", "sufficiency")
    }
    rows = rows_of("unified", [METHODS["exact"], RECENCY], values)
    ahead = {row["metric"]: row["ahead"] for row in rows if row["method"] == "exact"}
    assert ahead == {"faithfulness": pytest.approx(-0.2667, abs=1e-3), "sufficiency": 0.2667}


def test_true_causes_stand_beside_chance_and_with_their_people() -> None:
    nan = np.nan
    values = {
        "faithfulness": np.array([[0.2, 0.1], [0.4, 0.2], [0.3, 0.1]]),
        "true-moment": np.array([[1.0, nan], [nan, nan], [0.0, nan]]),
        "chance-moment": np.array([[0.5, nan], [nan, nan], [0.25, nan]]),
        "fixed-moment": np.array([[1.0, nan], [nan, nan], [1.0, nan]]),
    }
    rows = rows_of("unified", [METHODS["exact"], RECENCY], values)
    told = {(row["method"], row["metric"]): row for row in rows}
    assert len(told) == 4  # what stands beside a measure is no measure
    moment = told["exact", "true-moment"]
    assert (moment["people"], moment["chance"], moment["fixed"]) == (2, 0.375, 1.0)
    assert (moment["value"], told["exact", "faithfulness"]["people"]) == (0.5, 3)
    control = told["recency", "true-moment"]
    assert (control["people"], control["value"], control["chance"]) == (0, None, None)


def test_identity_follows_settings_and_is_remembered(data: FitData, home: Workspace) -> None:
    first = state_of(data, home).ranker("")
    assert identity_of(first) == identity_of(state_of(data, home).ranker(""))
    assert identity_of(first) != identity_of(state_of(data, home, l2=3.0).ranker(""))


@pytest.mark.parametrize("name", ["context_gates", "beta", "dynamic", "prior_decay", "warm"])
def test_identity_of_a_trained_ranker_follows_what_is_not_a_weight(unified: Unified, name) -> None:
    changed = {**unified.state_dict(), name: unified.state_dict()[name] * 0}
    first = identity_of_trained(unified.name, unified.state_dict(), unified.config)
    assert identity_of(unified) == first
    assert identity_of_trained(unified.name, changed, unified.config) != first


def test_identity_of_a_blend_follows_what_its_trained_part_learnt(unified: Unified) -> None:
    def blend(of: Unified) -> Hybrid:
        made = Hybrid(HybridConfig(first="unified", second="popularity"))
        made.parts = (of,)
        return made

    learnt = copy.deepcopy(unified)
    learnt.bias.data += 1
    assert identity_of(blend(unified)) == identity_of(blend(copy.deepcopy(unified)))
    assert identity_of(blend(unified)) != identity_of(blend(learnt))


def test_identity_of_a_trained_ranker_follows_unusual_settings(unified: Unified) -> None:
    usual = type(unified.config)()
    longer = replace(usual, max_length=usual.max_length + 1)
    first, same, other = (
        identity_of_trained(unified.name, unified.state_dict(), config)
        for config in (usual, replace(usual), longer)
    )
    assert first == same != other


def test_a_test_that_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch) -> None:
    home, asked = Workspace(tmp_path), []
    real = faithfulness.measures_of

    def counted(*arguments):
        asked.append(1)
        return real(*arguments)

    def stop(stage: str, done: int, total: int) -> None:  # noqa: ARG001
        if stage.startswith("Testing") and done == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(faithfulness, "SAVED_EVERY", 1)
    monkeypatch.setattr(faithfulness, "measures_of", counted)
    with pytest.raises(KeyboardInterrupt):
        evaluate_explanations(SHOP, ASKED, home, people=4, progress=stop)
    assert len(asked) == 3
    found = evaluate_explanations(SHOP, ASKED, home, people=4)
    assert len(asked) == 4
    assert found.people == {"recency-ease": 4}
    more = evaluate_explanations(SHOP, ASKED, home, people=5)
    assert (len(asked), more.people) == (5, {"recency-ease": 5})
    evaluate_explanations(SHOP, ASKED, home, people=5, again=True)
    assert len(asked) == 10


RESULTS = sorted((dashboard_folder() / "assets" / "results").glob("*-explanations.json"))


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_results_that_come_along_can_be_read_and_have_the_controls(path: Path) -> None:
    tests = read_json(path)
    found = faithfulness_of(tests)
    assert set(found.table["metric"]) == set(MEASURES)
    assert set(found.table["method"]) <= {*METHODS, *CONTROLS}
    for _, rows in found.table.groupby("ranker"):
        assert {"random", "recency"} <= set(rows["method"])
        assert not rows[rows["control"].astype(bool)]["trusted"].any()
    assert "recency control" in found.sentence


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_results_that_come_along_are_those_of_the_rankers_that_come_along(path: Path) -> None:
    """Of trained ones by their files, of those computed in one go by their usual settings.

    Trained ones too large to come along have results for whoever trains the like.
    That the latter were computed from the same events cannot be seen without the data: it rests on
    the fingerprint of the data, which the dashboard compares.
    """
    tests = read_json(path)
    here = {file.stem for file in (dashboard_folder() / "assets" / "rankers").iterdir()}
    for name, told in tests["rankers"].items():
        if name not in TRAINED or f"{tests['dataset']}-{name}" in here:
            assert told["identity"] == _identity_that_comes_along(tests["dataset"], name), name


def _identity_that_comes_along(dataset: str, name: str) -> str:
    model = MODELS[name]
    if name not in TRAINED:
        usual = model.config_class() if issubclass(model, TunableRanker) else ""
        return identity_of_computed(name, usual)
    weights, facts = load_checkpoint(
        dashboard_folder() / "assets" / "rankers" / f"{dataset}-{name}.safetensors"
    )
    if model is Unified:  # older files have no gates; they are open then
        gates = torch.ones(len(facts["schema"]["context"]))
        weights = {"context_gates": gates, **weights}
    config = {k: tuple(v) if isinstance(v, list) else v for k, v in facts["config"].items()}
    return identity_of_trained(name, weights, model.config_class(**config))
