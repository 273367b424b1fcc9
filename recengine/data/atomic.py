"""Data in the atomic form of RecBole: NAME.inter, NAME.item, NAME.user.

Tab separated, each column with its type in the header ("user_id:token", "genre:token_seq").
The types are taken off here; what is left goes the way of all other tables.

Format: recbole.io, "Atomic Files".
"""

from dataclasses import replace
from pathlib import Path

from recengine.data.intake.guess import find_column, guess_table
from recengine.data.intake.mapping import DataMapping
from recengine.data.intake.raw_files import RawTable, read_raw
from recengine.errors import DataError
from recengine.types import CATEGORIES

_TABLES = {".inter": "interactions", ".item": "items", ".user": "users"}
_TYPES = ("token", "token_seq", "float", "float_seq")


def find_atomic(path: Path) -> dict[str, Path]:
    """The atomic files that a path means, by table; none if it means something else.

    Args:
        path: a folder with one set of such files, one of the files, or their common prefix.
    """
    if path.is_dir():
        found = sorted(path.glob("*.inter"))
        if len(found) > 1:
            raise DataError(
                f"{path} holds several sets of atomic files ({', '.join(f.stem for f in found)}). "
                f"Choose one by its prefix, such as {found[0].with_suffix('')}."
            )
        stem = found[0].with_suffix("") if found else path
    else:
        stem = path.with_suffix("") if path.suffix in _TABLES else path
    files = {table: stem.with_name(stem.name + suffix) for suffix, table in _TABLES.items()}
    if not files["interactions"].is_file():
        return {}
    return {table: file for table, file in files.items() if file.is_file()}


def read_atomic(files: dict[str, Path]) -> tuple[DataMapping, dict[str, RawTable]]:
    """Read atomic files and find out what their columns are.

    Raises:
        DataError: a file cannot be read, or its header has no types.
    """
    raw = {name: _without_types(name, read_raw(file)) for name, file in files.items()}
    tables = {name: guess_table(name, table) for name, table in raw.items()}
    for name, table in tables.items():
        if table is None:
            raise DataError(
                f"{raw[name].file} lacks the columns of a table of {name}; it has "
                f"{', '.join(raw[name].frame.columns)}. Expected user_id:token, item_id:token or "
                "similar names."
            )
    return DataMapping({name: table for name, table in tables.items() if table}), raw


def _without_types(table: str, raw: RawTable) -> RawTable:
    """Columns by their bare names; sequences that are categories become lists."""
    names, types = [], []
    for column in raw.frame.columns:
        name, _, kind = column.rpartition(":")
        if kind not in _TYPES:
            raise DataError(
                f"{raw.file}: column {column!r} has no type. Expected a header such as "
                f"user_id:token, with one of {', '.join(_TYPES)} behind each name."
            )
        names.append(name)
        types.append(kind)
    frame = raw.frame.set_axis(names, axis=1)
    categories = find_column(CATEGORIES, names) if table == "items" else None
    if categories and types[names.index(categories)] == "token_seq":
        frame[categories] = frame[categories].str.split(" ")
    return replace(raw, frame=frame)
