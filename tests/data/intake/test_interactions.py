import numpy as np
import pytest

from recengine.data.intake.interactions import take_interactions
from recengine.data.intake.mapping import TableMapping

NOW = 1_700_000_000
DAY = 86_400


def take(table, *, further=(), **roles):
    mapping = TableMapping("log.csv", {"user_id": "u", "item_id": "i", **roles}, further)
    return take_interactions(table, mapping, "UTC", NOW)


def found(taken):
    return [(p.severity, p.column, p.rows) for p in taken.problems]


def test_a_clean_log_comes_through_in_file_order(raw):
    table = raw(u=["b", "a"], i=["1", "2"], t=["200", "100"], r=["4.5", "3"], w=["rain", "sunny"])
    taken = take(table, timestamp="t", value="r", further=("w",))
    assert taken.problems == ()
    assert taken.has_times
    assert list(taken.table.columns) == [
        "user_id",
        "item_id",
        "timestamp",
        "event",
        "value",
        "w",
    ]
    assert list(taken.table["user_id"]) == ["b", "a"]
    assert taken.table["timestamp"].dtype == np.int64
    assert taken.table["value"].dtype == np.float32
    names = [feature.name for feature in taken.context_features]
    assert names == ["part_of_day", "weekday", "season", "w"]


def test_bad_rows_are_left_out_and_each_kind_is_reported(raw):
    times = ["100", "-5", str(NOW + 2 * DAY), "soon", "", "100"]
    table = raw(u=["a"] * 5 + [""], i=["1"] * 6, t=times)
    taken = take(table, timestamp="t")
    assert len(taken.table) == 1
    assert found(taken) == [
        ("error", "u", (7,)),
        ("error", "t", (6,)),
        ("error", "t", (5,)),
        ("error", "t", (3,)),
        ("error", "t", (4,)),
    ]


def test_tomorrow_is_not_yet_a_mistake_because_clocks_differ(raw):
    taken = take(raw(u=["a"], i=["1"], t=[str(NOW + DAY)]), timestamp="t")
    assert taken.problems == ()


def test_times_with_and_without_an_offset_are_counted_and_the_clock_is_named(raw):
    written = ["2023-01-01 12:00+02:00", "2023-01-02 12:00", "2023-01-03T12:00:00Z", "100", "soon"]
    mapping = TableMapping("log.csv", {"user_id": "u", "item_id": "i", "timestamp": "t"}, ())
    table = raw(u=["a"] * 5, i=list("12345"), t=written)
    taken = take_interactions(table, mapping, "Europe/Berlin", NOW)
    (problem,) = (each for each in taken.problems if "offset" in each.what)
    assert problem.what == "2 times are written with an offset from UTC, 1 without"
    assert "clock of Europe/Berlin" in problem.advice
    assert (problem.severity, problem.rows) == ("warning", (3,))
    assert len(taken.table) == 4


@pytest.mark.parametrize(
    "written",
    [["2023-01-01 12:00", "2023-01-02 12:00"], ["2023-01-01T12:00Z", "100"], ["100", "200"]],
)
def test_times_of_one_kind_need_no_word_about_clocks(raw, written):
    assert take(raw(u=["a", "a"], i=["1", "2"], t=written), timestamp="t").problems == ()


def test_a_missing_value_is_kept_and_a_wrong_one_is_not(raw):
    table = raw(u=["a", "a", "a"], i=["1", "2", "3"], r=["", "five", "4"])
    taken = take(table, value="r")
    assert list(taken.table["item_id"]) == ["1", "3"]
    assert np.isnan(taken.table["value"][0])
    assert found(taken)[:2] == [("warning", "r", (2,)), ("error", "r", (3,))]


def test_exact_repetitions_are_kept_once(raw):
    table = raw(u=["a"] * 4, i=["1"] * 4, t=["100", "100", "100", "101"], w=["x", "x", "y", "x"])
    taken = take(table, timestamp="t", further=("w",))
    assert len(taken.table) == 3
    assert found(taken) == [("warning", "", (3,))]


def test_a_repetition_of_a_bad_row_is_one_problem_not_two(raw):
    taken = take(raw(u=["", "", "a"], i=["1", "1", "1"]))
    assert len(taken.table) == 1
    assert found(taken)[0] == ("error", "u", (2, 3))
    assert not any("the same as" in problem.what for problem in taken.problems)


def test_without_times_the_order_of_the_file_counts(raw):
    taken = take(
        raw(u=["a", "a"], i=["2", "1"], weekday=["Monday", "Friday"]), further=("weekday",)
    )
    assert not taken.has_times
    assert list(taken.table["timestamp"]) == [0, 1]
    assert [feature.name for feature in taken.context_features] == ["weekday"]
    assert any("no column of times" in problem.what for problem in taken.problems)


def test_a_given_weekday_takes_the_place_of_the_derived_one(raw):
    table = raw(u=["a", "a"], i=["1", "2"], t=["100", "200"], weekday=["Mon", "Fri"])
    taken = take(table, timestamp="t", further=("weekday",))
    assert [(f.name, f.derived) for f in taken.context_features] == [
        ("part_of_day", True),
        ("season", True),
        ("weekday", False),
    ]


@pytest.mark.parametrize(
    ("roles", "kind"),
    [({"value": "stars"}, "rating"), ({"value": "cnt"}, "interaction"), ({}, "interaction")],
)
def test_what_an_event_is_called_follows_from_its_value(raw, roles, kind):
    taken = take(raw(u=["a"], i=["1"], stars=["4"], cnt=["2"]), **roles)
    assert list(taken.table["event"]) == [kind]


def test_named_events_are_kept_and_missing_ones_are_unknown(raw):
    taken = take(raw(u=["a", "a"], i=["1", "2"], e=["click", ""]), event="e")
    assert list(taken.table["event"]) == ["click", "unknown"]
    assert ("warning", "e", (3,)) in found(taken)


def test_a_column_with_too_many_kinds_of_event_is_not_one(raw):
    ids = [str(n) for n in range(150)]
    taken = take(raw(u=ids, i=ids, e=ids), event="e")
    assert set(taken.table["event"]) == {"interaction"}
    assert any("150 different kinds of event" in problem.what for problem in taken.problems)
