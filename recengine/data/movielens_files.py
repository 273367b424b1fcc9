"""The files of MovieLens as published: two editions, each as GroupLens archive and as package.

All four readers give the same three raw tables, down to spelling and order of rows. Where the
packages differ from the archives (three rows of the item tables), the archives' form counts.
"""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recengine.errors import DataError
from recengine.types import ITEM_ID, TIMESTAMP, USER_ID

OCCUPATIONS_1M = (
    "other", "academic/educator", "artist", "clerical/admin", "college/grad student",
    "customer service", "doctor/health care", "executive/managerial", "farmer", "homemaker",
    "k-12 student", "lawyer", "programmer", "retired", "sales/marketing", "scientist",
    "self-employed", "technician/engineer", "tradesman/craftsman", "unemployed", "writer",
)  # fmt: skip
GENRES_100K = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime",
    "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance",
    "Sci-Fi", "Thriller", "War", "Western",
)  # fmt: skip
_NO_GENRE = "unknown"
_RATING_COLUMNS = (USER_ID, ITEM_ID, "rating", TIMESTAMP)
_ARCHIVE_SPELLING = {  # package -> archive
    "Associate, The (L'Associe (1982)": "Associate, The (L'Associe)(1982)",
    "unkonwn (unkonwn)": "unknown",
}


@dataclass(frozen=True)
class RawTables:
    """What all four forms say.

    Attributes:
        ratings: user_id, item_id, rating, timestamp, in file order.
        items: item_id, full_title (with its year), genres (list).
        users: user_id, age (years), gender (F or M), occupation (in words).
    """

    ratings: pd.DataFrame
    items: pd.DataFrame
    users: pd.DataFrame


def read_1m_archive(path: Path) -> RawTables:
    """Read `ml-1m.zip`; an item goes by its full title."""
    with zipfile.ZipFile(path) as archive:
        items = _table(
            _lines(archive, "movies.dat", "::"), ("movie_id", "full_title", "genres")
        ).assign(**{ITEM_ID: lambda table: table["full_title"]})
        users = _table(
            _lines(archive, "users.dat", "::"), (USER_ID, "gender", "age", "occupation", "zip")
        )
        content = _member(archive, "ratings.dat")
    ratings = _ratings(content, separator=":", positions=(0, 2, 4, 6))
    titles = items.set_index("movie_id")["full_title"]
    ratings[ITEM_ID] = ratings[ITEM_ID].map(titles).astype("str")
    return RawTables(ratings, _with_genres(items, "|"), _with_occupation_names(users))


def read_1m_wheel(folder: Path) -> RawTables:
    """Read the tab separated `ml-1m` tables; an item goes by its full title."""
    ratings, items, users = (
        _atomic(folder / f"ml-1m.{kind}") for kind in ("inter", "item", "user")
    )
    ratings.columns = pd.Index(_RATING_COLUMNS)
    items = items.set_axis([ITEM_ID, "name", "year", "genres"], axis=1)
    users = users.set_axis([USER_ID, "age", "gender", "occupation", "zip"], axis=1)
    ratings[USER_ID] = ratings[USER_ID].str.removeprefix("1m_")
    users[USER_ID] = users[USER_ID].str.removeprefix("1m_")
    ratings[ITEM_ID] = ratings[ITEM_ID].replace(_ARCHIVE_SPELLING)
    items[ITEM_ID] = items[ITEM_ID].replace(_ARCHIVE_SPELLING)
    items["full_title"] = items[ITEM_ID]
    return RawTables(_typed(ratings), _with_genres(items, " "), _with_occupation_names(users))


def read_100k_archive(path: Path) -> RawTables:
    """Read `ml-100k.zip`; an item goes by its number."""
    with zipfile.ZipFile(path) as archive:
        rows = _lines(archive, "u.item", "|")
        users = _table(
            _lines(archive, "u.user", "|"), (USER_ID, "age", "gender", "occupation", "zip")
        )
        content = _member(archive, "u.data")
    ratings = _ratings(content, separator="\t", positions=(0, 1, 2, 3))
    items = pd.DataFrame(
        {
            ITEM_ID: [row[0] for row in rows],
            "full_title": [row[1].strip() for row in rows],
            "genres": [
                "|".join(
                    name for name, flag in zip(GENRES_100K, row[5:], strict=True) if flag == "1"
                )
                for row in rows
            ],
        },
        dtype="str",
    )
    return RawTables(ratings, _with_genres(items, "|"), _with_numbers(users))


def read_100k_wheel(folder: Path) -> RawTables:
    """Read the tab separated `ml-100k` tables; an item goes by its number."""
    ratings, items, users = (
        _atomic(folder / f"ml-100k.{kind}") for kind in ("inter", "item", "user")
    )
    ratings.columns = pd.Index(_RATING_COLUMNS)
    items = items.set_axis([ITEM_ID, "name", "year", "genres"], axis=1)
    users = users.set_axis([USER_ID, "age", "gender", "occupation", "zip"], axis=1)
    titles = items["name"] + " (" + items["year"] + ")"
    items["full_title"] = titles.replace(_ARCHIVE_SPELLING)
    return RawTables(_typed(ratings), _with_genres(items, " "), _with_numbers(users))


def _member(archive: zipfile.ZipFile, file_name: str) -> bytes:
    for name in archive.namelist():
        if name.rsplit("/", 1)[-1] == file_name:
            return archive.read(name)
    raise DataError(
        f"{archive.filename} holds no {file_name}; expected a MovieLens archive as published by "
        "GroupLens. Delete it; it will be fetched again."
    )


def _lines(archive: zipfile.ZipFile, file_name: str, separator: str) -> list[list[str]]:
    lines = _member(archive, file_name).decode("latin-1").split("\n")
    return [line.rstrip("\r").split(separator) for line in lines if line.strip()]


def _table(rows: list[list[str]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns), dtype="str")


def _atomic(path: Path) -> pd.DataFrame:
    return pd.read_csv(
        path, sep="\t", encoding="utf-8", dtype="str", keep_default_na=False, quoting=3
    )


def _ratings(content: bytes, separator: str, positions: tuple[int, ...]) -> pd.DataFrame:
    file = io.BytesIO(content)
    table = pd.read_csv(file, sep=separator, header=None, usecols=list(positions), dtype="str")
    return _typed(table.set_axis(list(_RATING_COLUMNS), axis=1))


def _typed(ratings: pd.DataFrame) -> pd.DataFrame:
    return ratings.astype({"rating": "float32", TIMESTAMP: "int64"})


def _with_genres(items: pd.DataFrame, separator: str) -> pd.DataFrame:
    genres = [
        [name for name in names.split(separator) if name not in ("", _NO_GENRE)]
        for names in items["genres"]
    ]
    return items[[ITEM_ID, "full_title"]].assign(genres=genres)


def _with_numbers(users: pd.DataFrame) -> pd.DataFrame:
    return users[[USER_ID, "age", "gender", "occupation"]].astype({"age": "int64"})


def _with_occupation_names(users: pd.DataFrame) -> pd.DataFrame:
    names = [OCCUPATIONS_1M[int(code)] for code in users["occupation"]]
    return _with_numbers(users.assign(occupation=pd.Series(names, dtype="str")))
