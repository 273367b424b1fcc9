from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.workspace import write_json
from recengine.engine import Engine
from recengine.engine.forecasts.forecasters import fit_in, own_file, read_fitted
from recengine.engine.forecasts.sentences import days_doubt
from recengine.engine.state import State
from recengine.errors import ConfigError, UnknownNameError
from recengine.interests.forecasting.fitting import FitConfig
from recengine.interests.taste import DAY
from recengine.training.trainer import TrainerConfig
from recengine.types import Request

BRIEF = FitConfig(trainer=TrainerConfig(epochs=1, batch_size=16), batches=3)
BOUNDS = ["low95", "low80", "low50", "high50", "high80", "high95"]


@pytest.fixture(scope="module")
def taste(engine: Engine, longest: str):
    return engine.future.taste(Request(user_id=longest, k=5), ahead=10, unit="events")


def test_unmeasured_data_shows_persistence_and_says_why(taste) -> None:
    assert taste.method == "persistence"
    assert not taste.trusted
    assert taste.methods["skill"].isna().all()
    assert taste.sentence.startswith("Nobody has measured forecasts on this data yet")


def test_shares_of_each_horizon_sum_to_one_and_intervals_nest(taste) -> None:
    assert taste.ahead[-1] == 10
    np.testing.assert_allclose(taste.shares.groupby("ahead")["mean"].sum(), 1, atol=1e-6)
    bounds = taste.shares[BOUNDS].to_numpy()
    assert (np.diff(bounds, axis=1) >= -1e-6).all()
    assert ((bounds >= 0) & (bounds <= 1)).all()


def test_the_path_has_growing_circles_around_places_on_the_map(taste) -> None:
    assert tuple(taste.path["ahead"]) == taste.ahead
    assert taste.path[["x", "y"]].abs().max().max() <= 1
    radii = taste.path[["radius50", "radius80", "radius95"]].to_numpy()
    assert (np.diff(radii, axis=1) >= 0).all()
    assert (radii > 0).all()


def test_persistence_recommends_what_the_ranker_recommends_today(
    engine: Engine, longest: str
) -> None:
    request = Request(user_id=longest, k=5)
    then = engine.future.taste(request, method="persistence").items
    now = engine.recommend(request).items
    assert then["item_id"].tolist() == now["item_id"].tolist()
    assert then["rank_now"].tolist() == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(then["share_of_best"], now["share_of_best"], atol=1e-4)


def test_a_learned_forecaster_is_trained_by_command_only(
    state: State, engine: Engine, longest: str
) -> None:
    with pytest.raises(ConfigError, match="--forecaster gru"):
        engine.future.taste(Request(user_id=longest), method="gru")
    fit_in(state, "", ["gru"], BRIEF)
    found = engine.future.taste(Request(user_id=longest), 14, "days", "gru")
    assert (found.method, found.unit, found.ahead[-1]) == ("gru", "days", 14)
    table = engine.future.methods().set_index("method")
    assert table.loc["gru", "fitted"]
    assert not table.loc["cvae", "fitted"]


def test_a_ranker_that_was_trained_again_has_no_forecaster_yet(state: State) -> None:
    fit_in(state, "", ["moving-average"], BRIEF)
    assert read_fitted(state, "unified", "moving-average") is not None
    model = state.interest_model("")
    before = model.item_norm.bias.clone()
    model.item_norm.bias.add_(0.1)
    try:
        assert read_fitted(state, "unified", "moving-average") is None
    finally:
        model.item_norm.bias.copy_(before)


def _skill(method: str, low: float) -> dict:
    return {"method": method, "unit": "events", "skill": 0.2, "low": low, "high": 0.3, "people": 9}


def test_the_best_that_beats_persistence_beyond_chance_answers_by_itself(
    state: State, engine: Engine, longest: str
) -> None:
    fit_in(state, "", ["moving-average"], BRIEF)
    path = state.workspace.folder("results") / f"{state.dataset.name.replace(':', '_')}"
    path = path.with_name(path.name + "-forecasts.json")
    facts = {"ranker": "unified", "questions": {"events": 50, "days": 0}}
    board = {"facts": facts, "methods": {}, "rows": [], "calibration": [], "pit": []}
    request = Request(user_id=longest)
    try:
        write_json(path, board | {"skills": [_skill("moving-average", 0.1)]})
        found = engine.future.taste(request)
        assert (found.method, found.trusted) == ("moving-average", True)
        worse = {"method": "moving-average", "unit": "events", "metric": "ndcg@10", "ahead": 0}
        write_json(
            path,
            board
            | {"skills": [_skill("moving-average", 0.1)], "rows": [worse | {"diff_high": -0.1}]},
        )
        assert engine.future.taste(request).method == "persistence"
        write_json(path, board | {"skills": [_skill("moving-average", -0.1)]})
        found = engine.future.taste(request)
        assert found.method == "persistence"
        assert "measurably better" in found.sentence
    finally:
        path.unlink()


def _typed_in(state: State, user: str) -> Engine:
    """The engine, where all events of one person happened within an hour."""
    table = state.dataset.interactions.copy()
    mine = table["user_id"] == user
    first = int(table.loc[mine, "timestamp"].min()) // DAY * DAY
    table.loc[mine, "timestamp"] = first + np.arange(mine.sum()) * 3600 // mine.sum()
    dataset = replace(state.dataset, interactions=table)
    return Engine(State(dataset, state.workspace, state.rankers, state.places))


def test_days_are_not_foretold_to_somebody_who_was_typed_in_at_one_sitting(
    state: State, longest: str
) -> None:
    fit_in(state, "", ["moving-average"], BRIEF)
    engine, request = _typed_in(state, longest), Request(user_id=longest)
    days = engine.future.taste(request, 14, "days")
    assert (days.method, days.trusted) == ("persistence", False)
    assert not days.methods["trusted"].any()
    assert "lies on one day" in days.doubt
    assert days.sentence.startswith("What some days bring cannot be told")
    assert engine.future.taste(request, 10, "events").doubt == ""


def test_who_acted_on_three_days_is_like_those_who_were_measured() -> None:
    assert "lies on two days" in days_doubt(np.array([0, 5, DAY]))
    assert days_doubt(np.array([0, DAY, 2 * DAY])) == ""
    assert days_doubt(np.array([], dtype=np.int64)) == ""


def test_what_is_switched_off_is_not_read_by_the_forecast(engine: Engine, longest: str) -> None:
    request = Request(user_id=longest, k=5)
    whole = engine.future.taste(request, method="persistence")
    few = engine.future.taste(replace(request, without=(1, 2, 3)), method="persistence")
    assert not np.allclose(whole.shares["mean"], few.shares["mean"])
    none = tuple(range(1, len(engine.history(longest)) + 1))
    assert engine.future.taste(replace(request, without=none)).shares.empty


def test_somebody_without_events_has_no_future_to_foretell(state: State) -> None:
    dataset = state.dataset
    user = str(dataset.user_ids[0])
    others = dataset.interactions[dataset.interactions["user_id"] != user]
    first = dataset.interactions[dataset.interactions["user_id"] == user].head(1)
    for events, empty in ((others, True), (pd.concat([others, first]), False)):
        few = replace(dataset, interactions=events)
        found = Engine(State(few, state.workspace, state.rankers, state.places)).future.taste(
            Request(user_id=user)
        )
        assert found.shares.empty == empty
        assert ("no taste to foretell" in found.sentence) == empty


def test_impossible_wishes_are_answered_with_a_cure(
    engine: Engine, plain_engine: Engine, longest: str
) -> None:
    request = Request(user_id=longest)
    with pytest.raises(ConfigError, match="from 1 to 30"):
        engine.future.taste(request, ahead=31)
    with pytest.raises(ConfigError, match="'events' or 'days'"):
        engine.future.taste(request, unit="weeks")
    with pytest.raises(UnknownNameError, match="persistence"):
        engine.future.taste(request, method="oracle")
    with pytest.raises(ConfigError, match="no interest vectors"):
        plain_engine.future.taste(request)
    assert own_file(engine._state, "unified", "gru").parent.name == "forecasters"
