"""Somebody's table of events, checked and brought into the form of a Dataset."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recengine.data.cleaning import CleaningRules
from recengine.data.features import TIME_FEATURES, Feature
from recengine.data.intake.cells import numbers, plain_text
from recengine.data.intake.features import take_features
from recengine.data.intake.mapping import TableMapping
from recengine.data.intake.problems import Problem
from recengine.data.intake.raw_files import RawTable
from recengine.data.intake.times import has_offset, parse_times
from recengine.data.intake.validation import Rule, id_rules, validate
from recengine.types import EVENT, ITEM_ID, TIMESTAMP, USER_ID, VALUE

NO_TIMES = "The data has no times: the order of the file stands for them."
_DAY = 86_400
_MAX_EVENT_KINDS = 100
_TIME_TEXT, _VALUE_TEXT = "time as written", "value as written"
_RATING_NAMES = ("rating", "stars", "score", "overall")


@dataclass(frozen=True, eq=False)
class Interactions:
    """Valid events.

    Attributes:
        table: user_id, item_id, timestamp, event, value, then context columns; in file order.
        context_features: of the moment, derived ones first.
        has_times: False if the file order stands for time.
        problems: what was found.
    """

    table: pd.DataFrame
    context_features: tuple[Feature, ...]
    has_times: bool
    problems: tuple[Problem, ...]


def take_interactions(
    raw: RawTable,
    mapping: TableMapping,
    timezone: str,
    now: int,
    cleaning: CleaningRules | None = None,
) -> Interactions:
    """Check all rows and keep the valid ones.

    Args:
        raw: the table.
        mapping: which column is what; all columns are there.
        timezone: clock of times without an offset.
        now: Unix seconds; what lies more than a day after it is a mistake.
        cleaning: whether duplicates and impossible times are left out; the usual if not given.
    """
    cleaning = cleaning or CleaningRules()
    prepared = _prepare(raw, mapping, timezone)
    columns = {
        **mapping.columns,
        _TIME_TEXT: mapping.columns.get(TIMESTAMP, ""),
        _VALUE_TEXT: mapping.columns.get(VALUE, ""),
    }
    problems, valid = validate(prepared, _rules(now, cleaning), raw, columns)
    problems += _mixed_clocks(raw, mapping, timezone, valid)
    if cleaning.exact_duplicates:
        problems += _repetitions(prepared, valid, raw, mapping)
    table = prepared[valid].reset_index(drop=True)
    has_times = TIMESTAMP in mapping.columns
    if not has_times:
        table[TIMESTAMP] = np.arange(len(table), dtype=np.int64)
        problems.append(
            Problem(
                severity="warning",
                file=raw.file,
                what="there is no column of times",
                advice="The order of the file stands for time; name the column in a mapping file",
            )
        )
    events, more = _events(table, raw, mapping)
    core = pd.DataFrame(
        {
            USER_ID: table[USER_ID],
            ITEM_ID: table[ITEM_ID],
            TIMESTAMP: np.floor(table[TIMESTAMP]).astype(np.int64),
            EVENT: events,
            VALUE: table[VALUE].astype(np.float32)
            if VALUE in table
            else np.full(len(table), np.nan, dtype=np.float32),
        }
    )
    contexts, given, unused = take_features(
        raw.frame[valid].reset_index(drop=True), mapping.further, core.columns, raw
    )
    names = {feature.name for feature in given}
    derived = tuple(feature for feature in TIME_FEATURES if feature.name not in names)
    return Interactions(
        table=pd.concat([core, contexts], axis=1),
        context_features=(*(derived if has_times else ()), *given),
        has_times=has_times,
        problems=(*problems, *more, *unused),
    )


def _prepare(raw: RawTable, mapping: TableMapping, timezone: str) -> pd.DataFrame:
    columns = mapping.columns
    prepared = {role: plain_text(raw.frame[columns[role]]) for role in (USER_ID, ITEM_ID)}
    if TIMESTAMP in columns:
        cells = raw.frame[columns[TIMESTAMP]]
        text = plain_text(cells)
        prepared[_TIME_TEXT] = text
        prepared[TIMESTAMP] = pd.Series(parse_times(cells, timezone)).where(text != "", 0.0)
    if VALUE in columns:
        text = plain_text(raw.frame[columns[VALUE]])
        prepared[_VALUE_TEXT] = text
        prepared[VALUE] = pd.Series(numbers(text))
    if EVENT in columns:
        prepared[EVENT] = plain_text(raw.frame[columns[EVENT]])
    return pd.DataFrame(prepared)


def _rules(now: int, cleaning: CleaningRules) -> tuple[Rule, ...]:
    end = now + _DAY if cleaning.future else np.inf
    readable_time = (
        "expected a date such as 2024-05-31 18:30 or 31.05.2024 18:30, or seconds since 1970"
    )
    return (
        *id_rules(USER_ID, "person"),
        *id_rules(ITEM_ID, "item"),
        Rule(
            _TIME_TEXT, "time missing", lambda cells: cells != "", "error",
            "no time is given", "These rows were left out; fill in the column",
        ),
        Rule(
            TIMESTAMP, "time unreadable", lambda times: times.notna(), "error",
            "not a time", f"These rows were left out; {readable_time}", quote=_TIME_TEXT,
        ),
        Rule(
            TIMESTAMP, "time negative", lambda times: ~(times < 0), "error",
            "a time before 1970", f"These rows were left out; {readable_time}", quote=_TIME_TEXT,
        ),
        Rule(
            TIMESTAMP, "time in the future", lambda times: ~(times > end), "error",
            "a time in the future", "These rows were left out; check clock and unit",
            quote=_TIME_TEXT, cleaning="future",
        ),
        Rule(
            TIMESTAMP, "time too early",
            # 0 stands for a time that is missing, which another rule tells of
            lambda times: (times <= 0) | ~(times < cleaning.earliest), "error",
            f"a time before {cleaning.before}", "These rows were left out; check clock and unit",
            quote=_TIME_TEXT, cleaning="before",
        ),
        Rule(
            _VALUE_TEXT, "value missing", lambda cells: cells != "", "warning",
            "no value is given", "These rows count as events of unknown strength",
        ),
        Rule(
            _VALUE_TEXT, "value unreadable",
            lambda cells: (cells == "") | pd.Series(numbers(cells), index=cells.index).notna(),
            "error", "not a number", "These rows were left out; expected a number such as 4.5",
            quote=_VALUE_TEXT,
        ),
        Rule(
            EVENT, "event missing", lambda cells: cells != "", "warning",
            "no kind of event is given", "These rows count as kind 'unknown'",
        ),
    )  # fmt: skip


def _mixed_clocks(
    raw: RawTable, mapping: TableMapping, timezone: str, valid: np.ndarray
) -> list[Problem]:
    """Times of which some say how far they are from UTC and some do not."""
    if TIMESTAMP not in mapping.columns:
        return []
    cells = raw.frame[mapping.columns[TIMESTAMP]]
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return []
    told = valid & has_offset(cells)
    counted = np.isfinite(pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64))
    untold = valid & ~told & ~counted  # counts of seconds are UTC
    if not (told.any() and untold.any()):
        return []
    problem = Problem(
        severity="warning",
        file=raw.file,
        column=mapping.columns[TIMESTAMP],
        what=f"{told.sum():,} times are written with an offset from UTC, {untold.sum():,} without",
        advice=f"Those without were read by the clock of {timezone}; if that is not theirs, name "
        "another timezone in a mapping file",
    )
    return [problem.at(untold, raw.row_numbers)]


def _repetitions(
    prepared: pd.DataFrame, valid: np.ndarray, raw: RawTable, mapping: TableMapping
) -> list[Problem]:
    """Find rows that say exactly what an earlier one said, and take them out of `valid`."""
    further = raw.frame[list(mapping.further)].astype("str")
    whole = pd.concat([prepared, further], axis=1)[valid]
    again = np.zeros(len(prepared), dtype=bool)
    again[np.flatnonzero(valid)[whole.duplicated().to_numpy()]] = True
    if not again.any():
        return []
    valid &= ~again
    return [
        Problem(
            severity="warning",
            file=raw.file,
            rule="exact_duplicates",
            what="the same as an earlier row in every column",
            advice="Only the first of them was kept",
        ).at(again, raw.row_numbers)
    ]


def _events(
    table: pd.DataFrame, raw: RawTable, mapping: TableMapping
) -> tuple[pd.Series, list[Problem]]:
    value = mapping.columns.get(VALUE, "").lower()
    fallback = "rating" if any(name in value for name in _RATING_NAMES) else "interaction"
    same = pd.Series(fallback, index=table.index, dtype="str")
    if EVENT not in table:
        return same, []
    kinds = table[EVENT].nunique()
    if kinds <= _MAX_EVENT_KINDS:
        return table[EVENT].mask(table[EVENT] == "", "unknown"), []
    return same, [
        Problem(
            severity="warning",
            file=raw.file,
            column=mapping.columns[EVENT],
            what=f"{kinds:,} different kinds of event",
            advice=f"All rows count as {fallback!r}; expected at most {_MAX_EVENT_KINDS} kinds",
        )
    ]
