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
from recengine.data.published import clean_published
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


def load_ifdb(downloads: Path, progress: Progress = silent, *, now: int | None = None) -> Dataset:
    """Fetch the public copy, read the games and who played them when, and clean that as usual.

    Args:
        downloads: folder for what is fetched; the zip laid into its folder "ifdb" by hand is taken.
        progress: told what is going on.
        now: Unix seconds; later events are mistakes. None for the clock.

    Raises:
        DownloadError: the address did not answer.
        DataError: the copy is not of the known form.
    """
    path = downloads / NAME / _FILE
    if not path.is_file():
        fetch(_ADDRESS, None, path.parent, progress=progress)
    progress("Reading IFDB", 0, 0)
    tables = _tables(path)
    games = tables["games"].drop_duplicates("id")
    events, cleaning = clean_published(_events(tables["playedgames"]), set(games["id"]), now=now)
    games = games[games["id"].isin(events[ITEM_ID].unique())].reset_index(drop=True)
    genres = games["genre"].fillna("").str.replace("/", ",").str.split(",")
    years = pd.to_numeric(games["published"].fillna("").str[:4], errors="coerce")
    return Dataset(
        name=NAME,
        title="IFDB (story games)",
        interactions=events,
        items=pd.DataFrame(
            {
                ITEM_ID: games["id"].astype("str"),
                TITLE: games["title"].fillna("(no title)").astype("str"),
                CATEGORIES: [_names(each) for each in genres],
                DESCRIPTION: clean_text(games["desc"].fillna("").astype("str"), _MAX_DESCRIPTION),
                YEAR: years.where(years > 0).astype("Int64"),
            }
        ),
        users=pd.DataFrame({USER_ID: sorted(events[USER_ID].unique())}),
        cleaning=cleaning,
        credit=_CREDIT,
    )


def _events(played: pd.DataFrame) -> pd.DataFrame:
    times = pd.to_datetime(played["date_added"], utc=True, errors="coerce")
    return pd.DataFrame(
        {
            USER_ID: played["userid"].astype("str"),
            ITEM_ID: played["gameid"].astype("str"),
            TIMESTAMP: (times - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1),
            EVENT: pd.Series("played", index=played.index, dtype="str"),
            VALUE: np.full(len(played), np.nan, dtype=np.float32),
        }
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
