"""Moments of the calendar: the last known interest, its age, and silence that stays silence."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from recengine.errors import UnknownNameError
from recengine.interests.resample import MAX_MOMENTS, PERIODS, calendar


def at(*moments: str) -> np.ndarray:
    return np.array(
        [datetime.fromisoformat(m).replace(tzinfo=UTC).timestamp() for m in moments]
    ).astype(np.int64)


def test_each_day_has_the_last_event_before_its_end():
    found = calendar(at("2024-01-01 09:00", "2024-01-01 21:00", "2024-01-03 12:00"), period="day")
    assert (
        found.moments.tolist()
        == at("2024-01-01 23:59:59", "2024-01-02 23:59:59", "2024-01-03 23:59:59").tolist()
    )
    assert found.last_event.tolist() == [1, 1, 2]
    assert found.num_events.tolist() == [2, 0, 1]
    assert found.age_days == pytest.approx([0.125, 1.125, 0.5], abs=1e-4)
    assert found.known.all()


def test_a_gap_of_years_is_shown_and_not_filled():
    found = calendar(at("2010-03-01", "2010-04-01", "2018-06-01"))
    assert found.period == "month"
    assert len(found.moments) == 100
    silent = ~found.known
    assert silent.sum() > 90
    assert found.age_days.max() > 365 * 8
    assert found.known[[0, 1, -1]].all()


@pytest.mark.parametrize("period", PERIODS)
def test_one_event_is_one_moment(period):
    found = calendar(at("2024-05-05 12:00"), period=period)
    assert found.last_event.tolist() == [0]
    assert found.num_events.tolist() == [1]
    assert found.known.all()


def test_all_events_at_one_second_are_one_moment():
    found = calendar(np.repeat(at("2024-05-05 12:00"), 50))
    assert found.num_events.tolist() == [50]
    assert found.last_event.tolist() == [49]


def test_no_event_is_no_moment():
    assert len(calendar(np.zeros(0, dtype=np.int64)).moments) == 0


def test_days_begin_by_the_clock_of_the_data_even_when_it_jumps():
    berlin = calendar(at("2024-03-30 12:00", "2024-04-01 12:00"), "Europe/Berlin", period="day")
    assert np.diff(berlin.moments).tolist() == [23 * 3600, 24 * 3600]
    last = datetime.fromtimestamp(int(berlin.moments[-1]), ZoneInfo("Europe/Berlin"))
    assert (last.hour, last.minute, last.second) == (23, 59, 59)


def test_the_shortest_period_that_fits_is_chosen():
    decade = np.arange(0, 86_400 * 3650, 86_400 * 10, dtype=np.int64)
    found = calendar(decade)
    assert found.period == "month"
    assert len(found.moments) <= MAX_MOMENTS


def test_an_unknown_period_names_the_known_ones():
    with pytest.raises(UnknownNameError, match="week"):
        calendar(at("2024-01-01"), period="fortnight")
