"""Tables out of a dump as MySQL and MariaDB write it, without a database.

Only what a dump consists of is understood: CREATE TABLE with one column a line, and INSERT INTO
... VALUES with literals. Nothing is executed.
"""

import re
from collections.abc import Collection, Iterable

import pandas as pd

from recengine.errors import DataError

_CREATE = re.compile(r"CREATE TABLE `(?P<table>\w+)`")
_COLUMN = re.compile(r"\s*`(?P<name>\w+)`\s")
_INSERT = re.compile(r"INSERT INTO `(?P<table>\w+)`(?: \((?P<columns>[^)]*)\))? VALUES ?")
_LITERAL = re.compile(
    r"""_?(?:binary )?'(?P<text>(?:[^'\\]|\\.|'')*)'|(?P<bare>[^,()]+)""", re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a", "b": "\b"}


def read_tables(lines: Iterable[str], wanted: Collection[str]) -> dict[str, pd.DataFrame]:
    """Some tables of a dump; cells are text, or None for NULL.

    Args:
        lines: of the dump, each statement INSERT on one line, as dumps are written.
        wanted: names of the tables.

    Raises:
        DataError: a table is missing, or a statement cannot be understood.
    """
    columns: dict[str, list[str]] = {}
    rows: dict[str, list[list[str | None]]] = {name: [] for name in wanted}
    making = ""
    for line in lines:
        if making:
            if match := _COLUMN.match(line):
                columns[making].append(match["name"])
            elif line.startswith(")"):
                making = ""
        elif (match := _CREATE.match(line)) and match["table"] in wanted:
            making = match["table"]
            columns[making] = []
        elif (match := _INSERT.match(line)) and match["table"] in wanted:
            rows[match["table"]] += _rows(line, match.end(), match["table"])
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise DataError(f"The dump has no table {' and '.join(missing)}. It may be another one.")
    for name in wanted:
        width = len(columns[name])
        if any(len(row) != width for row in rows[name]):
            raise DataError(f"Table {name} of the dump has rows of another width than {width}.")
    return {name: pd.DataFrame(rows[name], columns=columns[name], dtype=object) for name in wanted}


def _rows(line: str, start: int, table: str) -> list[list[str | None]]:
    """The rows of one INSERT: (literal,literal,...),(...);"""
    found: list[list[str | None]] = []
    place = start
    while place < len(line) and line[place] == "(":
        row: list[str | None] = []
        while line[place] in "(,":
            literal = _LITERAL.match(line, place + 1)
            if literal is None:
                raise DataError(f"Row {len(found) + 1} of {table} in the dump cannot be read.")
            text = literal["text"]
            bare = (literal["bare"] or "").strip()
            row.append(_unescaped(text) if text is not None else None if bare == "NULL" else bare)
            place = literal.end()
            if place >= len(line):
                raise DataError(f"The dump ends within a row of {table}. Fetch it again.")
        found.append(row)
        place += 2 if line[place + 1 : place + 2] == "," else 1
    return found


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda m: _ESCAPES.get(m[1], m[1]) if m[1] else "'", text)
