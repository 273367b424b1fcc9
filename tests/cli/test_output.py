import io

import numpy as np
import pandas as pd
import pytest

from recengine.cli import output
from recengine.cli.output import ProgressLines, plain, print_facts, print_table
from recengine.engine.results import Story


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (pd.NA, None),
        (np.array([1.0, np.nan]), [1.0, None]),
        ({1: (2, [float("nan")])}, {"1": [2, [None]]}),
        ("NaN", "NaN"),
        (Story("switch", "Sudden", "7"), {**vars(Story("switch", "Sudden", "7"))}),
    ],
)
def test_answers_become_what_json_knows(value, expected):
    result = plain(value)
    assert result == expected
    assert type(result) is type(expected)


def test_a_table_becomes_one_object_for_each_row():
    table = pd.DataFrame({"a": [1, 2], "b": [[1], []]})
    assert plain(table) == [{"a": 1, "b": [1]}, {"a": 2, "b": []}]


def test_an_empty_table_prints_its_headings(capsys):
    print_table(pd.DataFrame({"a": []}), {"a": "Alpha", "absent": "Beta"})
    assert capsys.readouterr().out.strip() == "Alpha"


def test_facts_are_aligned(capsys):
    print_facts({"a": 1, "long name": {"x": [1, 2]}, "none": None})
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["a          1", "long name  x: 1, 2", "none       "]


def test_without_a_terminal_a_stage_is_a_line_and_not_a_thousand(capsys):
    with ProgressLines() as progress:
        for step in range(1, 1001):
            progress(f"Training, loss {step}", step, 1000)
        progress("Solving", 0, 0)
    assert capsys.readouterr().err.splitlines() == [
        "Training, loss 1: 1 of 1,000",
        "Training, loss 1000: 1,000 of 1,000",
        "Solving ...",
    ]


def test_without_a_terminal_a_slow_stage_says_now_and_then_where_it_is(capsys, monkeypatch):
    moments = iter([0.0, 5.0, 11.0, 11.0])
    monkeypatch.setattr(output.time, "monotonic", lambda: next(moments))
    with ProgressLines() as progress:
        for step in (1, 2, 3):
            progress("Reading", step, 9)
    assert capsys.readouterr().err.splitlines() == ["Reading: 1 of 9", "Reading: 3 of 9"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_bar_is_drawn_on_standard_error_only(capsys, monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(output.sys, "stderr", screen)
    with ProgressLines() as progress:
        progress("Reading", 1, 4)
        progress("Reading", 4, 4)
        progress("Solving", 0, 0)
    assert "Reading: 100%" in screen.getvalue()
    assert "4/4" in screen.getvalue()
    assert "Solving" in screen.getvalue()
    assert capsys.readouterr().out == ""
