"""Remarks on dates: silences, dates ahead, one second for all; nothing where all is well."""

import numpy as np

from recengine.interests.dates import date_remarks

DAY = 86_400
NOW = 1_700_000_000


def remarks(*days: float) -> tuple[str, ...]:
    return date_remarks(np.array([NOW - 4_000 * DAY + int(day * DAY) for day in days]), float(NOW))


def test_ordinary_dates_need_no_remark():
    assert remarks(0, 30, 300, 500) == ()
    assert remarks(0) == ()
    assert date_remarks(np.array([], dtype=np.int64), float(NOW)) == ()


def test_a_silence_of_years_is_told_with_its_length():
    (told,) = remarks(0, 10, 10 + 3 * 365.25, 1200)
    assert "3.0 years" in told
    assert told.startswith("Nothing happened between December 2012 and December 2015")


def test_one_second_for_all_leaves_only_the_order():
    (told,) = remarks(5, 5, 5)
    assert told == "All 3 events carry the same second, so only their order is known."


def test_dates_that_lie_ahead_are_counted():
    (told,) = remarks(3_900, 4_001, 4_002)
    assert told.startswith("2 events carry dates that lie ahead of today")
    assert remarks(3_900, 4_001)[0].startswith("1 event carries a date that lies ahead")


def test_a_handful_of_days_is_told_and_what_was_typed_in_is_not_told_twice():
    hours = remarks(*(number / 12 for number in range(30)))
    assert any("full days: they tell little" in remark for remark in hours)
    assert not remarks(*(number / 1440 for number in range(30)))
