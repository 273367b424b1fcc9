from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.features import Feature
from recengine.engine import Engine
from recengine.engine.state import State
from recengine.engine.timelines import STRIDE, WINDOW, events_of, interest_path
from recengine.errors import ConfigError
from recengine.models.base import FitData
from recengine.models.bert4rec import BERT4Rec, BERT4RecConfig
from recengine.models.gru import GRU, GRUConfig
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


def test_events_of_several_platforms_carry_their_source(state: State, longest: str) -> None:
    dataset = state.dataset
    assert "source" not in events_of(state, longest)
    sources = np.array(["films", "games"])[np.arange(len(dataset.interactions)) % 2]
    merged = replace(
        dataset,
        interactions=dataset.interactions.assign(source=sources),
        context_features=(
            *dataset.context_features,
            Feature("source", "Source", ("films", "games")),
        ),
    )
    events = events_of(State(merged, state.workspace, state.rankers, {}), longest)
    rows = merged.log.rows[merged.log.span(merged.user_index(longest))]
    assert events["source"].tolist() == sources[rows].tolist()
    assert events["source"].nunique() == 2


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


@pytest.fixture
def many_models(state: State, data: FitData) -> State:
    """Beside the unified ranker, two that follow interests in another way."""
    narrow = {
        "gru": GRU.fit(data, GRUConfig(embedding_dim=8, max_length=20)),
        "bert4rec": BERT4Rec.fit(data, BERT4RecConfig(embedding_dim=8, max_length=20)),
    }
    for ranker in narrow.values():
        ranker.freeze()
    return State(state.dataset, state.workspace, {**state.rankers, **narrow}, state.places)


@pytest.mark.parametrize("ranker", ["gru", "bert4rec"])
def test_every_sequential_ranker_has_a_timeline_on_the_same_map(
    many_models: State, longest: str, ranker: str
) -> None:
    found = Engine(many_models).timeline(Request(user_id=longest, ranker=ranker))
    np.testing.assert_allclose(found.shares.drop(columns="step").sum(axis=1), 1, atol=1e-5)
    assert len(found.path) == len(found.events)
    assert found.path[["x", "y"]].abs().max().max() <= 1


def test_without_any_map_the_path_is_empty_and_the_rest_is_there(
    many_models: State, longest: str
) -> None:
    no_map = State(many_models.dataset, many_models.workspace, many_models.rankers, {})
    found = Engine(no_map).timeline(Request(user_id=longest, ranker="gru"))
    assert found.path.empty
    assert len(found.shares) == len(found.events)


def test_a_ranker_without_interests_says_which_have_them(many_models: State, longest: str) -> None:
    with pytest.raises(ConfigError, match="unified, gru, bert4rec"):
        Engine(many_models).timeline(Request(user_id=longest, ranker="popularity"))
