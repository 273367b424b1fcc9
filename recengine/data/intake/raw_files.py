"""Read one table from outside, whatever its separator, quoting and encoding, and say what was odd.

Text files come back as columns of strings; Parquet and JSON Lines keep their types. Nothing is
dropped silently: rows that do not fit the header are reported with their row numbers.
"""

import codecs
import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from jaxtyping import Int64

from recengine.data.intake.problems import SHOWN_ROWS, Problem
from recengine.errors import DataError

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".dat", ".inter", ".item", ".user")
SUFFIXES = (*TEXT_SUFFIXES, ".parquet", ".jsonl")
_SEPARATORS = (",", "\t", ";", "|")
_HEAD_BYTES = 1 << 16
_HEAD_ROWS = 500
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as it stands in the file.

    Attributes:
        file: name of the file.
        frame: its rows that fit the header.
        row_numbers: of those rows, as a spreadsheet counts them (the header is row 1).
        problems: what was odd about the file as a file.
    """

    file: str
    frame: pd.DataFrame
    row_numbers: Int64[np.ndarray, "rows"]
    problems: tuple[Problem, ...] = ()


def read_raw(path: Path, *, head: bool = False) -> RawTable:
    """Read a table.

    Args:
        path: a .csv, .tsv, .txt, .dat, .jsonl or .parquet file.
        head: read the first rows only, enough to tell what the columns are.

    Raises:
        DataError: it is not a table that can be read.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(
            f"{path.name} is not a table of a known form. Expected one of {', '.join(SUFFIXES)}; "
            "save it as CSV or Parquet."
        )
    try:
        if path.suffix.lower() == ".parquet":
            return _read_parquet(path, head)
        with path.open("rb") as file:
            content = file.read(_HEAD_BYTES if head else -1)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). Check the path.") from error
    if head and len(content) == _HEAD_BYTES:
        content = content[: content.rfind(b"\n") + 1]
    text, problems = _decode(path.name, content)
    if not text.strip():
        raise DataError(f"{path.name} is empty. Expected a header line and rows below it.")
    if path.suffix.lower() == ".jsonl":
        return _read_json_lines(path.name, text, problems)
    return _read_separated(path.name, text, problems)


def _read_parquet(path: Path, head: bool) -> RawTable:
    try:
        if head:
            file = pa.parquet.ParquetFile(path)
            batch = next(file.iter_batches(batch_size=_HEAD_ROWS), None)
            frame = file.schema_arrow.empty_table() if batch is None else batch
            frame = frame.to_pandas()
        else:
            frame = pd.read_parquet(path)
    except pa.ArrowException as error:
        raise DataError(
            f"{path.name} is not a readable Parquet file ({error}). Write it again, or save as CSV."
        ) from error
    return RawTable(path.name, frame, 1 + np.arange(len(frame), dtype=np.int64))


def _read_json_lines(file: str, text: str, problems: list[Problem]) -> RawTable:
    records, numbers, bad = [], [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            record = None
        if isinstance(record, dict):
            records.append(record)
            numbers.append(number)
        else:
            bad.append(number)
    if bad:
        problems.append(
            Problem(
                severity="error",
                file=file,
                what="lines that are not a JSON object",
                advice="These lines were left out; write one object per line",
                rows=tuple(bad[:SHOWN_ROWS]),
                count=len(bad),
            )
        )
    return RawTable(file, pd.DataFrame(records), np.array(numbers, dtype=np.int64), tuple(problems))


def _decode(file: str, content: bytes) -> tuple[str, list[Problem]]:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            text = content.decode(encoding, errors="replace")
            return text, [] if encoding == "utf-8-sig" else [_odd_encoding(file, "UTF-16")]
    if b"\0" in content:
        raise DataError(
            f"{file} is not a text table (it holds binary data). Expected CSV or Parquet; save "
            "the table in one of these forms."
        )
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        return content.decode("latin-1"), [_odd_encoding(file, "Latin-1")]


def _odd_encoding(file: str, encoding: str) -> Problem:
    return Problem(
        severity="warning",
        file=file,
        what=f"the text is not in UTF-8, it was read as {encoding}",
        advice="If letters look wrong, save the file as UTF-8",
    )


def _read_separated(file: str, text: str, problems: list[Problem]) -> RawTable:
    first_line = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first_line.count)
    if separator not in first_line:
        raise DataError(
            f"{file} has one column only ({first_line.strip()[:60]!r}). Expected columns separated "
            "by comma, tab, semicolon or |, with their names in the first line."
        )
    names = _unique([name.strip() for name in next(csv.reader([first_line], delimiter=separator))])
    if all(_is_number(name) for name in names):
        raise DataError(
            f"{file} starts with data ({first_line.strip()[:60]!r}). Expected the names of the "
            "columns in the first line, such as user_id,item_id,timestamp; add that line."
        )
    quoted = text.count('"') % 2 == 0
    if not quoted:
        problems.append(
            Problem(
                severity="warning",
                file=file,
                what="a quotation mark is opened and never closed",
                advice="Quotation marks were read as plain characters; double or remove it",
            )
        )
    frame, bad = _parse(text, names, separator, quoted and separator != "\t")
    if bad and separator == "\t" and quoted:  # some tab separated files quote after all
        again, still_bad = _parse(text, names, separator, True)
        frame, bad = (again, still_bad) if len(still_bad) < len(bad) else (frame, bad)
    if bad:
        problems.append(_misfits(file, bad, len(names)))
    all_rows = np.arange(2, 2 + len(frame) + len(bad), dtype=np.int64)
    return RawTable(file, frame, np.setdiff1d(all_rows, list(bad)), tuple(problems))


def _parse(
    text: str, names: list[str], separator: str, quoted: bool
) -> tuple[pd.DataFrame, dict[int, int]]:
    """The rows that fit, and the number of cells of those that do not, by row number."""
    bad: dict[int, int] = {}

    def note(row: pa.csv.InvalidRow) -> str:
        bad[row.number] = row.actual_columns
        return "skip"

    content = text.encode("utf-8")
    table = pa.csv.read_csv(
        io.BytesIO(content),
        read_options=pa.csv.ReadOptions(
            use_threads=False,  # row numbers are only known without
            block_size=len(content) + 1,  # one cell may be larger than the usual block
            column_names=names,
            skip_rows_after_names=1,
        ),
        parse_options=pa.csv.ParseOptions(
            delimiter=separator,
            quote_char='"' if quoted else False,
            newlines_in_values=quoted,
            invalid_row_handler=note,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )
    return table.to_pandas(), bad


def _misfits(file: str, bad: dict[int, int], expected: int) -> Problem:
    rows = sorted(bad)
    return Problem(
        severity="error",
        file=file,
        what=f"rows with another number of cells than the {expected} columns of the header",
        advice="These rows were left out; quote cells that hold the separator",
        rows=tuple(rows[:SHOWN_ROWS]),
        count=len(rows),
    )


def _unique(names: list[str]) -> list[str]:
    """Names that occur twice get a number."""
    seen: Counter[str] = Counter()
    unique = []
    for position, name in enumerate(names, start=1):
        name = name or f"column {position}"
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return unique


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
