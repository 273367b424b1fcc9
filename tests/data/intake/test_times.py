import numpy as np
import pandas as pd
import pytest

from recengine.data.intake.times import parse_times

NOON = 1_717_156_800  # 2024-05-31 12:00 UTC


@pytest.mark.parametrize(
    "written",
    [
        str(NOON),
        f" {NOON} ",
        f"{NOON}000",
        f"{NOON}000000",
        f"{NOON}000000000",
        f"{NOON}.25",
        "2024-05-31T12:00:00Z",
        "2024-05-31 14:00:00+02:00",
        "2024-05-31 12:00",
        "2024-05-31T12:00:00.250",
        "31.05.2024 12:00",
        "31.5.2024 12:00:00",
        "31/05/2024 12:00",
        "5/31/2024 12:00",
        "31.05.2024 14:00+02:00",
    ],
)
def test_one_moment_written_in_many_ways(written):
    seconds = parse_times(pd.Series([written] * 3), "UTC")
    assert (np.floor(seconds) == NOON).all()


def test_a_whole_column_tells_whether_the_day_or_the_month_comes_first():
    days = parse_times(pd.Series(["06/05/2024", "31/05/2024"]), "UTC")
    assert days.tolist() == parse_times(pd.Series(["2024-05-06", "2024-05-31"]), "UTC").tolist()
    months = parse_times(pd.Series(["06/05/2024", "05/31/2024"]), "UTC")
    assert months.tolist() == parse_times(pd.Series(["2024-06-05", "2024-05-31"]), "UTC").tolist()


def test_a_day_whose_order_nothing_tells_is_no_time():
    assert np.isnan(parse_times(pd.Series(["06/05/2024", "01/02/2024"]), "UTC")).all()


def test_a_day_that_no_month_has_is_no_time():
    assert np.isnan(parse_times(pd.Series(["31.02.2024 10:00"]), "UTC")).all()


def test_days_alone_are_midnight():
    for written in ("2024-05-31", "20240531"):
        assert parse_times(pd.Series([written]), "UTC")[0] == NOON - 12 * 3600


def test_years_alone_are_their_first_day():
    assert parse_times(pd.Series(["1970", "1999"]), "UTC")[1] == 915_148_800


def test_dates_far_away_are_read_rather_than_failing():
    seconds = parse_times(pd.Series(["9999-12-31", "0001-01-01", "2024-05-31"]), "Europe/Berlin")
    assert seconds[0] > 2e11
    assert seconds[1] < -6e10


def test_times_without_offset_are_on_the_clock_of_the_data():
    column = pd.Series(["2024-05-31 14:00", "2024-05-31T12:00Z"])
    assert (parse_times(column, "Europe/Berlin") == NOON).all()


def test_hours_that_come_twice_or_never_still_have_a_time():
    column = pd.Series(["2024-10-27 02:30", "2024-03-31 02:30"])
    assert np.isfinite(parse_times(column, "Europe/Berlin")).all()


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(["2024-05-31 12:00"])),
        pd.Series(pd.to_datetime(["2024-05-31 12:00"]).astype("datetime64[s]")),
        pd.Series(pd.to_datetime(["2024-05-31 14:00+02:00"])),
        pd.Series([NOON * 1_000]),
        pd.Series([float(NOON)]),
        pd.Series([NOON], dtype="Int64"),
    ],
    ids=lambda column: str(column.dtype),
)
def test_typed_columns_are_understood(column):
    assert parse_times(column, "UTC")[0] == NOON


def test_what_is_no_time_is_not_a_number():
    column = pd.Series([str(NOON), "yesterday", "", None, "inf", "-5"], dtype="str")
    seconds = parse_times(column, "UTC")
    assert seconds[0] == NOON
    assert np.isnan(seconds[1:5]).all()
    assert seconds[5] == -5
    assert np.isnan(parse_times(pd.Series(["soon", "2024-13-45"]), "UTC")).all()


def test_no_rows_give_no_times():
    assert len(parse_times(pd.Series([], dtype="str"), "UTC")) == 0
