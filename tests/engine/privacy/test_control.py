"""What is switched off does not count, for any ranker, and comes back when it is switched on."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest

from recengine.engine import Engine
from recengine.engine.state import State
from recengine.errors import ConfigError, UnknownNameError
from recengine.models.als import ALS
from recengine.models.base import FitData
from recengine.models.ease import Ease
from recengine.models.gru import GRU, GRUConfig
from recengine.types import Request, read_steps, steps_text


@pytest.fixture(scope="module")
def rich_state(state: State, data: FitData) -> State:
    gru = GRU.fit(data, GRUConfig(embedding_dim=8))
    als, ease = ALS.fit(data), Ease.fit(data)
    gru.freeze()
    als.freeze()
    ease.build_on(state.rankers)
    more = {"gru": gru, "als": als, "ease": ease}
    return State(state.dataset, state.workspace, {**state.rankers, **more}, state.places)


@pytest.fixture(scope="module")
def rich(rich_state: State) -> Engine:
    return Engine(rich_state)


def truncated(state: State, user_id: str, kept: np.ndarray) -> Engine:
    """An engine in whose data the other events of the person never happened."""
    from dataclasses import replace

    dataset = state.dataset
    span = dataset.log.span(dataset.user_index(user_id))
    gone = dataset.log.rows[span][~kept]
    table = dataset.interactions.drop(index=gone).reset_index(drop=True)
    return Engine(State(replace(dataset, interactions=table), state.workspace, state.rankers, {}))


@pytest.mark.parametrize("ranker", ["unified", "gru", "recency-ease", "ease", "text-cosine"])
def test_an_event_left_out_is_as_if_it_had_not_happened(
    rich: Engine, rich_state: State, longest: str, ranker: str
) -> None:
    last = len(rich.history(longest))
    request = Request(user_id=longest, ranker=ranker, k=40, without=(last, last - 1))
    found = rich.recommend(request)
    kept = np.arange(last) < last - 2
    never = truncated(rich_state, longest, kept).recommend(request.unedited())
    gone = set(rich.history(longest)["item_id"].tail(2))
    expected = [item for item in never.items["item_id"] if item not in gone]
    assert list(found.items["item_id"])[: len(expected)] == expected
    assert found.request.without == (last, last - 1)


def test_what_was_left_out_does_not_come_back_as_a_recommendation(
    rich: Engine, longest: str
) -> None:
    everything = tuple(range(1, len(rich.history(longest)) + 1))
    found = rich.recommend(Request(user_id=longest, k=60, without=everything))
    assert not set(found.items["item_id"]) & set(rich.history(longest)["item_id"])


@pytest.mark.parametrize("ranker", ["unified", "gru", "als", "ease", "text-cosine", "popularity"])
def test_a_muted_interest_is_neither_read_nor_offered(
    rich: Engine, longest: str, ranker: str
) -> None:
    strongest = (
        rich.recommend(Request(user_id=longest, ranker=ranker)).items["categories"].iat[0][0]
    )
    request = Request(user_id=longest, ranker=ranker, k=60, muted=(strongest,))
    items = rich.recommend(request).items
    assert len(items)
    assert not any(strongest in names for names in items["categories"])
    evidence = rich.explain(request, items["item_id"].iat[0]).evidence
    told = {each.item_id for each in evidence if each.kind == "event"}
    catalogue = rich.dataset.items.set_index("item_id")["categories"]
    assert not any(strongest in catalogue[item] for item in told)


def test_a_ranker_does_not_use_what_it_learnt_of_the_person_from_events_left_out(
    rich: Engine, longest: str
) -> None:
    plain = rich.recommend(Request(user_id=longest, ranker="als", k=5)).items["score"]
    edited = rich.recommend(Request(user_id=longest, ranker="als", k=5, without=(1,))).items[
        "score"
    ]
    assert not np.allclose(plain, edited)


def test_undoing_gives_the_same_list_as_before(rich: Engine, longest: str) -> None:
    request = Request(user_id=longest, k=10, without=(1, 2), muted=("Books",))
    before = rich.recommend(request.unedited()).items
    rich.recommend(request)
    after = rich.recommend(request.unedited()).items
    assert before["item_id"].tolist() == after["item_id"].tolist()
    np.testing.assert_array_equal(before["score"], after["score"])


def test_the_timeline_leaves_them_out_and_keeps_their_numbers(rich: Engine, longest: str) -> None:
    whole = rich.timeline(Request(user_id=longest))
    edited = rich.timeline(Request(user_id=longest, without=(2, 3)))
    assert len(edited.events) == len(whole.events) - 2
    assert edited.events["step"].tolist()[:2] == [1, 2]
    assert edited.events["number"].tolist()[:2] == [1, 4]
    assert whole.events["number"].tolist() == whole.events["step"].tolist()
    assert edited.shares.iloc[-1].drop("step").sum() == pytest.approx(1)
    assert len(rich.interests.calendar(Request(user_id=longest, without=(1,))).table)


def test_with_everything_left_out_a_person_is_new(rich: Engine, longest: str) -> None:
    everything = tuple(range(1, len(rich.history(longest)) + 1))
    request = Request(user_id=longest, without=everything)
    assert "no taste to follow" in rich.timeline(request).sentence
    assert len(rich.recommend(request).items) == 10
    assert rich.item_map(request).path.empty
    assert not rich.control.events(request)["counts"].any()


def test_the_person_sees_what_counts_and_why_not(rich: Engine, longest: str) -> None:
    history = rich.history(longest)
    name = history["categories"].iat[0][0]
    events = rich.control.events(Request(user_id=longest, without=(2,), muted=(name,)))
    assert events["because"].iat[0] == name
    assert events["because"].iat[1] == "event"
    assert not events["counts"].iloc[:2].any()
    interests = rich.control.interests(Request(user_id=longest, muted=(name,)))
    assert interests.set_index("interest")["muted"][name]
    assert interests["muted"].sum() == 1
    count = sum(name in names for names in history["categories"])
    assert interests.set_index("interest")["events"][name] == count


def test_the_change_is_that_between_with_and_without(rich: Engine, longest: str) -> None:
    request = Request(user_id=longest, muted=("Books",), k=10)
    change = rich.control.change(request)
    now = set(rich.recommend(request).items["item_id"])
    before = set(rich.recommend(request.unedited()).items["item_id"])
    assert set(change.changes["item_id"]) == now | before


def test_mistakes_say_what_there_is(rich: Engine, longest: str) -> None:
    count = len(rich.history(longest))
    with pytest.raises(ConfigError, match=f"numbered 1 to {count:,}"):
        rich.recommend(Request(user_id=longest, without=(count + 1,)))
    with pytest.raises(UnknownNameError, match=r"interest 'Bookz'.*Books"):
        rich.recommend(Request(user_id=longest, muted=("Bookz",)))


@pytest.mark.parametrize(
    ("text", "steps"), [("", ()), ("3", (3,)), ("3,5-7", (3, 5, 6, 7)), ("7, 5-6,3", (3, 5, 6, 7))]
)
def test_event_numbers_can_be_written_and_read(text: str, steps: tuple[int, ...]) -> None:
    assert read_steps(text) == steps
    assert read_steps(steps_text(steps)) == steps


@pytest.mark.parametrize("text", ["x", "3-", "-3", "1-999999999"])
def test_what_is_no_event_number_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="no event number"):
        read_steps(text)


def test_everything_about_a_person_can_be_taken_home(engine, longest):
    with zipfile.ZipFile(io.BytesIO(engine.control.export(longest))) as archive:
        events = pd.read_csv(archive.open("events.csv"))
    assert len(events) == len(engine.history(longest))
