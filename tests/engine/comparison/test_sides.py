"""Two requests side by side, and what stored answers tell about rankers that part ways."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from recengine.engine import Engine
from recengine.engine.comparison import answered
from recengine.engine.comparison.results import StoredAnswers
from recengine.engine.state import State
from recengine.errors import ConfigError, DataError, UnknownNameError
from recengine.evaluation.protocols import find_protocol
from recengine.models.als import ALS, ALSConfig
from recengine.models.base import FitData
from recengine.models.hybrid import Hybrid, HybridConfig
from recengine.types import Request


@pytest.fixture
def stored(state: State, monkeypatch: pytest.MonkeyPatch) -> StoredAnswers:
    """Answers to the real questions: "popularity" is right once, "text-cosine" elsewhere."""
    asked = find_protocol("P-A").split(state.dataset).test
    count = len(asked)
    ranks = {name: np.full(count, 20, dtype=np.int32) for name in ("popularity", "text-cosine")}
    ranks["popularity"][3], ranks["text-cosine"][3] = 1, 40
    ranks["popularity"][5], ranks["text-cosine"][5] = 30, 5
    lists = {name: np.tile(np.arange(1, 11, dtype=np.int32), (count, 1)) for name in ranks}
    lists["text-cosine"][3] += 10
    lists["text-cosine"][5] += 4
    labels = {"popularity": "Most popular", "text-cosine": "Similar text"}
    kept = StoredAnswers(asked.users, asked.targets, ranks, lists, labels)
    monkeypatch.setattr(answered, "stored_answers", lambda *_: kept)
    return kept


def test_a_request_beside_itself_is_the_same_everywhere(
    engine: Engine, request_now: Request
) -> None:
    both = engine.side_by_side(request_now, request_now)
    assert both.shared == 5
    assert both.agreement == pytest.approx(1.0)
    assert (both.items["rank_first"] == both.items["rank_second"]).all()
    assert both.sentence == "Both sides ask the same, so both lists are the same."


def test_two_rankers_are_aligned_item_by_item(engine: Engine, request_now: Request) -> None:
    other = replace(request_now, ranker="popularity")
    both = engine.side_by_side(request_now, other)
    for side, asked in (("first", request_now), ("second", other)):
        listed = both.items[both.items[f"in_{side}"]].sort_values(f"rank_{side}")
        assert listed["item_id"].tolist() == engine.recommend(asked).items["item_id"].tolist()
    assert both.shared == int((both.items["in_first"] & both.items["in_second"]).sum())
    assert "Most popular share" in both.sentence


def test_two_people_compete_for_different_items(engine: Engine, request_now: Request) -> None:
    other = replace(request_now, user_id=engine.random_user(1))
    both = engine.side_by_side(request_now, other)
    seen = set(engine.history(request_now.user_id)["item_id"])
    assert set(both.items.loc[both.items["rank_first"] == 0, "item_id"]) <= seen
    assert not seen & set(both.scatter["item_id"])
    assert both.sentence.startswith(f"Person {request_now.user_id} and person")


def test_the_scatter_holds_what_both_rank(engine: Engine, request_now: Request) -> None:
    both = engine.side_by_side(request_now, replace(request_now, ranker="text-cosine"))
    assert len(both.scatter) == both.first.candidates
    assert (both.scatter[["rank_first", "rank_second"]] > 0).all(axis=None)
    assert (both.scatter["listed"] == "both").sum() == both.shared


@pytest.fixture
def with_blend(state: State, data: FitData) -> Engine:
    """The same engine with a ranker whose score is no sum over events."""
    blend = Hybrid.fit(data, HybridConfig())
    blend.build_on(state.rankers)
    rankers = {**state.rankers, blend.name: blend}
    return Engine(State(state.dataset, state.workspace, rankers, state.places))


def test_what_a_list_leans_on_is_what_it_loses_without(with_blend, request_now):
    asked = replace(request_now, ranker="hybrid")
    both = with_blend.side_by_side(request_now, asked)
    assert both.askable == ("second",)
    assert set(both.leaned["side"]) == {"first"}
    told = []
    leaned = with_blend.leaned(asked, lambda *step: told.append(step))
    history = with_blend.history(asked.user_id).set_index("step")["item_id"]
    assert told[-1][1] == told[-1][2] == len(history)
    assert (leaned["item_id"].to_numpy() == history[leaned["step"]].to_numpy()).all()
    assert leaned["share"].is_monotonic_decreasing
    # by hand: the strongest event costs the list more than the weakest one named
    losses = [_loss(with_blend, asked, int(step)) for step in leaned["step"].iloc[[0, -1]]]
    assert losses[0] > losses[1] > 0
    shares = leaned["share"].iloc[[0, -1]]
    assert losses[0] / losses[1] == pytest.approx(shares.iloc[0] / shares.iloc[1], rel=1e-3)


def _loss(engine, asked, step):
    """What the list's items lose in all, relative to the mean item, without one event."""
    scores = []
    for request in (asked, replace(asked, without=(step,))):
        answer = engine._state.answer(request)
        scores.append(answer)
    top, competing = scores[0].order[: asked.k], scores[0].candidates
    sums = [(each.scores[top] - each.scores[competing].mean()).sum() for each in scores]
    return float(sums[0] - sums[1])


def test_a_ranker_that_folds_histories_in_need_not_be_asked(state, data, request_now):
    als = ALS.fit(data, ALSConfig(factors=4, iterations=2))
    als.freeze()
    engine = Engine(State(state.dataset, state.workspace, {"als": als}, {}))
    asked = replace(request_now, ranker="als")
    both = engine.side_by_side(asked, replace(asked, context={}))
    assert both.askable == ()
    assert set(both.leaned["side"]) == {"first", "second"}


def test_lists_stand_where_the_map_for_everyone_has_them(engine, state, request_now):
    both = engine.side_by_side(request_now, replace(request_now, ranker="popularity"))
    places = both.places.set_index("item_id")
    for side in ("first", "second"):
        listed = both.items.loc[both.items[f"in_{side}"], "item_id"]
        assert set(places.loc[listed, "listed"]) <= {side, "both"}
    rows = [state.dataset.item_index(item) - 1 for item in places.index]
    static = state.places["unified"].static[rows]
    np.testing.assert_allclose(places[["x", "y"]].to_numpy(), static)


def test_without_a_map_lists_have_no_places(plain_engine, request_now):
    asked = replace(request_now, ranker="popularity")
    assert plain_engine.side_by_side(asked, asked).places.empty


def test_events_leaned_on_are_of_the_history_and_shares_of_one(
    engine: Engine, request_now: Request
) -> None:
    other = replace(request_now, ranker="recency-ease")
    leaned = engine.side_by_side(request_now, other).leaned
    history = engine.history(request_now.user_id).set_index("step")["item_id"]
    assert set(leaned["side"]) == {"first", "second"}
    assert (leaned["item_id"].to_numpy() == history[leaned["step"]].to_numpy()).all()
    assert leaned.groupby("side")["share"].sum().max() <= 1 + 1e-6


def test_a_ranker_that_ignores_the_history_leans_on_none(
    engine: Engine, request_now: Request
) -> None:
    alone = replace(request_now, ranker="popularity")
    assert engine.side_by_side(alone, alone).leaned.empty


def test_the_furthest_apart_come_first(engine: Engine, stored: StoredAnswers) -> None:
    found = engine.disagreements("popularity", "text-cosine", "P-A", 2)
    assert found is not None
    assert found.people["user_id"].tolist() == [
        engine.dataset.user_ids[stored.users[place]] for place in (3, 5)
    ]
    assert found.people["factor"].tolist() == pytest.approx([40.0, 6.0])
    assert found.people["shared"].tolist() == [0, 6]
    assert (found.first_closer, found.second_closer, found.nothing_shared) == (1, 1, 1)
    mean = 10 - 14 / len(stored.users)
    assert f"share {mean:.1f} of ten items on average" in found.sentence


@pytest.fixture
def without_lists(stored: StoredAnswers, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in results that come along about data of others."""
    kept = replace(stored, lists={})
    monkeypatch.setattr(answered, "stored_answers", lambda *_: kept)


@pytest.mark.usefixtures("without_lists")
def test_without_lists_ranks_alone_tell_who_parts_and_what_is_missed(engine: Engine) -> None:
    found = engine.disagreements("popularity", "text-cosine", "P-A", 2)
    assert found is not None
    assert found.people["factor"].tolist() == pytest.approx([40.0, 6.0])
    assert "shared" not in found.people
    assert found.nothing_shared is None
    assert "puts the choice higher" in found.sentence
    assert "share" not in found.sentence
    missed = engine.misses("text-cosine", limit=1)
    assert missed is not None
    assert missed.table["rank"].tolist() == [40]
    assert "listed" not in missed.table


@pytest.mark.usefixtures("stored")
def test_a_ranker_has_no_disagreement_with_itself(engine: Engine) -> None:
    with pytest.raises(ConfigError, match="'popularity' agrees with itself"):
        engine.disagreements("popularity", "popularity")


def test_the_worst_misses_come_first_with_who_found_them(
    engine: Engine, stored: StoredAnswers
) -> None:
    found = engine.misses("text-cosine", limit=1)
    assert found is not None
    (row,) = found.table.to_dict("records")
    assert (row["rank"], row["rescuer"], row["rescuer_rank"]) == (40, "popularity", 1)
    assert len(row["listed"]) == 3
    assert (found.questions, found.among_ten) == (len(stored.users), 1)


@pytest.mark.usefixtures("stored")
def test_misses_of_a_slice_are_of_its_people_alone(engine: Engine) -> None:
    whole = engine.misses("popularity")
    assert whole is not None
    name, values = next(iter(whole.slices.items()))
    parts = [engine.misses("popularity", "P-A", name, value) for value in values]
    assert sum(part.questions for part in parts if part) == whole.questions
    with pytest.raises(UnknownNameError, match="Unknown slice 'Shoe size'"):
        engine.misses("popularity", "P-A", "Shoe size", "42")
    with pytest.raises(UnknownNameError, match=f"Unknown value of {name} 'x'"):
        engine.misses("popularity", "P-A", name, "x")


@pytest.mark.usefixtures("stored")
def test_unknown_protocols_and_unmeasured_rankers_are_refused(engine: Engine) -> None:
    with pytest.raises(UnknownNameError, match="Unknown protocol 'P-Z'"):
        engine.misses("popularity", "P-Z")
    with pytest.raises(UnknownNameError, match="Unknown measured ranker 'unified'"):
        engine.disagreements("unified", "popularity")


def test_without_stored_answers_there_is_nothing_to_tell(engine: Engine) -> None:
    assert engine.disagreements("popularity", "text-cosine") is None
    assert engine.misses("popularity") is None


def test_answers_of_other_data_are_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = SimpleNamespace(facts={"data_fingerprint": "another"})
    monkeypatch.setattr(answered, "stored_answers", lambda *_: None)
    monkeypatch.setattr(answered, "read_measurements", lambda *_: foreign)
    with pytest.raises(DataError, match=r"given for other data .* recengine evaluate"):
        engine.misses("popularity")
