"""Every rule takes what it names, says so, and can be switched off."""

import pandas as pd
import pytest

from recengine.data.cleaning import CleaningRules, behaviour_class, clean, renamed_kinds
from recengine.data.intake.mapping import read_mapping
from recengine.data.tables import load_tables
from recengine.errors import ConfigError, DataError, UnknownNameError

NOW = 1_700_000_000


def log(*rows: tuple[str, str, int]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    return table.assign(event="view")


def test_the_same_choice_within_a_minute_counts_once():
    events = log(("a", "x", 0), ("a", "x", 30), ("a", "x", 200), ("b", "x", 31), ("a", "y", 31))
    kept, (step,) = clean(events, CleaningRules())
    assert kept["timestamp"].tolist() == [0, 200, 31, 31]
    assert (step.rule, step.setting, step.events, step.people) == ("repeat_seconds", "60", 1, 0)


def test_other_kinds_of_event_are_no_repeats():
    events = log(("a", "x", 0), ("a", "x", 30)).assign(event=["view", "purchase"])
    assert len(clean(events, CleaningRules())[0]) == 2


def test_who_does_more_than_anybody_could_on_a_day_is_a_machine():
    robot = [("robot", f"i{n}", 10 * n) for n in range(40)]
    events = log(*robot, ("a", "i1", 5), ("a", "i2", 6))
    kept, (step,) = clean(events, CleaningRules(max_events_per_day=30))
    assert set(kept["user_id"]) == {"a"}
    assert (step.events, step.people, step.items) == (40, 1, 38)


def test_ten_thousand_events_of_a_person_over_years_are_no_machine():
    events = log(*[("a", f"i{n}", n * 7200) for n in range(10_000)])
    kept, steps = clean(events, CleaningRules())
    assert len(kept) == 10_000
    assert steps == ()


def test_bulk_imports_go_only_if_asked():
    events = log(*[("a", f"i{n}", 100 + n) for n in range(10)], ("a", "late", 9999))
    assert len(clean(events, CleaningRules())[0]) == 11
    kept, (step,) = clean(events, CleaningRules(max_events_per_minute=5))
    assert kept["item_id"].tolist() == ["late"]
    assert step.rule == "max_events_per_minute"


def test_items_that_hardly_anybody_chose_go_only_if_asked():
    events = log(("a", "x", 0), ("b", "x", 0), ("b", "once", 500))
    assert len(clean(events, CleaningRules())[0]) == 3
    kept, (step,) = clean(events, CleaningRules(min_item_events=2))
    assert set(kept["item_id"]) == {"x"}
    assert step.items == 1


@pytest.fixture
def folder(tmp_path):
    rows = [
        "user_id,item_id,timestamp,event",
        *[f"u{n % 3},i{n % 4},{NOW - 5000 * n},pv" for n in range(12)],
        f"u0,i0,{NOW},pv",
        f"u1,i2,{NOW + 999_999},buy",
        f"u1,i2,{NOW - 900_000_000},buy",
        f"u1,i3,{NOW - 100},buy",
        f"u1,i3,{NOW - 80},buy",
    ]
    (tmp_path / "interactions.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def with_mapping(folder, text: str) -> None:
    head = '[interactions]\nfile = "interactions.csv"\nuser_id = "user_id"\nitem_id = "item_id"\n'
    (folder / "mapping.toml").write_text(f'{head}timestamp = "timestamp"\nevent = "event"\n{text}')


def test_what_was_left_out_is_kept_with_the_data_and_told(folder):
    found = load_tables(folder, now=NOW)
    steps = {step.rule: step for step in found.dataset.cleaning}
    assert {name: step.events for name, step in steps.items()} == {
        "exact_duplicates": 1,
        "future": 1,
        "repeat_seconds": 1,
    }
    assert found.report.cleaning == found.dataset.cleaning
    assert found.report.facts["rows used"] == 14


def test_each_rule_can_be_switched_in_the_mapping_file(folder):
    off = "exact_duplicates = false\nfuture = false\nrepeat_seconds = 0\n"
    with_mapping(folder, f"[cleaning]\n{off}")
    found = load_tables(folder, now=NOW)
    assert found.dataset.cleaning == ()
    assert len(found.dataset.interactions) == 17


def test_times_before_a_day_can_be_left_out(folder):
    with_mapping(folder, '[cleaning]\nbefore = "2000-01-01"\n')
    steps = {step.rule: step.events for step in load_tables(folder, now=NOW).dataset.cleaning}
    assert steps["before"] == 1


def test_kinds_of_behaviour_can_be_renamed(folder):
    with_mapping(folder, '[behaviour]\npv = "view"\nbuy = "purchase"\n')
    assert set(load_tables(folder, now=NOW).dataset.event_kinds) == {"view", "purchase"}


def test_a_mapping_with_rules_reads_back_as_it_was_written(folder):
    with_mapping(
        folder, '[behaviour]\npv = "view"\n[cleaning]\nbefore = "1999-12-31"\nfuture = false\n'
    )
    mapping = read_mapping(folder / "mapping.toml")
    (folder / "again.toml").write_text(mapping.text)
    assert read_mapping(folder / "again.toml") == mapping


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[cleaning]\nrepeat_seconds = -1", "whole number from 0"),
        ('[cleaning]\nfuture = "no"', "true or false"),
        ('[cleaning]\nbefore = "soon"', "a day such as 1990-01-01"),
        ("[cleaning]\nrobots = 3", "max_events_per_day"),
        ("cleaning = 3", "a section called"),
        ("behaviour = 3", "a section called"),
        ("[behaviour]\npv = 3", "expected text in quotation marks"),
    ],
)
def test_a_mistake_in_a_rule_says_what_was_expected(folder, text, expected):
    with_mapping(folder, text if text.startswith("[") else "")
    if not text.startswith("["):
        path = folder / "mapping.toml"
        path.write_text(f"{text}\n{path.read_text()}")
    with pytest.raises(DataError, match=expected):
        load_tables(folder, now=NOW)


def test_a_kind_that_does_not_occur_is_a_mistake():
    with pytest.raises(UnknownNameError, match="view"):
        renamed_kinds(log(("a", "x", 0)), {"pv": "view"})
    with pytest.raises(ConfigError):
        CleaningRules(max_events_per_day=-5)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("rating", "judgement"), ("purchase", "acquisition"), ("addToCart", "intention"),
        ("played", "consumption"), ("pv", "attention"), ("xyz", "other"),
    ],
)  # fmt: skip
def test_behaviour_is_classified_by_its_name(kind, found):
    assert behaviour_class(kind) == found
