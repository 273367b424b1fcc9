"""Which features of the moment matter: measured, kept, read again."""

import dataclasses

import numpy as np
import pytest

from recengine.data.workspace import Workspace
from recengine.engine import Engine
from recengine.engine.contexts import measuring
from recengine.engine.contexts.measuring import measure_contexts
from recengine.engine.contexts.topic import NOISE, importance_of, verdict_of
from recengine.engine.rankers import Rankers
from recengine.engine.state import State
from recengine.errors import ConfigError, StorageError
from recengine.models.base import FitData, Ranker
from tests.engine.conftest import SHOP

FACTS = {"description": "P-A", "people": 1200, "made_with": "recengine evaluate x --contexts"}


def content(gain: tuple[float, float, float], weather: tuple[float, float, float]) -> dict:
    ways = {"known": 0.12, "unknown": 0.1, "shuffled": 0.1}
    overall = [{"way": way, "value": value, "low": value, "high": value}
               for way, value in ways.items()]  # fmt: skip
    overall.append({"way": "gain", **dict(zip(("value", "low", "high"), gain, strict=True))})
    bounds = dict(zip(("value", "low", "high"), weather, strict=True))
    others = {f"{way}{end}": 0.0 for way in ("shuffled", "alone") for end in ("", "_low", "_high")}
    row = {"feature": "weather", "label": "Weather", **bounds, **others, "gate": None}
    return {"facts": FACTS, "overall": overall, "features": [row], "truth": []}


@pytest.fixture
def measured(
    data: FitData, state: State, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> Engine:
    """The small shop's untrained ranker, measured into the workspace."""
    monkeypatch.setattr(measuring, "fit_data", lambda *_: (data, "text"))
    monkeypatch.setattr(measuring, "Rankers", lambda *args: _Ready(state, *args))
    monkeypatch.setattr(
        measuring,
        "moment_gains",
        lambda *args, **_: _real_gains(*args, people=5, moments=2),
    )
    measure_contexts(SHOP, workspace)
    return Engine(state)


_real_gains = measuring.moment_gains


class _Ready(Rankers):
    """The rankers of a state, as though each had been trained."""

    def __init__(self, state: State, *args) -> None:
        super().__init__(*args)
        self._state = state

    def __getitem__(self, name: str) -> Ranker:
        return self._state.rankers[name]

    def __contains__(self, name: object) -> bool:
        return name in self._state.rankers

    def facts(self, _: str) -> dict:
        return {"made": "now"}


def test_every_feature_is_measured_and_read_again(measured: Engine) -> None:
    found = measured.contexts.importance()
    assert set(found.features["feature"]) == {
        feature.name for feature in measured.dataset.context_features
    }
    assert (found.features["low"] <= found.features["high"]).all()
    assert found.features["value"].is_monotonic_decreasing
    assert set(found.overall["way"]) >= {"known", "unknown", "shuffled", "gain"}
    assert "share of achievable" in set(found.truth["name"])
    assert "--contexts" in found.made_with


def test_without_figures_it_says_how_to_make_them(engine: Engine) -> None:
    other = engine.dataset.interactions.iloc[1:]
    elsewhere = dataclasses.replace(engine.dataset, name="nobody-measured-this", interactions=other)
    state = dataclasses.replace(engine._state, dataset=elsewhere)
    found = Engine(state).contexts.importance()
    assert not found.measured
    assert found.made_with == "recengine evaluate nobody-measured-this --contexts"


def test_equal_data_under_another_name_have_the_same_figures(measured: Engine) -> None:
    elsewhere = dataclasses.replace(measured.dataset, name="/somewhere/else")
    found = Engine(dataclasses.replace(measured._state, dataset=elsewhere)).contexts.importance()
    assert found.sentence == measured.contexts.importance().sentence
    assert found.measured


def test_a_damaged_file_says_what_to_do(engine: Engine, workspace: Workspace) -> None:
    elsewhere = dataclasses.replace(engine.dataset, name="damaged")
    (workspace.folder("results") / "damaged-contexts.json").write_text("{}")
    state = dataclasses.replace(engine._state, dataset=elsewhere)
    with pytest.raises(StorageError, match=r"Delete it, then: recengine evaluate damaged"):
        Engine(state).contexts.importance()


def test_a_gain_beyond_chance_is_told_with_what_made_it() -> None:
    found = importance_of(content((0.02, 0.01, 0.03), (0.01, 0.005, 0.02)))
    assert found.sentence == (
        "Knowing the moment makes the lists 20% better; “Weather” matters beyond chance."
    )
    assert "1,200 people" in found.protocol


def test_noise_is_called_noise() -> None:
    found = importance_of(content((0.02, -0.01, 0.03), (0.01, -0.005, 0.02)))
    assert "no difference we can trust" in found.sentence
    assert found.features["verdict"].tolist() == [NOISE]


def test_a_feature_that_misleads_is_said_to_mislead() -> None:
    assert verdict_of(-0.02, -0.01) == "misleads"


def test_without_a_trained_ranker_it_says_what_to_do(
    data: FitData, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "fit_data", lambda *_: (data, "text"))
    with pytest.raises(ConfigError, match=f"recengine train {SHOP}"):
        measure_contexts(SHOP, workspace)


def test_intervals_hold_their_means(measured: Engine) -> None:
    table = measured.contexts.importance().overall
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert np.isfinite(table[["value", "low", "high"]]).all(axis=None)


@pytest.mark.usefixtures("measured")
def test_gates_that_were_never_fitted_are_not_told_as_numbers(
    state: State, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert measure_contexts(SHOP, workspace).features["gate"].notna().all()
    monkeypatch.setattr(state.rankers["unified"], "gates_fitted", False)
    assert measure_contexts(SHOP, workspace).features["gate"].isna().all()
