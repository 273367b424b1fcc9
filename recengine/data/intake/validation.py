"""Rules for tables, and what to tell people about the rows that break them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pandera
from jaxtyping import Bool

from recengine.data.intake.problems import Problem, Severity
from recengine.data.intake.raw_files import RawTable

MAX_ID = 200  # characters
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True)
class Rule:
    """What every cell of a column must fulfil.

    Attributes:
        column: a column of the prepared frame.
        name: of the rule, unique among its fellows.
        holds: cells -> True where all is well.
        severity: whether breaking it costs the row.
        what: what is wrong with a cell that breaks it.
        advice: what was done about it and what a person can do.
        quote: column of which the first bad cell is quoted, if any.
        cleaning: the rule of `CleaningRules` that switches it, if any.
    """

    column: str
    name: str
    holds: Callable[[pd.Series], pd.Series]
    severity: Severity
    what: str
    advice: str
    quote: str = ""
    cleaning: str = ""


def id_rules(column: str, noun: str) -> tuple[Rule, ...]:
    """The rules of a column of outside ids."""
    return (
        Rule(
            column, f"{column} missing", lambda cells: cells != "", "error",
            f"no {noun} is named", "These rows were left out; fill in the column",
        ),
        Rule(
            column, f"{column} too long", lambda cells: cells.str.len() <= MAX_ID, "error",
            f"an id of more than {MAX_ID} characters",
            "These rows were left out; look for a missing separator or quotation mark",
        ),
    )  # fmt: skip


def validate(
    frame: pd.DataFrame, rules: tuple[Rule, ...], table: RawTable, columns: Mapping[str, str]
) -> tuple[list[Problem], Bool[np.ndarray, "rows"]]:
    """Check all rules at once.

    Args:
        frame: prepared columns, rows as in `table`.
        rules: those whose column is absent from the frame are passed over.
        table: where the rows come from.
        columns: how the person calls a column of the frame.

    Returns:
        The problems, and a mask of the rows that break no rule of severity "error".
    """
    rules = tuple(rule for rule in rules if rule.column in frame)
    by_column: dict[str, list[pandera.Check]] = {}
    for rule in rules:
        check = pandera.Check(rule.holds, name=rule.name, error=rule.name, ignore_na=False)
        by_column.setdefault(rule.column, []).append(check)
    schema = pandera.DataFrameSchema(
        {name: pandera.Column(checks=checks, nullable=True) for name, checks in by_column.items()}
    )
    frame = frame.reset_index(drop=True)
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        failures = error.failure_cases
    else:
        return [], np.ones(len(frame), dtype=bool)
    problems, valid = [], np.ones(len(frame), dtype=bool)
    for rule in rules:
        broken = np.zeros(len(frame), dtype=bool)
        broken[failures.loc[failures["check"] == rule.name, "index"].to_numpy(dtype=int)] = True
        if not broken.any():
            continue
        if rule.severity == "error":
            valid &= ~broken
        example = f" ({_shown(frame.loc[broken, rule.quote].iloc[0])})" if rule.quote else ""
        problems.append(
            Problem(
                severity=rule.severity,
                rule=rule.cleaning,
                file=table.file,
                column=columns.get(rule.column, rule.column),
                what=rule.what + example,
                advice=rule.advice,
            ).at(broken, table.row_numbers)
        )
    return problems, valid


def _shown(cell: object) -> str:
    text = str(cell)
    return repr(text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "...")
