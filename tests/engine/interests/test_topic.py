"""Interests by the calendar and in themes, and the measured trust in turns."""

import numpy as np
import pytest

from recengine.data.workspace import Workspace, read_json
from recengine.engine import Engine
from recengine.engine.assets import dashboard_folder
from recengine.engine.interests.turn_measuring import measure_turns
from recengine.engine.interests.turn_words import truth_sentence
from recengine.errors import ConfigError, UnknownNameError
from recengine.types import Request


def test_every_known_moment_has_shares_that_sum_to_one(engine: Engine, longest: str) -> None:
    found = engine.interests.calendar(Request(user_id=longest), "week", stale_days=7.0)
    sums = found.shares.sum(axis=1)[found.table["known"]]
    np.testing.assert_allclose(sums, 1, atol=1e-5)
    silent = found.shares[~found.table["known"]]
    assert len(silent)
    assert silent.isna().all().all()
    assert "nothing was known" in found.sentence
    assert found.table["events"].sum() == len(engine.history(longest))


def test_the_last_moment_has_the_interest_of_today(engine: Engine, longest: str) -> None:
    request = Request(user_id=longest)
    found = engine.interests.calendar(request, "day")
    today = engine.timeline(request).shares.iloc[-1]
    np.testing.assert_allclose(found.shares.iloc[-1], today[found.shares.columns], atol=1e-6)


def test_an_unknown_period_is_a_clear_mistake(engine: Engine, longest: str) -> None:
    with pytest.raises(UnknownNameError, match="quarter"):
        engine.interests.calendar(Request(user_id=longest), "moon")


def test_themes_share_out_the_whole_interest_and_the_whole_catalogue(
    engine: Engine, longest: str
) -> None:
    found = engine.interests.themes(Request(user_id=longest))
    np.testing.assert_allclose(found.shares.drop(columns="step").sum(axis=1), 1, atol=1e-5)
    assert found.themes["items"].sum() == engine.dataset.num_items
    assert found.themes["name"].is_unique
    assert list(found.shares.columns[1:]) == list(found.themes["name"])
    assert all(found.themes["examples"].map(len) > 0)


def test_themes_need_interest_vectors(plain_engine: Engine, longest: str) -> None:
    with pytest.raises(ConfigError, match="recengine train"):
        plain_engine.interests.themes(Request(user_id=longest))


def test_measuring_turns_holds_them_against_the_truth_and_against_chance(
    workspace: Workspace, engine: Engine
) -> None:
    before = engine.interests.turn_trust()
    assert "Where the truth is known (storefront)" in before
    assert "Not measured on this data" in before
    result = measure_turns(engine.dataset.name, workspace, people=30)
    assert result["people"] == 30
    assert 0 <= result["with_turn_if_shuffled"] <= 0.2
    rows = {(row["group"], row["tolerance"]): row for row in result["against_truth"]}
    near, far = rows["all", 3], rows["all", 10]
    assert near["jumps"] == far["jumps"] > 0
    assert far["ceiling"] >= near["ceiling"] > 0.4
    assert "On this data: of histories in random order" in engine.interests.turn_trust()


def test_the_trust_in_turns_is_strict_where_only_jumps_exist_and_says_so() -> None:
    measured = read_json(dashboard_folder() / "assets" / "results" / "storefront-turns.json")
    rows = {(row["group"], row["tolerance"]): row for row in measured["against_truth"]}
    strict, loose = rows["no slow change", 3], rows["all", 3]
    said = truth_sentence(measured)
    assert (
        f"precision is {strict['strict_precision']:.2f} and recall {strict['recall']:.2f}" in said
    )
    assert f"slow changes as true, precision is {loose['precision']:.2f}" in said
    assert truth_sentence(measured | {"against_truth": []}) == ""


def test_a_short_history_says_that_it_is_too_short(engine: Engine) -> None:
    lengths = engine.dataset.log.lengths
    shortest = str(engine.dataset.user_ids[int(np.argmin(lengths))])
    found = engine.timeline(Request(user_id=shortest))
    assert found.turning_points.empty
    assert f"{len(found.events)} events" in found.turns_note or "Too few" in found.turns_note
