import numpy as np
import pytest

from recengine.interests.bulk import DAY, date_report


def times(*moments: float) -> np.ndarray:
    return np.array(moments, dtype=np.int64)


def test_everything_typed_in_within_minutes_is_bulk():
    report = date_report(np.arange(50, dtype=np.int64) * 10)
    assert report.crowded_minutes >= 0.9
    assert report.median_gap == 10
    assert report.bulk


def test_one_event_a_day_is_real_time():
    report = date_report(np.arange(30, dtype=np.int64) * DAY)
    assert report.effective_days == pytest.approx(30)
    assert report.crowded_minutes == 0
    assert not report.bulk


def test_a_single_stray_event_years_later_does_not_make_dates_real():
    sitting = np.arange(100, dtype=np.int64) * 90
    report = date_report(np.append(sitting, 3000 * DAY))
    assert report.crowded_days == pytest.approx(100 / 101)
    assert report.effective_days < 1.1
    assert report.bulk


def test_busy_days_on_many_dates_are_real_time():
    days = np.repeat(np.arange(20), 30) * DAY
    assert not date_report((days + np.tile(np.arange(30) * 1200, 20)).astype(np.int64)).bulk


def test_few_events_are_few_and_not_bulk():
    assert not date_report(times(0, 1, 2)).bulk


@pytest.mark.parametrize("moments", [(), (5,)])
def test_no_gap_without_two_events(moments):
    assert date_report(times(*moments)).median_gap == 0
