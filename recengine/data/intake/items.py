"""Somebody's table of items, checked and brought into the form of a Dataset."""

from collections.abc import Callable

import pandas as pd

from recengine.data.film_titles import readable_title, split_year
from recengine.data.intake.cells import (
    MAX_TEXT,
    MAX_TITLE,
    clean_text,
    has_formula,
    has_markup,
    numbers,
    plain_text,
    split_categories,
)
from recengine.data.intake.mapping import TableMapping
from recengine.data.intake.problems import Problem
from recengine.data.intake.raw_files import RawTable
from recengine.data.intake.validation import Rule, id_rules, validate
from recengine.types import CATEGORIES, DESCRIPTION, ITEM_ID, TITLE, YEAR

_DATED_TITLE = r".*\(\d{4}\)\s*$"


def take_items(
    raw: RawTable | None, mapping: TableMapping | None, used: pd.Series
) -> tuple[pd.DataFrame, list[Problem]]:
    """Items with titles, texts and categories; those that only occur in events are added.

    Args:
        raw: the table, if there is one.
        mapping: which column is what; all columns are there.
        used: item ids of the valid events.
    """
    if raw is None or mapping is None:
        return _nameless(pd.Series(used.unique(), dtype="str")), []
    prepared = _prepare(raw, mapping)
    problems, valid = validate(prepared, _rules(), raw, mapping.columns)
    valid &= ~prepared[ITEM_ID].duplicated().to_numpy()
    frame = raw.frame[valid].reset_index(drop=True)
    items = _clean(prepared[valid].reset_index(drop=True), frame, mapping)
    items = items.assign(**_further(frame, mapping, items.columns))
    if not used.isin(items[ITEM_ID]).any():
        problems += _match_without_zeros(items, used, raw.file)
    absent = pd.Series(used[~used.isin(items[ITEM_ID])].unique(), dtype="str")
    if len(absent):
        problems.append(_unknown_items(absent, used, raw.file, mapping))
        items = pd.concat([items, _nameless(absent)], ignore_index=True)
        if DESCRIPTION in items:
            items[DESCRIPTION] = items[DESCRIPTION].fillna("")
    return items, problems


def _nameless(ids: pd.Series) -> pd.DataFrame:
    titles = clean_text(ids, MAX_TITLE)
    return pd.DataFrame({ITEM_ID: ids, TITLE: titles, CATEGORIES: [[] for _ in ids]})


def _prepare(raw: RawTable, mapping: TableMapping) -> pd.DataFrame:
    roles = [role for role in mapping.columns if role != CATEGORIES]
    return pd.DataFrame({role: plain_text(raw.frame[mapping.columns[role]]) for role in roles})


def _rules() -> tuple[Rule, ...]:
    def text_rules(column: str, longest: int) -> tuple[Rule, ...]:
        def rule(name: str, bad: Callable[[pd.Series], pd.Series], what: str, done: str) -> Rule:
            return Rule(
                column, f"{column} {name}", lambda c: ~bad(c), "warning", what, done, column
            )

        return (
            rule("too long", lambda c: c.str.len() > longest,
                 f"more than {longest:,} characters in one cell", "The text was cut"),
            rule("markup", has_markup, "HTML in a text", "The tags were taken out"),
            rule("formula", has_formula, "a spreadsheet formula in a text",
                 "An apostrophe was put before it, so that no spreadsheet runs it"),
        )  # fmt: skip

    return (
        *id_rules(ITEM_ID, "item"),
        Rule(
            ITEM_ID, "item twice", lambda cells: ~(cells.duplicated() & (cells != "")), "warning",
            "an item that was described before", "Only the first description was kept",
            quote=ITEM_ID,
        ),
        Rule(
            TITLE, "title missing", lambda cells: cells != "", "warning",
            "no title is given", "The id serves as title; fill in the column",
        ),
        *text_rules(TITLE, MAX_TITLE),
        *text_rules(DESCRIPTION, MAX_TEXT),
        Rule(
            YEAR, "year unreadable",
            lambda cells: (cells == "") | _years(cells).notna(),
            "warning", "not a year", "The year is unknown; expected a number such as 1999",
            quote=YEAR,
        ),
    )  # fmt: skip


def _clean(prepared: pd.DataFrame, frame: pd.DataFrame, mapping: TableMapping) -> pd.DataFrame:
    items = prepared[[ITEM_ID]].copy()
    titles = clean_text(prepared.get(TITLE, prepared[ITEM_ID]), MAX_TITLE)
    titles = titles.mask(titles == "", prepared[ITEM_ID])
    years = _years(prepared[YEAR]) if YEAR in prepared else pd.Series(dtype="Int64")
    if titles.str.match(_DATED_TITLE).mean() > 0.5:  # as film catalogues do
        names, dates = zip(*titles.map(split_year), strict=True)
        titles = pd.Series([readable_title(name) for name in names], dtype="str")
        years = pd.Series(dates, dtype="Int64") if years.empty else years
    items[TITLE] = titles
    if CATEGORIES in mapping.columns:
        cells = frame[mapping.columns[CATEGORIES]]
        items[CATEGORIES] = pd.Series(split_categories(cells, mapping.category_separator))
    else:
        items[CATEGORIES] = [[] for _ in range(len(items))]
    if DESCRIPTION in prepared:
        items[DESCRIPTION] = clean_text(prepared[DESCRIPTION], MAX_TEXT)
    if not years.empty:
        items[YEAR] = years
    return items


def _years(cells: pd.Series) -> pd.Series:
    """Years from cells such as 1999, 1999.0 or 1999-03-31."""
    found = numbers(cells.str.extract(r"^(\d{4})(?:\D|$)", expand=False).fillna(""))
    return pd.Series(found, index=cells.index).astype("Int64")


def _further(frame: pd.DataFrame, mapping: TableMapping, taken: pd.Index) -> dict[str, pd.Series]:
    kept = {}
    for column in mapping.further:
        if column in taken:
            continue
        cells = frame[column]
        if not (pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_bool_dtype(cells)):
            cells = clean_text(plain_text(cells), MAX_TEXT)
        kept[str(column)] = cells
    return kept


def _match_without_zeros(items: pd.DataFrame, used: pd.Series, file: str) -> list[Problem]:
    """Ids like 0004972 where the events say 4972: give the items the form of the events."""
    short = items[ITEM_ID].str.lstrip("0")
    by_short = dict(zip(used.str.lstrip("0"), used, strict=True))
    if short.duplicated().any() or not short.isin(by_short.keys()).any():
        return []
    items[ITEM_ID] = short.map(by_short).fillna(items[ITEM_ID]).astype("str")
    return [
        Problem(
            severity="warning",
            file=file,
            column=ITEM_ID,
            what="ids have zeros in front that the events do not have, or the reverse",
            advice="They were matched without these zeros",
        )
    ]


def _unknown_items(absent: pd.Series, used: pd.Series, file: str, mapping: TableMapping) -> Problem:
    events = int(used.isin(absent).sum())
    return Problem(
        severity="warning",
        file=file,
        column=mapping.columns[ITEM_ID],
        what=f"{len(absent):,} of the items in events are not listed, such as {absent[0]!r}",
        advice=f"They go by their id ({events:,} events); add them to the table",
    )
