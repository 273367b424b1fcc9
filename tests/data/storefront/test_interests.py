import numpy as np
import pytest

from recengine.data.storefront.interests import make_interests
from recengine.data.storefront.words import CATEGORY_NAMES

NUM_USERS, NUM_EVENTS = 200, 50


@pytest.fixture(scope="module")
def times():
    first = 1_700_000_000 + np.arange(NUM_USERS)[:, None] * 1_000
    return (first + np.arange(NUM_EVENTS) * 86_400).ravel()


@pytest.fixture(scope="module")
def interests(times):
    rng = np.random.default_rng(0)
    counts = np.full(NUM_USERS, NUM_EVENTS)
    return make_interests(np.zeros((NUM_USERS, len(CATEGORY_NAMES))), counts, times, rng)


@pytest.fixture(scope="module")
def log(interests):
    return interests.log(np.array([f"u{n}" for n in range(NUM_USERS)], dtype=object))


def at(interests, user_id, timestamp):
    """Log-odds by category of one person."""
    user = np.array([int(user_id[1:])])
    return interests.at(user, np.array([timestamp]))[0]


def test_some_people_never_turn_and_some_turn_twice(log):
    turns = log["user_id"].value_counts()
    assert 0.1 < 1 - len(turns) / NUM_USERS < 0.4
    assert set(turns) == {1, 2}
    assert set(log["kind"]) == {"jump", "slow"}


def test_a_turn_is_logged_at_an_event_of_the_person(log, times):
    for row in log.itertuples():
        events = times.reshape(NUM_USERS, NUM_EVENTS)[int(row.user_id[1:])]
        assert events[row.step] == row.timestamp
        assert 0 < row.step < NUM_EVENTS - 1


def test_a_jump_moves_the_interest_at_once(interests, log):
    for row in log[log["kind"] == "jump"].itertuples():
        moved = at(interests, row.user_id, row.timestamp) - at(
            interests, row.user_id, row.timestamp - 2
        )
        assert moved[CATEGORY_NAMES.index(row.to_category)] == pytest.approx(2.4, abs=1e-3)
        assert moved[CATEGORY_NAMES.index(row.from_category)] == pytest.approx(-2.4, abs=1e-3)


def test_a_slow_turn_is_half_way_in_the_middle_and_done_at_its_end(interests, log):
    for row in log[log["kind"] == "slow"].itertuples():
        target = CATEGORY_NAMES.index(row.to_category)
        before = at(interests, row.user_id, row.timestamp - 1)[target]
        middle = at(interests, row.user_id, (row.timestamp + row.end) // 2)[target]
        end = at(interests, row.user_id, row.end)[target]
        assert middle - before == pytest.approx(1.2, abs=0.35)
        assert end - before == pytest.approx(2.4, abs=0.65)


def test_a_second_turn_starts_from_where_the_first_one_went(log):
    twice = log[log["user_id"].duplicated(keep=False)].groupby("user_id")
    for _, turns in twice:
        assert turns["to_category"].iloc[0] == turns["from_category"].iloc[1]
        assert turns["timestamp"].is_monotonic_increasing


def test_leanings_shift_interests_one_to_one(interests, times):
    rng = np.random.default_rng(0)
    counts = np.full(NUM_USERS, NUM_EVENTS)
    leanings = np.zeros((NUM_USERS, len(CATEGORY_NAMES)))
    leanings[:, 3] = 50.0
    shifted = make_interests(leanings, counts, times, rng)
    assert (shifted.base[:, 3] > 49).all()
    assert (interests.base[:, 3] < 5).all()
