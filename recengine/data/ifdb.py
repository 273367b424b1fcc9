"""IFDB: which story games people played, over nearly twenty years, at real times.

From the public copy of the Interactive Fiction Database that the IF Archive keeps: a zip with one
MySQL dump, from which private lists were taken out by its makers.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.download import fetch
from recengine.data.intake.cells import clean_text
from recengine.data.mysql_dump import read_tables
from recengine.data.progress import Progress, silent
from recengine.errors import DataError
from recengine.types import (
    CATEGORIES,
    DESCRIPTION,
    EVENT,
    ITEM_ID,
    TIMESTAMP,
    TITLE,
    USER_ID,
    VALUE,
    YEAR,
)

NAME = "ifdb"
_FILE = "ifdb-archive-20250601.zip"
_ADDRESS = f"https://ifarchive.org/if-archive/info/ifdb/{_FILE}"
_DUMP = "ifdb-archive.sql"
_MAX_DESCRIPTION, _MAX_CATEGORIES = 10_000, 4
_COLUMNS = {
    "games": ("id", "title", "genre", "desc", "published"),
    "playedgames": ("gameid", "userid", "date_added"),
}
_CREDIT = (
    "Interactive Fiction Database (ifdb.org), by its members and the Interactive Fiction "
    "Technology Foundation; the public copy of June 2025 at the IF Archive."
)


def load_ifdb(downloads: Path, progress: Progress = silent) -> Dataset:
    """Fetch the public copy and read the games and who played them when.

    Args:
        downloads: folder for what is fetched; the zip laid into its folder "ifdb" by hand is taken.
        progress: told what is going on.

    Raises:
        DownloadError: the address did not answer.
        DataError: the copy is not of the known form.
    """
    path = downloads / NAME / _FILE
    if not path.is_file():
        fetch(_ADDRESS, None, path.parent, progress=progress)
    progress("Reading IFDB", 0, 0)
    tables = _tables(path)
    played = tables["playedgames"].dropna(subset=["date_added"])
    games = tables["games"].drop_duplicates("id")
    played = played[played["gameid"].isin(games["id"])].drop_duplicates()
    games = games[games["id"].isin(played["gameid"].unique())].reset_index(drop=True)
    times = pd.to_datetime(played["date_added"], utc=True, errors="coerce")
    played, times = played[times.notna()], times[times.notna()]
    genres = games["genre"].fillna("").str.replace("/", ",").str.split(",")
    years = pd.to_numeric(games["published"].fillna("").str[:4], errors="coerce")
    return Dataset(
        name=NAME,
        title="IFDB (story games)",
        interactions=pd.DataFrame(
            {
                USER_ID: played["userid"].astype("str"),
                ITEM_ID: played["gameid"].astype("str"),
                TIMESTAMP: times.dt.as_unit("s").astype(np.int64),
                EVENT: pd.Series("played", index=played.index, dtype="str"),
                VALUE: np.full(len(played), np.nan, dtype=np.float32),
            }
        ).reset_index(drop=True),
        items=pd.DataFrame(
            {
                ITEM_ID: games["id"].astype("str"),
                TITLE: games["title"].fillna("(no title)").astype("str"),
                CATEGORIES: [_names(each) for each in genres],
                DESCRIPTION: clean_text(games["desc"].fillna("").astype("str"), _MAX_DESCRIPTION),
                YEAR: years.where(years > 0).astype("Int64"),
            }
        ),
        users=pd.DataFrame({USER_ID: sorted(played["userid"].astype("str").unique())}),
        credit=_CREDIT,
    )


def _tables(path: Path) -> dict[str, pd.DataFrame]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_DUMP) as dump:
            tables = read_tables(io.TextIOWrapper(dump, "utf-8", errors="replace"), _COLUMNS)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DataError(
            f"{path} is not the public copy of IFDB ({error}). Delete it; it is fetched again."
        ) from error
    for name, columns in _COLUMNS.items():
        missing = [column for column in columns if column not in tables[name]]
        if missing:
            raise DataError(
                f"Table {name} in {path} lacks {', '.join(missing)}. Another copy may have another "
                f"form; expected that of {_FILE}."
            )
    return {name: tables[name][list(columns)] for name, columns in _COLUMNS.items()}


def _names(genres: list[str]) -> list[str]:
    """Genres as people write them, tidied: "horror / Sci-Fi"."""
    tidy = (" ".join(name.split()) for name in genres)
    named = [name[:1].upper() + name[1:] for name in tidy if name]
    return list(dict.fromkeys(named))[:_MAX_CATEGORIES]
