"""What is wrong with somebody's data, said so that they can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Bool, Int64

from recengine.data.cleaning import CleaningStep
from recengine.errors import DataError

Severity = Literal["error", "warning"]
SHOWN_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One kind of problem, and where it is.

    Attributes:
        severity: an error costs rows (or the whole file); a warning does not.
        file: name of the file.
        column: name of the column, or an empty string if it is about whole rows.
        what: what is wrong.
        advice: what was done about it, and what a person can do.
        rows: the first few rows, as a spreadsheet counts them (the header is row 1).
        count: how many rows in all; 0 if it is about the whole file.
        rule: of `CleaningRules`, if one of those took the rows away.
    """

    severity: Severity
    file: str
    column: str = ""
    what: str
    advice: str
    rows: tuple[int, ...] = ()
    count: int = 0
    rule: str = ""

    def at(
        self, mask: Bool[np.ndarray, "rows"], row_numbers: Int64[np.ndarray, "rows"]
    ) -> "Problem":
        """The same problem, placed at the rows of a table that have it."""
        numbers = row_numbers[mask]
        shown = tuple(int(number) for number in numbers[:SHOWN_ROWS])
        return replace(self, rows=shown, count=len(numbers))

    def __str__(self) -> str:
        place = self.file + (f", column {self.column}" if self.column else "")
        if self.rows:
            more = self.count - len(self.rows)
            place += f", row{'s' if self.count > 1 else ''} {', '.join(map(str, self.rows))}"
            place += f" and {more:,} more" if more else ""
        return f"{self.severity}: {place}: {self.what}. {self.advice}"


@dataclass(frozen=True)
class Report:
    """Everything that was found out about some data.

    Attributes:
        path: what was looked at.
        problems: errors first.
        mapping: which column was taken for what, as the text of a mapping file.
        facts: counts by name: rows read, rows used, people, items.
        cleaning: what rules of cleaning left out.
    """

    path: str
    problems: tuple[Problem, ...]
    mapping: str
    facts: dict[str, int]
    cleaning: tuple[CleaningStep, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that cost rows, or everything."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def usable(self) -> bool:
        """Whether a dataset can be made of what is left."""
        return self.facts.get("rows used", 0) > 0

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems] or ["No problems found."]
        facts = ", ".join(f"{name}: {count:,}" for name, count in self.facts.items())
        return "\n".join([*lines, facts] if facts else lines)


class UnusableDataError(DataError):
    """Nothing is left that a dataset could be made of; `report` says why, problem by problem."""

    def __init__(self, report: Report) -> None:
        reason = f" First problem: {report.errors[0]}." if report.errors else ""
        super().__init__(
            f"{report.path} cannot be used: no valid interaction is left.{reason} "
            f"`recengine data check {report.path}` lists all problems."
        )
        self.report = report


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Errors first, otherwise in the order they were found."""
    return tuple(sorted(problems, key=lambda problem: problem.severity != "error"))
