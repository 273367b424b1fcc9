import numpy as np
import pandas as pd

from recengine.data.intake.raw_files import RawTable
from recengine.data.intake.validation import Rule, id_rules, validate

RULES = (
    *id_rules("user_id", "person"),
    Rule("price", "negative", lambda p: ~(p < 0), "error", "below zero", "Left out", quote="text"),
    Rule("price", "free", lambda p: p != 0, "warning", "for nothing", "Kept"),
    Rule("absent", "never", lambda p: p != 0, "error", "never", "Never"),
)


def run(**columns):
    frame = pd.DataFrame(columns)
    table = RawTable("shop.csv", frame, np.arange(2, 2 + len(frame), dtype=np.int64))
    return validate(frame, RULES, table, {"user_id": "customer", "price": "cost"})


def test_a_clean_table_has_no_problems():
    problems, valid = run(user_id=["a", "b"], price=[1.0, np.nan])
    assert problems == []
    assert valid.all()


def test_all_problems_are_found_at_once_with_rows_and_own_names():
    problems, valid = run(
        user_id=["a", "", "c" * 201, "d"],
        price=[-1.0, 0.0, 3.0, -2.0],
        text=["-1", "0", "3", "minus two" * 10],
    )
    assert [(p.severity, p.column, p.rows) for p in problems] == [
        ("error", "customer", (3,)),
        ("error", "customer", (4,)),
        ("error", "cost", (2, 5)),
        ("warning", "cost", (3,)),
    ]
    assert problems[2].what == "below zero ('-1')"
    assert valid.tolist() == [False, False, False, False]


def test_a_warning_costs_no_row():
    problems, valid = run(user_id=["a", "b"], price=[0.0, 1.0], text=["", ""])
    assert [problem.severity for problem in problems] == ["warning"]
    assert valid.all()


def test_long_cells_are_quoted_in_part():
    problems, _ = run(user_id=["a"], price=[-1.0], text=["x" * 1_000])
    assert len(problems[0].what) < 100
