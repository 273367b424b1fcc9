from dataclasses import replace

import numpy as np
import pytest

from recengine.data.workspace import Workspace
from recengine.engine import Engine
from recengine.engine.lists import PARTS
from recengine.engine.maps import item_vectors
from recengine.engine.state import State
from recengine.engine.timelines import interest_path
from recengine.errors import UnknownNameError
from recengine.models.unified import Unified
from recengine.types import LESS, MORE, NOT_NOW, Request

RANKERS = ["unified", "recency-ease", "text-cosine"]


@pytest.fixture
def listed(engine: Engine, request_now: Request) -> list[str]:
    """The list before anything was said."""
    return engine.recommend(replace(request_now, k=20)).items["item_id"].tolist()


@pytest.fixture
def told(request_now: Request, listed: list[str]) -> Request:
    said = ((listed[12], MORE), (listed[0], LESS), (listed[1], NOT_NOW))
    return replace(request_now, feedback=said)


@pytest.mark.parametrize("ranker", RANKERS)
def test_parts_still_add_up_and_feedback_has_its_own(
    engine: Engine, told: Request, ranker: str
) -> None:
    asked = replace(told, ranker=ranker)
    items = engine.recommend(asked).items
    total = items[[f"part_{name}" for name in PARTS]].sum(axis=1)
    np.testing.assert_allclose(total, items["score"], atol=1e-4)
    assert items["part_feedback"].abs().max() > 0
    why = engine.explain(asked, items["item_id"].iat[0])
    assert sum(each.weight for each in why.evidence) == pytest.approx(why.score, abs=1e-4)
    said = [each.label for each in why.evidence if each.kind == "feedback"]
    assert len(said) == 2
    assert all(label.startswith(("You said more like", "You said less like")) for label in said)


def test_more_rises_less_falls_and_not_now_is_gone(engine: Engine, told: Request) -> None:
    table = engine.feedback.told(told).table.set_index("verdict")
    assert table.loc[MORE, "rank_now"] < table.loc[MORE, "rank_before"]
    assert table.loc[LESS, "rank_now"] > table.loc[LESS, "rank_before"]
    assert table.loc[NOT_NOW, "rank_now"] == 0
    assert table.loc[MORE, "weight"] > 0 > table.loc[LESS, "weight"]
    hidden = table.loc[NOT_NOW, "item_id"]
    assert hidden not in set(engine.recommend(replace(told, k=10_000)).items["item_id"])


def test_undoing_everything_gives_the_old_list_back(
    engine: Engine, told: Request, listed: list[str]
) -> None:
    engine.recommend(told)
    again = engine.recommend(replace(told, feedback=(), k=20))
    assert again.items["item_id"].tolist() == listed


def test_nobody_elses_list_changes(engine: Engine, told: Request, state: State) -> None:
    other = Request(user_id=engine.random_user(4), k=30)
    before = engine.recommend(other).items
    anew = Engine(replace(state))  # has answered nothing yet
    anew.recommend(told)
    np.testing.assert_array_equal(anew.recommend(other).items["score"], before["score"])


def test_the_map_and_the_star_move_with_what_was_said(engine: Engine, told: Request) -> None:
    before, after = engine.item_map(replace(told, feedback=())), engine.item_map(told)
    assert np.hypot(*(after.items[["x", "y"]] - before.items[["x", "y"]]).to_numpy().T).max() > 0
    assert (after.items["static_x"] == before.items["static_x"]).all()
    star = after.path[["x", "y"]].iloc[-1] - before.path[["x", "y"]].iloc[-1]
    assert np.hypot(*star) > 0
    np.testing.assert_array_equal(after.path.iloc[:-1], before.path.iloc[:-1])


def test_what_moved_an_item_may_be_what_was_said(engine: Engine, told: Request) -> None:
    movers = set(engine.item_map(told).items["moved_by"])
    assert any(label.startswith(("“more like", "“less like")) for label in movers)


def test_scores_are_the_interest_times_the_vectors_that_are_drawn(
    state: State, unified: Unified, told: Request
) -> None:
    prior, unified.prior = unified.prior, None
    try:
        answer = replace(state).answer(told)  # of a state that has answered nothing yet
        _, bent = item_vectors(unified, answer)
        whole = bent @ unified.interest_now(answer.history)[0] + unified.bias[1:]
        centred = whole - whole[answer.candidates[1:]].mean()
        np.testing.assert_allclose(centred, answer.scores[1:], atol=1e-4)
    finally:
        unified.prior = prior


def test_the_timeline_ends_after_what_was_said_and_keeps_the_past(
    engine: Engine, told: Request, state: State
) -> None:
    before, after = engine.timeline(replace(told, feedback=())), engine.timeline(told)
    assert not np.allclose(after.shares.iloc[-1, 1:], before.shares.iloc[-1, 1:], atol=1e-6)
    np.testing.assert_array_equal(after.shares.iloc[:-1], before.shares.iloc[:-1])
    assert after.shares.iloc[-1, 1:].sum() == pytest.approx(1, abs=1e-5)
    kept = interest_path(state, told.user_id, told.ranker)
    np.testing.assert_array_equal(kept, interest_path(state, told.user_id, told.ranker))


def test_a_what_if_keeps_what_was_said(engine: Engine, told: Request, listed: list[str]) -> None:
    found = engine.what_if(told, listed[12])
    assert found.rank == engine.explain(told, listed[12]).rank
    unknown = found.changes.set_index("label").loc["Weather not known"]
    without = {n: v for n, v in told.context.items() if n != "weather"}
    assert np.isfinite(unknown["new_score"])
    assert engine.explain(told.with_context(without), listed[12]).score != 0


def test_the_sentence_says_what_was_said_and_what_came(engine: Engine, told: Request) -> None:
    found = engine.feedback.told(told)
    assert found.sentence.startswith("More like ")
    assert "one hidden for now" in found.sentence
    assert "because of what you said" in engine.recommend(told).sentence
    assert engine.feedback.told(replace(told, feedback=())).sentence == ""


def test_a_ranker_that_cannot_learn_still_hides(engine: Engine, told: Request) -> None:
    asked = replace(told, ranker="popularity")
    found = engine.feedback.told(asked)
    assert not found.learns
    assert "only “not now” changes the list" in found.sentence
    assert told.feedback[2][0] not in set(engine.recommend(replace(asked, k=999)).items["item_id"])


def test_a_later_remark_takes_an_earlier_one_back(engine: Engine, told: Request) -> None:
    item = told.feedback[0][0]
    changed = replace(told, feedback=((item, MORE), (item, NOT_NOW)))
    table = engine.feedback.told(changed).table
    assert table["weight"].tolist() == [0.0, 0.0]
    assert (table["rank_now"] == 0).all()


def test_unknown_words_and_items_are_refused(engine: Engine, request_now: Request) -> None:
    item = engine.recommend(request_now).items["item_id"].iat[0]
    with pytest.raises(UnknownNameError, match=r"verdict 'mroe'.*Did you mean more"):
        engine.recommend(replace(request_now, feedback=((item, "mroe"),)))
    with pytest.raises(UnknownNameError, match="Unknown item 'nothing'"):
        engine.recommend(replace(request_now, feedback=(("nothing", MORE),)))


def test_hiding_the_whole_catalogue_leaves_nothing(engine: Engine, request_now: Request) -> None:
    everything = tuple((str(item), NOT_NOW) for item in engine.dataset.item_ids)
    found = engine.recommend(replace(request_now, feedback=everything))
    assert found.items.empty
    assert "Nothing is left" in found.sentence


def test_without_a_measurement_there_is_no_proof(state: State, tmp_path) -> None:
    alone = Engine(State(state.dataset, Workspace(tmp_path), state.rankers, state.places))
    assert alone.feedback.proof() is None
