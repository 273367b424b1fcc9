from dataclasses import replace

import numpy as np
import pytest

from recengine.engine import Engine
from recengine.engine.maps import item_vectors
from recengine.engine.state import State
from recengine.errors import ConfigError
from recengine.models import dynamic_head
from recengine.models.unified import Unified
from recengine.types import Request


def test_every_item_is_drawn_once_with_its_role(engine: Engine, request_now: Request) -> None:
    found = engine.item_map(request_now)
    assert len(found.items) == found.num_items == engine.dataset.num_items
    assert found.items["item_id"].is_unique
    shown = set(found.items.query("role == 'recommendation'")["item_id"])
    assert shown == set(engine.recommend(request_now).items["item_id"])
    history = set(found.items.query("role == 'history'")["item_id"])
    assert history == set(engine.history(request_now.user_id)["item_id"])


def test_a_ranker_that_does_not_bend_moves_nothing(
    state: State, unified: Unified, longest: str
) -> None:
    unified.dynamic.fill_(False)
    try:
        found = Engine(replace(state)).item_map(Request(user_id=longest))
        np.testing.assert_array_equal(found.items["x"], found.items["static_x"])
        assert (found.items["shift"].abs() < 1e-6).all()
        assert "does not bend" in found.sentence
    finally:
        unified.dynamic.fill_(True)


def test_a_moment_moves_items_and_names_what_moved_them(
    engine: Engine, request_now: Request
) -> None:
    found = engine.item_map(request_now).items
    assert (found["shift"] > 1e-4).any()
    assert (found[["x", "y"]].to_numpy() != found[["static_x", "static_y"]].to_numpy()).any()
    titles = set(engine.history(request_now.user_id)["title"])
    assert all(label in titles or ": " in label for label in found["moved_by"])


def test_a_sample_keeps_history_and_recommendations(engine: Engine, request_now: Request) -> None:
    found = engine.item_map(request_now, max_items=20)
    roles = found.items["role"].value_counts()
    assert found.num_items == engine.dataset.num_items
    assert len(found.items) < found.num_items
    assert roles["recommendation"] == 5
    assert roles["history"] == engine.history(request_now.user_id)["item_id"].nunique()


def test_scores_are_the_dot_product_with_the_vectors_that_are_drawn(
    state: State, unified: Unified, request_now: Request
) -> None:
    answer = state.answer(request_now)
    _, dynamic = item_vectors(unified, answer)
    items = unified.item_vectors()
    interest = unified.interest(unified.last_hidden(items, answer.history), answer.history.request)
    dots = dynamic @ interest[0] + unified.bias[1:]
    prior = unified.beta * unified.prior.score(answer.history)[0, 1:]
    whole = dots + prior
    centred = whole - whole[answer.candidates[1:]].mean()
    np.testing.assert_allclose(centred, answer.scores[1:], atol=1e-4)


def test_of_a_large_catalogue_what_is_not_bent_stays_at_its_place(
    state: State, request_now: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamic_head, "SHORTLIST_ABOVE", 20)
    monkeypatch.setattr(dynamic_head, "SHORTLIST", 10)
    large = Engine(replace(state))
    found = large.item_map(request_now).items
    moved = (found[["x", "y"]].to_numpy() != found[["static_x", "static_y"]].to_numpy()).any(axis=1)
    assert moved.sum() == 10
    assert (found["moved_by"].to_numpy() != "").tolist() == moved.tolist()
    item = large.recommend(request_now).items["item_id"].iat[0]
    why = large.explain(request_now, item)
    assert sum(each.weight for each in why.evidence) == pytest.approx(why.score, abs=1e-3)


def test_the_path_ends_at_the_last_event(engine: Engine, request_now: Request) -> None:
    path = engine.item_map(request_now).path
    assert path["step"].iat[-1] == len(engine.history(request_now.user_id))
    assert path[["x", "y"]].abs().to_numpy().max() <= 1


def test_neighbours_are_found_before_and_now(engine: Engine, request_now: Request) -> None:
    item = engine.recommend(request_now).items["item_id"].iat[0]
    found = engine.neighbours(request_now, item, k=4)
    assert item not in set(found["item_id"])
    assert found["before"].sum() == found["now"].sum() == 4
    nearest = found[found["now"]]["cosine_now"].min()
    assert (found[~found["now"]]["cosine_now"] <= nearest).all()


def test_a_map_is_read_again_as_it_was_laid_out(state: State, unified: Unified) -> None:
    from recengine.engine.places import open_places

    first = state.places["unified"]
    again = open_places(unified, state.dataset, "test", state.workspace)
    np.testing.assert_array_equal(again.static, first.static)
    changed = first.vectors + 0.1
    np.testing.assert_allclose(again.displaced(changed), first.displaced(changed), atol=1e-6)
    assert again.trust == pytest.approx(first.trust)


def test_a_damaged_map_is_drawn_again(state: State, unified: Unified) -> None:
    from recengine.engine.places import open_places
    from recengine.training.checkpoint import save_checkpoint

    first = state.places["unified"]
    path = next(state.workspace.folder("layouts").glob("*-test.safetensors"))
    save_checkpoint(path, {"static": unified.bias}, {})
    again = open_places(unified, state.dataset, "test", state.workspace)
    np.testing.assert_array_equal(again.static, first.static)


@pytest.fixture
def another(engine: Engine) -> Request:
    """Somebody else in another moment."""
    return Request(user_id=engine.random_user(1), context={"weather": "rain"}, k=5)


def test_a_morph_begins_where_the_other_request_ends(
    engine: Engine, request_now: Request, another: Request
) -> None:
    found = engine.item_map(request_now, before=another)
    alone, other = engine.item_map(request_now).items, engine.item_map(another).items
    np.testing.assert_allclose(found.items[["static_x", "static_y"]], other[["x", "y"]])
    np.testing.assert_allclose(found.items[["x", "y"]], alone[["x", "y"]])
    assert found.items["rank_before"].tolist() == other["rank"].tolist()
    assert found.before is not None
    assert found.before.user_id == another.user_id
    assert found.sentence.startswith(f"From person {another.user_id} to person")


def test_a_morph_to_the_same_request_moves_nothing(engine: Engine, request_now: Request) -> None:
    found = engine.item_map(request_now, before=request_now)
    assert found.items["shift"].abs().max() < 1e-6
    assert found.sentence == "Between these two questions nothing moves on the map."


def test_a_morph_names_what_came_and_what_is_no_longer_there(
    engine: Engine, request_now: Request
) -> None:
    without = request_now.with_context({})
    present = {"Weather", "Part of day", "Weekday", "Season"}
    came = engine.item_map(request_now, before=without).items["moved_by"]
    went = engine.item_map(without, before=request_now).items["moved_by"]
    assert {name.partition(":")[0] for name in came} & present
    assert any(name.startswith("no longer ") for name in went)


def test_a_morph_needs_one_ranker(engine: Engine, request_now: Request) -> None:
    with pytest.raises(ConfigError, match=r"'recency-ease' and 'unified'"):
        engine.item_map(request_now, before=replace(request_now, ranker="recency-ease"))


def test_a_map_laid_again_has_places_and_trust_of_its_own(
    engine: Engine, request_now: Request
) -> None:
    frozen, again = (engine.item_map(request_now, laid_again=each) for each in (False, True))
    np.testing.assert_array_equal(again.items["static_x"], frozen.items["static_x"])
    assert not np.allclose(again.items["x"], frozen.items["x"])
    assert (again.items["shift"] == frozen.items["shift"]).all()
    assert 0 <= again.trust <= 1
    assert again.items["trust"].between(0, 1).all()


def test_what_is_asked_for_is_drawn_in_any_sample(engine: Engine, request_now: Request) -> None:
    small = engine.item_map(request_now, max_items=12).items["item_id"]
    left_out = [item for item in engine.dataset.item_ids if item not in set(small)][:4]
    kept = engine.item_map(request_now, max_items=12, keep=left_out).items["item_id"]
    assert set(left_out) <= set(kept)
    assert len(kept) < engine.dataset.num_items


def test_held_items_stand_still_and_the_rest_moves_relative_to_them(
    engine: Engine, request_now: Request
) -> None:
    free = engine.item_map(request_now).items.set_index("item_id")
    held = free["shift"].nlargest(1).index.tolist()
    still = engine.item_map(request_now, hold=held).items.set_index("item_id")
    places = still.loc[held, ["x", "y"]].to_numpy()
    np.testing.assert_allclose(places, still.loc[held, ["static_x", "static_y"]], atol=1e-6)
    moved = (still[["x", "y"]] - free[["x", "y"]]).to_numpy()
    np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape), atol=1e-5)
    assert np.abs(moved).max() > 0


def test_a_morph_moves_the_star_too(engine: Engine, request_now: Request, another: Request) -> None:
    found = engine.item_map(request_now, before=another)
    end = engine.item_map(another).path[["x", "y"]].iloc[-1]
    assert found.star_before == pytest.approx(tuple(end))
    assert engine.item_map(request_now).star_before is None
