from dataclasses import replace

import numpy as np
import pandas as pd

from recengine.engine import Engine
from recengine.engine.state import State
from recengine.engine.timelines import STRIDE, WINDOW, interest_path
from recengine.types import Request


def test_shares_sum_to_one_at_every_event(engine: Engine, longest: str) -> None:
    found = engine.timeline(Request(user_id=longest))
    assert len(found.shares) == len(found.events) == len(engine.history(longest))
    np.testing.assert_allclose(found.shares.drop(columns="step").sum(axis=1), 1, atol=1e-5)


def test_the_last_vector_is_the_one_that_ranks(state: State, longest: str) -> None:
    model = state.unified("")
    answer = state.answer(Request(user_id=longest))
    items = model.item_vectors()
    ranked = model.interest(model.last_hidden(items, answer.history), answer.history.request)
    path = interest_path(state, longest, "")
    np.testing.assert_allclose(path[-1], ranked[0], atol=1e-5)


def test_a_history_longer_than_the_window_is_followed_from_the_beginning(state: State) -> None:
    dataset = state.dataset
    one = dataset.interactions[dataset.interactions["user_id"] == dataset.user_ids[0]]
    many = pd.concat([one] * (3 * WINDOW // len(one)), ignore_index=True)
    many["timestamp"] = 1_700_000_000 + np.arange(len(many)) * 3600
    long_state = State(
        replace(dataset, interactions=many), state.workspace, state.rankers, state.places
    )
    path = interest_path(long_state, str(dataset.user_ids[0]), "")
    assert path.shape[0] == len(many)
    assert np.isfinite(path).all()
    short = replace(dataset, interactions=many.head(WINDOW))
    first = interest_path(
        State(short, state.workspace, state.rankers, state.places), str(dataset.user_ids[0]), ""
    )
    np.testing.assert_allclose(path[: WINDOW - STRIDE], first[: WINDOW - STRIDE], atol=1e-5)


def test_somebody_without_events_has_an_empty_timeline_that_says_so(state: State) -> None:
    dataset = state.dataset
    user = str(dataset.user_ids[0])
    others = dataset.interactions[dataset.interactions["user_id"] != user]
    empty = Engine(
        State(
            replace(dataset, interactions=others),
            state.workspace,
            state.rankers,
            state.places,
        )
    )
    request = Request(user_id=user)
    found = empty.timeline(request)
    assert found.events.empty
    assert found.shares.empty
    assert "no taste to follow" in found.sentence
    assert empty.person(user).num_events == 0
    assert empty.latest_context(user) == {}
    assert len(empty.recommend(request).items) == 10
    assert empty.item_map(request).path.empty
    assert empty.attention(request).weights.empty
    first = empty.recommend(request).items["item_id"].iat[0]
    assert empty.explain(request, first).rank == 1
    assert not (empty.what_if(request, first).changes["kind"] == "event").any()
