"""One's own data: a folder of tables, a single file of events, or atomic files -> Dataset.

Only valid rows go in; what was left out, and why, is in the report.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recengine.data.atomic import find_atomic, read_atomic
from recengine.data.cleaning import CleaningRules, CleaningStep, clean, renamed_kinds
from recengine.data.dataset import Dataset
from recengine.data.intake.guess import guess_mapping, table_files
from recengine.data.intake.interactions import NO_TIMES, take_interactions
from recengine.data.intake.items import take_items
from recengine.data.intake.mapping import DataMapping, mapping_path, read_mapping
from recengine.data.intake.people import take_friends, take_users
from recengine.data.intake.problems import Problem, Report, UnusableDataError, sort_problems
from recengine.data.intake.raw_files import RawTable, read_raw
from recengine.data.progress import Progress, silent
from recengine.errors import DataError, UnknownNameError
from recengine.types import ITEM_ID, USER_ID

_FEW_EVENTS = 3


@dataclass(frozen=True, eq=False)
class OwnData:
    """A dataset made of somebody's tables, and what was found in them."""

    dataset: Dataset
    report: Report


def load_tables(path: Path, *, now: int | None = None, progress: Progress = silent) -> OwnData:
    """Read one's own data.

    Args:
        path: a folder, a file of events, or the prefix of atomic files.
        now: Unix seconds; later events are mistakes. None for the clock.
        progress: told what is going on.

    Raises:
        UnusableDataError: no valid interaction is left; it carries the report.
        DataError: the tables or the mapping cannot be made out.
    """
    mapping, raw = open_tables(path)
    progress(f"Checking {path.name}", 0, 0)
    events = take_interactions(
        raw["interactions"],
        mapping.tables["interactions"],
        mapping.timezone,
        int(time.time()) if now is None else now,
        mapping.cleaning,
    )
    problems = [problem for table in raw.values() for problem in table.problems]
    problems += events.problems
    steps = _steps_of_reading(problems, mapping.cleaning)
    table, further = clean(renamed_kinds(events.table, mapping.behaviour), mapping.cleaning)
    if not events.has_times:  # the order of the file is no time that could be too short
        table, further = renamed_kinds(events.table, mapping.behaviour), ()
    facts = {"rows read": len(raw["interactions"].frame), "rows used": len(table)}
    if table.empty:
        raise UnusableDataError(Report(str(path), sort_problems(problems), mapping.text, facts))
    items, item_problems = take_items(raw.get("items"), mapping.tables.get("items"), table[ITEM_ID])
    users, profile_features, user_problems = take_users(
        raw.get("users"), mapping.tables.get("users"), table[USER_ID]
    )
    friends, friend_problems = take_friends(
        raw.get("friends"), mapping.tables.get("friends"), users[USER_ID]
    )
    problems += [*item_problems, *user_problems, *friend_problems]
    problems += _size_problems(table, raw["interactions"].file)
    problems += _unused_files(path, mapping)
    dataset = Dataset(
        name=str(path),
        title=mapping.title or path.stem.replace("_", " ").replace("-", " ").capitalize(),
        interactions=table,
        items=items,
        users=users,
        friends=friends,
        context_features=events.context_features,
        profile_features=profile_features,
        timezone=mapping.timezone,
        cleaning=(*steps, *further),
        credit="Your own data." if events.has_times else f"Your own data. {NO_TIMES}",
    )
    facts |= {"people": dataset.num_users, "items": dataset.num_items}
    report = Report(str(path), sort_problems(problems), mapping.text, facts, dataset.cleaning)
    return OwnData(dataset, report)


def open_tables(path: Path) -> tuple[DataMapping, dict[str, RawTable]]:
    """Find the tables that a path means, and which column is what.

    Raises:
        DataError: there is nothing, or it cannot be made out.
    """
    atomic = find_atomic(path)
    if atomic:
        return read_atomic(atomic)
    if not path.exists():
        raise DataError(f"{path} does not exist. Expected a folder or a file; check the path.")
    written = mapping_path(path)
    mapping = read_mapping(written) if written.is_file() else guess_mapping(path)
    folder = path if path.is_dir() else path.parent
    raw = {name: read_raw(folder / table.file) for name, table in mapping.tables.items()}
    for name, table in mapping.tables.items():
        columns = list(map(str, raw[name].frame.columns))
        for column in (*table.columns.values(), *table.further):
            if column not in columns:
                raise UnknownNameError(f"column of {table.file}", column, columns)
    return mapping, raw


def _steps_of_reading(problems: list[Problem], rules: CleaningRules) -> tuple[CleaningStep, ...]:
    """What rules of cleaning took away while the rows were read."""
    return tuple(
        CleaningStep(
            rule=problem.rule,
            setting=str(getattr(rules, problem.rule)),
            events=problem.count,
            what=problem.what,
        )
        for problem in problems
        if problem.rule
    )


def _size_problems(events: pd.DataFrame, file: str) -> list[Problem]:
    counts = events[USER_ID].value_counts()
    if len(counts) == 1:
        what = "all events are of one person"
        advice = "A ranker needs many people to learn from; add more"
    elif (counts < _FEW_EVENTS).mean() > 0.5:
        what = f"more than half of the people have fewer than {_FEW_EVENTS} events"
        advice = "Their recommendations will mostly be what is popular"
    else:
        return []
    return [Problem(severity="warning", file=file, what=what, advice=advice)]


def _unused_files(path: Path, mapping: DataMapping) -> list[Problem]:
    """Tables that lie in the folder and play no role."""
    if not path.is_dir():
        return []
    used = {table.file for table in mapping.tables.values()}
    return [
        Problem(
            severity="warning",
            file=file.name,
            what="the file is not used",
            advice="If it describes the items or people of the events, name it and its columns in "
            "a mapping file",
        )
        for file in table_files(path)
        if file.name not in used
    ]
