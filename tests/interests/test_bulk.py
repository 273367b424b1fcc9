import numpy as np
import pytest

from recengine.data.dataset import Log
from recengine.interests.bulk import DAY, date_report, log_dates


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


def one_log(*people: list[int]) -> Log:
    lengths = [len(times) for times in people]
    times = np.concatenate([np.array(each, dtype=np.int64) for each in people])
    count = len(times)
    return Log(
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items=np.ones(count, dtype=np.int32),
        times=times,
        values=np.full(count, np.nan, dtype=np.float32),
        value_codes=np.zeros(count, dtype=np.int16),
        events=np.zeros(count, dtype=np.int8),
        contexts=np.zeros((count, 0), dtype=np.int16),
        rows=np.arange(count),
    )


def test_a_whole_log_is_judged_person_by_person():
    daily = [day * DAY for day in range(20)]
    typed = [5 * DAY + second for second in range(40)]
    found = log_dates(one_log(daily, typed, daily, [0, 1]))
    assert found.people == 3
    assert found.bulk_share == pytest.approx(1 / 3)
    assert found.crowded_minutes == pytest.approx(40 / 82)
    assert found.median_span_days == pytest.approx(19)
    assert "real for 67%" in found.sentence
    assert found.few_days_share == 0


EVERY_TWO_HOURS = [2 * 3600 * number for number in range(30)]
SITTINGS = [8 * 3600 * at + 120 * number for at in range(3) for number in range(10)]


def test_few_days_hours_apart_were_lived():
    report = date_report(times(*EVERY_TWO_HOURS))
    assert report.few_days
    assert report.at_sittings == 0
    assert not report.bulk
    found = log_dates(one_log(EVERY_TWO_HOURS, EVERY_TWO_HOURS))
    assert (found.bulk_share, found.few_days_share) == (0, 1)
    assert "100% have a handful of days" in found.sentence


def test_few_days_of_sittings_were_typed_in():
    report = date_report(times(*SITTINGS))
    assert report.crowded_minutes == 0
    assert report.at_sittings == 1
    assert report.bulk
    assert "hardly real" in log_dates(one_log(SITTINGS)).sentence


def test_sittings_on_many_days_were_lived():
    songs = [day * DAY + 100 * song for day in range(12) for song in range(15)]
    assert date_report(times(*songs)).at_sittings == 1
    assert not date_report(times(*songs)).bulk


@pytest.mark.parametrize(
    "people", [[[0] * 30], [list(range(50))], [[0, DAY]], [EVERY_TWO_HOURS], [SITTINGS]]
)
def test_the_whole_and_the_single_verdict_agree(people):
    single = [date_report(np.array(times, dtype=np.int64)).bulk for times in people]
    assert (log_dates(one_log(*people)).bulk_share > 0) == any(single)


def test_too_few_events_are_too_few_to_tell():
    assert "too few to tell" in log_dates(one_log([1], [2])).sentence
