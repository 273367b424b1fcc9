import numpy as np
import pytest

from recengine.interests.forecasting.base import Horizons
from recengine.interests.forecasting.sequences import DAY, InterestSequences, Questions
from tests.interests.forecasting.conftest import sequences_of


@pytest.fixture
def two() -> InterestSequences:
    """Vectors that tell their row: rows 0 to 6 of one person, 7 to 13 of another, one a day."""
    rows = np.arange(14, dtype=float)[:, None]
    return sequences_of([rows[:7], rows[7:]], hours=24)


def at(row: int, day: float) -> Questions:
    return Questions(np.array([row]), np.array([int(day * DAY)]))


def test_the_past_ends_with_the_known_row_and_stays_within_the_person(two) -> None:
    past = two.past(at(9, 3.5))
    assert past.vectors[0, :3, 0].tolist() == [7, 8, 9]
    assert past.days[0, :3].tolist() == [3.5, 2.5, 1.5]
    assert past.lengths.tolist() == [3]
    short = two.past(at(5, 5), length=2)
    assert short.vectors[0, :, 0].tolist() == [4, 5]


def test_events_ahead_are_counted_within_the_person(two) -> None:
    targets = two.targets(at(4, 4), Horizons("events", (1, 2, 3)), end=100 * DAY)
    assert targets.known.tolist() == [[True, True, False]]
    assert targets.vectors[0, :2, 0].tolist() == [5, 6]


def test_days_ahead_give_the_vector_after_the_last_event_by_then(two) -> None:
    targets = two.targets(at(8, 1.5), Horizons("days", (1, 3, 20)), end=100 * DAY)
    assert targets.vectors[0, :, 0].tolist() == [9, 11, 13]
    assert targets.known.all()


def test_a_silent_window_has_no_answer(two) -> None:
    silent = two.targets(at(6, 7), Horizons("days", (1,)), end=100 * DAY)
    assert not silent.known.any()


def test_nothing_at_or_after_the_end_is_looked_at(two) -> None:
    events = two.targets(at(2, 2), Horizons("events", (1, 3)), end=5 * DAY)
    assert events.known.tolist() == [[True, False]]
    days = two.targets(at(2, 2), Horizons("days", (1, 3)), end=5 * DAY)
    assert days.known.tolist() == [[True, False]]


def test_asked_rows_have_a_past_and_a_next_event_in_the_stretch(two) -> None:
    assert two.asked_rows(5 * DAY, 7 * DAY).tolist() == [4, 5, 11, 12]
    assert two.asked_rows(6 * DAY, 7 * DAY).tolist() == [5, 12]


def test_moments_in_days_lie_before_the_next_event_and_after_the_start(two) -> None:
    rng = np.random.default_rng(0)
    rows = np.repeat([4, 11], 50)
    found = two.asked_at("days", rows, rng, start=4.5 * DAY)
    assert (found.moments >= 4.5 * DAY).all()
    assert (found.moments < 5 * DAY).all()
    assert (two.asked_at("events", rows, rng).moments == 4 * DAY).all()


def test_few_of_each_person_are_drawn(two) -> None:
    rows = two.few_of_each(np.arange(14), 3, np.random.default_rng(0))
    assert np.bincount(two.people[rows]).tolist() == [3, 3]
