"""The list of then knows nothing of what came later, neither of this person nor of anybody."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.engine import Engine
from recengine.engine.evolution.timemachine import DAY, TimeMachine
from recengine.engine.state import State
from recengine.errors import ConfigError
from recengine.models.ease import Ease, EaseConfig
from recengine.models.hybrid import Hybrid
from recengine.types import Request


@pytest.fixture
def middle(engine: Engine, longest: str) -> int:
    """An event by which others have done something, with many more to come."""
    return len(engine.history(longest)) * 2 // 3


def with_another_future(state: State, user_id: str, step: int) -> State:
    """The same past; whatever happened from the day of that event on was something else.

    Of this person, the events up to and with `step` stay as they are.
    """
    dataset, log = state.dataset, state.dataset.log
    span = log.span(dataset.user_index(user_id))
    cut = int(log.times[span.start + step - 1]) // DAY * DAY
    changed = log.times >= cut
    changed[span.start : span.start + step] = False
    table = dataset.interactions.copy()
    rows = log.rows[changed]
    items = table["item_id"].to_numpy(copy=True)
    items[rows] = np.random.default_rng(1).choice(dataset.items["item_id"], len(rows))
    other = replace(dataset, interactions=table.assign(item_id=items))
    return State(other, state.workspace, state.rankers, state.places)


@pytest.mark.parametrize("ranker", ["unified", "recency-ease", "popularity"])
@pytest.mark.parametrize("hindsight", [False, True])
def test_another_future_gives_the_same_list(state, longest, middle, ranker, hindsight):
    request = Request(user_id=longest, ranker=ranker)
    then = TimeMachine(state).list_then(request, middle, hindsight=hindsight)
    other = TimeMachine(with_another_future(state, longest, middle)).list_then(
        request, middle, hindsight=hindsight
    )
    columns = ["item_id", "share_of_best", "reason"]
    pd.testing.assert_frame_equal(then.items[columns], other.items[columns])
    assert len(then.items) == 10


def test_another_past_gives_another_list(state, longest, middle):
    request = Request(user_id=longest, ranker="recency-ease")
    machine = TimeMachine(state)
    now, then = (machine.list_then(request, step) for step in (middle, middle // 2))
    assert now.items["item_id"].tolist() != then.items["item_id"].tolist()


def test_the_list_of_then_has_the_settings_of_the_ranker_on_show(state, data, longest, middle):
    request = Request(user_id=longest, ranker="ease")
    lists = []
    for ridge in (1.0, 3_000.0):
        ease = Ease.fit(data, EaseConfig(l2=ridge))
        ease.build_on(state.rankers)
        shown = State(state.dataset, state.workspace, {**state.rankers, "ease": ease}, {})
        lists.append(TimeMachine(shown).list_then(request, middle).items["item_id"].tolist())
    assert lists[0] != lists[1]


def test_only_items_that_somebody_had_met_compete(state, longest, middle):
    then = TimeMachine(state).list_then(Request(user_id=longest, k=1000), middle)
    log, dataset = state.dataset.log, state.dataset
    met = set(dataset.items["item_id"].iloc[np.unique(log.items[log.times < then.cut]) - 1])
    mine = set(Engine(state).history(longest)["item_id"].head(middle))
    assert set(then.items["item_id"]) == met - mine
    assert then.candidates == len(met - mine)
    assert then.known_events == int((log.times < then.cut).sum())


def test_nothing_could_be_shown_before_anybody_had_done_anything(state):
    log, dataset = state.dataset.log, state.dataset
    first = int(log.users[log.times.argmin()])
    then = TimeMachine(state).list_then(Request(user_id=str(dataset.user_ids[first])), 1)
    assert then.items.empty
    assert then.candidates == 0
    assert then.sentence.startswith("Nobody had done anything before")


def test_whoever_had_chosen_all_that_was_known_is_told_so(state, longest, middle):
    dataset, log = state.dataset, state.dataset.log
    span = log.span(dataset.user_index(longest))
    cut = int(log.times[span.start + middle - 1]) // DAY * DAY
    known = log.rows[log.times < cut]
    mine = dataset.items["item_id"].iloc[log.items[span.start] - 1]
    items = dataset.interactions["item_id"].to_numpy(copy=True)
    items[known] = mine  # all that anybody had met by then
    items[log.rows[span.start]] = mine
    narrow = replace(dataset, interactions=dataset.interactions.assign(item_id=items))
    other = State(narrow, state.workspace, state.rankers, state.places)
    then = TimeMachine(other).list_then(Request(user_id=longest), middle)
    assert then.items.empty
    assert then.known_events == len(known) > 1
    assert then.sentence.startswith(f"{len(known):,} events of everybody were known before")
    assert "no item was left to offer" in then.sentence


def test_a_blend_of_then_is_called_after_its_two_rankers(state, longest, middle, data):
    blend = Hybrid.fit(data)
    blend.build_on(state.rankers)
    with_blend = State(
        state.dataset, state.workspace, {**state.rankers, blend.name: blend}, state.places
    )
    asked = Request(user_id=longest, ranker=blend.name)
    then = TimeMachine(with_blend).list_then(asked, middle, hindsight=True)
    assert then.label == blend.label
    assert then.label.startswith("Blend: Goes together (EASE) + ")


def test_trained_weights_say_what_they_know_in_hindsight(state, longest, middle):
    machine = TimeMachine(state)
    looking_back = machine.list_then(Request(user_id=longest), middle, hindsight=True)
    assert looking_back.request.ranker == "unified"
    assert "Its weights were trained on events up to" in looking_back.hindsight
    then = machine.list_then(Request(user_id=longest), middle)
    assert then.request.ranker == "recency-ease"
    assert then.hindsight == ""
    closed = machine.list_then(Request(user_id=longest, ranker="popularity"), middle)
    assert (closed.request.ranker, closed.hindsight) == ("popularity", "")


def test_the_ranker_that_serves_today_keeps_its_own_prior(state, unified, longest, middle):
    before = unified.prior
    TimeMachine(state).list_then(Request(user_id=longest), middle, hindsight=True)
    assert unified.prior is before


def test_what_was_chosen_later_is_marked_with_its_event(state, engine, longest, middle):
    then = TimeMachine(state).list_then(Request(user_id=longest, k=60), middle)
    history = engine.history(longest)
    for row in then.items.itertuples():
        later = history[(history["step"] > middle) & (history["item_id"] == row.item_id)]
        assert row.chosen_at == (later["step"].min() if len(later) else 0)
    assert (then.items["chosen_at"] > 0).any()


def test_the_moment_is_that_of_the_event(state, longest, middle):
    then = TimeMachine(state).list_then(
        Request(user_id=longest, context={"weather": "rain"}), middle
    )
    span = state.dataset.log.span(state.dataset.user_index(longest))
    assert dict(then.request.context) == state.dataset.context_of(span.start + middle - 1)


@pytest.mark.parametrize("step", [0, -1, 10_000])
def test_an_event_that_there_is_not_is_refused(state, longest, step):
    with pytest.raises(ConfigError, match=f"step={step} must be one of the"):
        TimeMachine(state).list_then(Request(user_id=longest), step)


def test_what_is_switched_off_is_not_read_and_not_offered(state, engine, longest):
    machine = TimeMachine(state)
    category = state.dataset.categories[0]
    muted = machine.list_then(Request(user_id=longest, muted=(category,), k=100), 5)
    assert not any(category in names for names in muted.items["categories"])
    # the fifth event that counts is another one than the fifth of all
    whole = engine.timeline(Request(user_id=longest, muted=(category,))).events
    number = int(whole["number"].iloc[4])
    assert number >= 5
    seen = engine.history(longest).head(number)["item_id"]
    assert not set(seen) & set(muted.items["item_id"])


def test_an_event_left_out_leaves_the_same_list_whatever_it_was(state, longest, middle):
    request = Request(user_id=longest, without=(middle,), ranker="recency-ease")
    as_it_was = TimeMachine(state).list_then(request, middle - 1)
    unedited = TimeMachine(state).list_then(
        Request(user_id=longest, ranker="recency-ease"), middle - 1
    )
    assert as_it_was.items["item_id"].tolist() == unedited.items["item_id"].tolist()
