"""How numbers, dates and words from the data are written so that no title can break a page.

Titles come from files that anybody may have written. `plain` makes them harmless inside Markdown,
`markup` inside HTML, `safe_csv` in a spreadsheet.
"""

import html
import re
from datetime import UTC, datetime

import pandas as pd

_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$<>&:^=])")
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
MISSING = "–"  # where a table or a line has nothing to say
MAX_TITLE_LENGTH = 200
MAX_SENTENCE_LENGTH = 1_000


def plain(text: object, max_length: int = MAX_SENTENCE_LENGTH) -> str:
    """Text that Markdown shows letter by letter: no bold, no link, no icon, no formula, no HTML."""
    return _MARKDOWN_SPECIAL.sub(r"\\\1", one_line(text, max_length))


def markup(text: object) -> str:
    """Text that HTML shows letter by letter, in an element or in a quoted attribute."""
    return html.escape(one_line(text), quote=True)


def one_line(text: object, max_length: int = MAX_TITLE_LENGTH) -> str:
    """The text without line breaks and control characters, cut where it gets absurdly long."""
    cleaned = _LINE_BREAKS.sub(" ", str(text)[: 2 * max_length]).strip()
    return cleaned[: max_length - 1] + "…" if len(cleaned) > max_length else cleaned


def safe_csv(table: pd.DataFrame) -> str:
    """The table as CSV in which no cell is a formula to a spreadsheet.

    Text that begins like a formula gets an apostrophe in front, which spreadsheets hide.
    """
    return table.map(_without_formula).rename(columns=_without_formula).to_csv(index=False)


def _without_formula(cell: object) -> object:
    if isinstance(cell, list | tuple):
        cell = ", ".join(map(str, cell))
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_START) else cell


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 event", "1,204 events"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(timestamp: int | None) -> str:
    """A date such as "12 Mar 2001"; a dash if there is none."""
    return MISSING if timestamp is None else f"{_moment(timestamp):%-d %b %Y}"


def days(first: int, last: int) -> str:
    """A stretch of time such as "3 Mar 2001 to 9 Apr 2001", or the one day that it lies on."""
    return day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}"


def month(timestamp: int) -> str:
    """A month such as "Mar 2001"."""
    return f"{_moment(timestamp):%b %Y}"


def span(first: int | None, last: int | None) -> str:
    """How long something went on: "one day", "3 weeks", "2.6 years"."""
    if first is None or last is None:
        return "no time"
    days = (last - first) / 86_400
    if days < 1.5:
        return "one day"
    if days < 21:
        return f"{days:.0f} days"
    if days < 75:
        return f"{days / 7:.0f} weeks"
    return f"{days / 30.44:.0f} months" if days < 700 else f"{days / 365.25:.1f} years"


def share(fraction: float) -> str:
    """A fraction as a percentage without false precision: "<1%", "34%"."""
    return "<1%" if 0 < fraction < 0.01 else f"{fraction:.0%}"


def _moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, tz=UTC)
