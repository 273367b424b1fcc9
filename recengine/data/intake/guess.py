"""Guess which file and which column of somebody's data plays which role.

Names decide first; where they do not, a look at the first rows does. Whatever is guessed can be
read, and corrected, as a mapping file.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from recengine.data.intake.mapping import DataMapping, TableMapping
from recengine.data.intake.raw_files import SUFFIXES, RawTable, read_raw
from recengine.data.intake.times import parse_times
from recengine.errors import DataError
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

_USER_WORDS = (
    "user", "customer", "client", "member", "person", "visitor", "reviewer", "account", "player",
    "reader",
)  # fmt: skip
_ITEM_WORDS = (
    "item", "movie", "film", "product", "article", "song", "track", "artist", "album", "game",
    "book", "app", "news", "video", "course", "recipe", "business", "hotel", "restaurant",
)  # fmt: skip
_KEY_ENDING = re.compile(r"(id|no|nr|number|code|key|name|hash)$")
_NAMES: Mapping[str, tuple[str, ...]] = {  # by role, without punctuation, best first
    USER_ID: ("userid", "uid", *_USER_WORDS, *(f"{word}id" for word in _USER_WORDS)),
    ITEM_ID: (
        "itemid", "iid", *_ITEM_WORDS, *(f"{word}id" for word in _ITEM_WORDS),
        "asin", "parentasin", "sku", "isbn", "imdbid", "tmdbid",
    ),
    FRIEND_ID: ("friendid", "friend", "followsid", "follows", "followeeid", "followee", "trustee"),
    TIMESTAMP: (
        "timestamp", "time", "datetime", "date", "ts", "when", "createdat", "eventtime",
        "ratedat", "unixreviewtime", "reviewtime", "orderedat", "orderdate", "purchasedat",
    ),
    VALUE: (
        "rating", "stars", "score", "value", "overall", "weight", "count", "cnt", "quantity",
        "qty", "playcount", "plays", "amount",
    ),
    EVENT: ("event", "eventtype", "action", "type", "behavior", "behaviour", "activity", "kind"),
    TITLE: ("title", "name", "movietitle", "itemname", "productname", "itemtitle", "headline"),
    DESCRIPTION: (
        "description", "overview", "plot", "summary", "abstract", "text", "doctext", "about",
        "synopsis", "wikiextract",
    ),
    CATEGORIES: (
        "categories", "category", "genres", "genre", "class", "topics", "topic", "department",
        "tags", "type",
    ),
    YEAR: ("year", "releaseyear", "publishedyear", "released", "published"),
}  # fmt: skip
_STEMS: Mapping[str, tuple[str, ...]] = {  # by table, best first
    "interactions": (
        "interactions", "interaction", "ratings", "events", "logs", "log", "reviews", "orders",
        "purchases", "transactions", "clicks", "views", "plays", "played",
    ),
    "items": (
        "items", "item", "catalog", "catalogue", "products", "movies", "films", "games", "books",
        "articles", "artists", "songs", "tracks", "apps", "meta", "metadata",
    ),
    "users": ("users", "user", "customers", "people", "members"),
    "friends": ("friends", "userfriends", "follows", "trust"),
}  # fmt: skip
_EARLIEST, _LATEST = 631_152_000, 4_102_444_800  # 1990 and 2100, for a look at the content


def guess_mapping(path: Path) -> DataMapping:
    """Guess the mapping of a folder or a single file.

    Raises:
        DataError: no table of interactions can be made out.
    """
    if path.is_file():
        table = read_raw(path, head=True)
        mapping = _guess_interactions(table)
        if mapping is None:
            raise DataError(_unclear(path, {table.file: list(table.frame.columns)}))
        return DataMapping({"interactions": mapping})
    heads, problems = _read_heads(path)
    tables = _choose_tables(heads)
    if "interactions" not in tables:
        shown = {head.file: list(head.frame.columns) for head in heads}
        raise DataError(_unclear(path, shown, problems))
    return DataMapping(tables)


def find_column(role: str, columns: Iterable[str]) -> str | None:
    """The column whose name fits a role best."""
    plain = {_plain(column): column for column in reversed(list(columns))}
    for name in _NAMES[role]:
        if name in plain:
            return plain[name]
    if role in (USER_ID, ITEM_ID):  # such as customer_number or productCode
        words = tuple(w for w in (_USER_WORDS if role == USER_ID else _ITEM_WORDS) if len(w) > 3)
        for name, column in plain.items():
            if name.startswith(words) and _KEY_ENDING.search(name):
                return column
    if role in (TITLE, DESCRIPTION, CATEGORIES, YEAR):  # such as Product Title
        for name, column in plain.items():
            if any(name == word + ending for word in _ITEM_WORDS for ending in _NAMES[role]):
                return column
    return None


def table_files(folder: Path) -> list[Path]:
    """The files of a folder that could be tables, by name."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SUFFIXES and path.stem.lower() not in ("readme", "license")
    ]


def guess_table(name: str, head: RawTable) -> TableMapping | None:
    """The roles of the columns of a table whose own role is known; None if it cannot have it."""
    if name == "interactions":
        return _guess_interactions(head)
    if name == "items":
        return _guess_items(head)
    columns = list(head.frame.columns)
    user = find_column(USER_ID, columns)
    further = tuple(column for column in columns if column != user)
    return TableMapping(head.file, {USER_ID: user}, further) if user else None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", str(name)).lower()


def _read_heads(folder: Path) -> tuple[list[RawTable], list[str]]:
    heads, problems = [], []
    for path in table_files(folder):
        try:
            heads.append(read_raw(path, head=True))
        except DataError as error:
            problems.append(str(error))
    return heads, problems


def _choose_tables(heads: list[RawTable]) -> dict[str, TableMapping]:
    """By their columns, tables that could play a role; by their names, the one that does."""
    candidates: dict[str, dict[str, TableMapping]] = {name: {} for name in _STEMS}
    for head in heads:
        columns = list(head.frame.columns)
        user, friend = find_column(USER_ID, columns), find_column(FRIEND_ID, columns)
        found = {name: guess_table(name, head) for name in ("interactions", "items", "users")}
        if user and friend:
            roles = {USER_ID: user, FRIEND_ID: friend}
            candidates["friends"][head.file] = TableMapping(head.file, roles)
            continue
        if found["interactions"]:
            found["users"] = None
        for name, table in found.items():
            if table:
                candidates[name][head.file] = table
    chosen: dict[str, TableMapping] = {}
    for name in _STEMS:
        taken = {table.file for table in chosen.values()}
        left = {file: table for file, table in candidates[name].items() if file not in taken}
        if left:
            chosen[name] = left[min(left, key=lambda file: _preference(name, file))]
    return chosen


def _preference(table: str, file: str) -> tuple[int, str]:
    stem = _plain(Path(file).stem)
    stems = _STEMS[table]
    return (stems.index(stem) if stem in stems else len(stems), file)


def _guess_interactions(head: RawTable) -> TableMapping | None:
    columns = list(head.frame.columns)
    user = find_column(USER_ID, columns)
    item = find_column(ITEM_ID, [column for column in columns if column != user])
    if user is None or item is None:
        return None
    roles = {USER_ID: user, ITEM_ID: item}
    for role in (TIMESTAMP, VALUE, EVENT):
        left = [column for column in columns if column not in roles.values()]
        column = find_column(role, left)
        if role == TIMESTAMP and column is None:
            column = next((name for name in left if _holds_times(head.frame[name])), None)
        if column is not None:
            roles[role] = column
    further = tuple(column for column in columns if column not in roles.values())
    return TableMapping(head.file, roles, further)


def _holds_times(column: pd.Series) -> bool:
    if pd.api.types.is_object_dtype(column) or not len(column):
        return False
    seconds = parse_times(column, "UTC")
    with np.errstate(invalid="ignore"):
        plausible = (seconds > _EARLIEST) & (seconds < _LATEST)
    return bool(plausible.mean() > 0.9)


def _guess_items(head: RawTable) -> TableMapping | None:
    columns = list(head.frame.columns)
    title = find_column(TITLE, columns)
    item = find_column(ITEM_ID, [column for column in columns if column != title])
    item = item or next((column for column in columns if _plain(column) == "id"), None)
    if item is None or title is None or find_column(TIMESTAMP, columns):
        return None
    roles = {ITEM_ID: item, TITLE: title}
    for role in (DESCRIPTION, CATEGORIES, YEAR):
        column = find_column(role, [column for column in columns if column not in roles.values()])
        if column is not None:
            roles[role] = column
    further = tuple(column for column in columns if column not in roles.values())
    return TableMapping(head.file, roles, further)


def _unclear(path: Path, tables: Mapping[str, list[str]], problems: Iterable[str] = ()) -> str:
    found = "; ".join(f"{file}: {', '.join(map(str, names))}" for file, names in tables.items())
    return " ".join(
        [
            f"{path} holds no table in which people and items can be made out.",
            f"Found {found[:400]}." if found else "Found no table.",
            "Expected columns such as user_id and item_id; rename them, or write a mapping file.",
            *problems,
        ]
    )
