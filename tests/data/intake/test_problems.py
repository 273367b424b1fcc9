import numpy as np
import pytest

from recengine.data.intake.problems import Problem, Report, UnusableDataError, sort_problems

WARNING = Problem(severity="warning", file="log.csv", what="odd", advice="Look")
ERROR = Problem(severity="error", file="log.csv", column="time", what="wrong", advice="Mend it")


def test_rows_are_placed_and_counted():
    placed = ERROR.at(np.arange(10) > 2, np.arange(2, 12, dtype=np.int64))
    assert placed.rows == (5, 6, 7, 8, 9)
    assert placed.count == 7


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (0, "error: log.csv, column time: wrong. Mend it"),
        (1, "error: log.csv, column time, row 2: wrong. Mend it"),
        (3, "error: log.csv, column time, rows 2, 3, 4: wrong. Mend it"),
        (1_007, "error: log.csv, column time, rows 2, 3, 4, 5, 6 and 1,002 more: wrong. Mend it"),
    ],
)
def test_a_problem_reads_as_one_line(rows, text):
    placed = ERROR.at(np.ones(rows, dtype=bool), np.arange(2, 2 + rows, dtype=np.int64))
    assert str(placed) == text


def test_errors_come_first():
    assert sort_problems([WARNING, ERROR, WARNING]) == (ERROR, WARNING, WARNING)


def test_a_report_knows_its_errors_and_whether_anything_is_left():
    report = Report("log.csv", (ERROR, WARNING), "", {"rows read": 3, "rows used": 2})
    assert report.errors == (ERROR,)
    assert report.usable
    assert str(report).splitlines()[-1] == "rows read: 3, rows used: 2"
    assert not Report("log.csv", (), "", {}).usable


def test_a_clean_report_says_so():
    assert str(Report("log.csv", (), "", {})) == "No problems found."


def test_unusable_data_names_the_first_problem_and_the_next_step():
    error = UnusableDataError(Report("log.csv", (ERROR,), "", {"rows used": 0}))
    assert "First problem: error: log.csv" in str(error)
    assert "recengine data check log.csv" in str(error)
    assert error.report.errors == (ERROR,)
