"""Which file and which column of somebody's data plays which role; a small TOML file.

    title = "My shop"
    timezone = "Europe/Berlin"

    [interactions]
    file = "orders.csv"
    user_id = "customer"
    item_id = "sku"
    timestamp = "ordered_at"
    context = ["weather", "device"]

    [items]
    file = "products.csv"
    item_id = "sku"
    title = "name"

It is guessed where it is absent (guess.py); writing it down confirms or corrects the guess.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from recengine.data.cleaning import CleaningRules
from recengine.data.workspace import write_atomic
from recengine.errors import ConfigError, DataError, UnknownNameError
from recengine.types import (
    CATEGORIES,
    DESCRIPTION,
    EVENT,
    FRIEND_ID,
    ITEM_ID,
    TIMESTAMP,
    TITLE,
    USER_ID,
    VALUE,
    YEAR,
)

MAPPING_FILE = "mapping.toml"
# Per table: the roles it must have, the roles it may have, and the list of further columns.
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "interactions": ((USER_ID, ITEM_ID), (TIMESTAMP, EVENT, VALUE), "context"),
    "items": ((ITEM_ID,), (TITLE, DESCRIPTION, CATEGORIES, YEAR), "extra"),
    "users": ((USER_ID,), (), "profile"),
    "friends": ((USER_ID, FRIEND_ID), (), ""),
}
_SEPARATOR_KEY = "category_separator"


@dataclass(frozen=True)
class TableMapping:
    """One table.

    Attributes:
        file: name of its file, in the folder of the data.
        columns: column by role.
        further: columns kept beside them (context, profile or extra ones).
        category_separator: what stands between categories; empty to find out.
    """

    file: str
    columns: Mapping[str, str]
    further: tuple[str, ...] = ()
    category_separator: str = ""


@dataclass(frozen=True)
class DataMapping:
    """All tables of a dataset.

    Attributes:
        title: how people call the data; empty for the name of the folder.
        timezone: IANA name of the clock that people in the data live by.
        tables: by name: interactions, and perhaps items, users, friends.
        cleaning: which events are not taken over.
        behaviour: other names for kinds of events.
    """

    tables: Mapping[str, TableMapping]
    title: str = ""
    timezone: str = "UTC"
    cleaning: CleaningRules = field(default_factory=CleaningRules)
    behaviour: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The mapping as the text of a mapping file."""
        lines = [f"title = {_quote(self.title)}"] if self.title else []
        lines.append(f"timezone = {_quote(self.timezone)}")
        for name, table in self.tables.items():
            lines += ["", f"[{name}]", f"file = {_quote(table.file)}"]
            lines += [f"{role} = {_quote(column)}" for role, column in table.columns.items()]
            if table.category_separator:
                lines.append(f"{_SEPARATOR_KEY} = {_quote(table.category_separator)}")
            if TABLES[name][2]:
                further = ", ".join(_quote(column) for column in table.further)
                lines.append(f"{TABLES[name][2]} = [{further}]")
        if self.behaviour:
            lines += ["", "[behaviour]"]
            lines += [f"{_quote(kind)} = {_quote(name)}" for kind, name in self.behaviour.items()]
        return "\n".join(lines) + "\n" + self.cleaning.text


def mapping_path(data: Path) -> Path:
    """Where the mapping of a folder (inside) or of a single file (beside it) is kept."""
    return data / MAPPING_FILE if data.is_dir() else data.with_suffix(f".{MAPPING_FILE}")


def write_mapping(mapping: DataMapping, path: Path) -> None:
    """Write a mapping file.

    Raises:
        DataError: there is one already; it is never written over.
    """
    if path.exists():
        raise DataError(f"{path} exists already. Edit it, or delete it to have it guessed anew.")
    with write_atomic(path) as temporary:
        temporary.write_text(mapping.text, "utf-8")


def read_mapping(path: Path) -> DataMapping:
    """Read a mapping file.

    Raises:
        DataError: it cannot be read, or says something that a mapping cannot say.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return _from_toml(content)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} is not valid TOML: {error}. Mend that place, or delete the file to have the "
            "columns guessed."
        ) from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from error
    except (ConfigError, DataError, UnknownNameError) as error:
        raise DataError(
            f"{path}: {error} Mend it, or delete the file to have the columns guessed."
        ) from error


def _from_toml(content: dict[str, Any]) -> DataMapping:
    known = ("title", "timezone", "cleaning", "behaviour", *TABLES)
    for key in content:
        if key not in known:
            raise UnknownNameError("entry", key, known)
    if "interactions" not in content:
        raise DataError("the section [interactions] is missing; it must name file and columns.")
    timezone = _string(content, "timezone", "UTC")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DataError(
            f"timezone is {timezone!r}; expected a name such as Europe/Berlin or UTC."
        ) from None
    tables = {name: _table(name, content[name]) for name in TABLES if name in content}
    behaviour = content.get("behaviour", {})
    if not isinstance(behaviour, dict):
        raise DataError(f"behaviour is {behaviour!r}; expected a section called [behaviour].")
    return DataMapping(
        tables,
        _string(content, "title", ""),
        timezone,
        CleaningRules.from_section(content.get("cleaning", {})),
        {kind: _string(behaviour, kind, "") for kind in behaviour},
    )


def _table(name: str, section: Any) -> TableMapping:
    if not isinstance(section, dict):
        raise DataError(f"{name} is {section!r}; expected a section that starts with [{name}].")
    required, optional, further = TABLES[name]
    separator = (_SEPARATOR_KEY,) if CATEGORIES in optional else ()
    known = ("file", *required, *optional, *separator, *((further,) if further else ()))
    for key in section:
        if key not in known:
            raise UnknownNameError(f"entry of [{name}]", key, known)
    for key in ("file", *required):
        if not _string(section, key, ""):
            raise DataError(f"[{name}] does not say what {key} is.")
    if Path(section["file"]).name != section["file"]:
        raise DataError(
            f"[{name}] file is {section['file']!r}; expected a file in the same folder."
        )
    more = section.get(further, [])
    if not isinstance(more, list) or not all(isinstance(column, str) for column in more):
        raise DataError(f"[{name}] {further} is {more!r}; expected a list of column names.")
    columns = {role: _string(section, role, "") for role in (*required, *optional)}
    return TableMapping(
        section["file"],
        {role: column for role, column in columns.items() if column},
        tuple(more),
        _string(section, _SEPARATOR_KEY, ""),
    )


def _string(section: dict[str, Any], key: str, default: str) -> str:
    value = section.get(key, default)
    if not isinstance(value, str):
        raise DataError(f'{key} is {value!r}; expected text in quotation marks, such as "name".')
    return value


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a TOML string
