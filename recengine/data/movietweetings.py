"""MovieTweetings: ratings that people tweeted from IMDb's apps in 2013, at the time they did.

The snapshot of the first 100,000 ratings, from its public repository. Times are real, which is
rare: MovieLens was typed in at one sitting.

Dooms, De Pessemier & Martens, "MovieTweetings: a Movie Rating Dataset Collected From Twitter",
CrowdRec at RecSys 2013.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.download import fetch
from recengine.data.film_titles import readable_title, split_year
from recengine.data.progress import Progress, silent
from recengine.data.published import clean_published
from recengine.errors import DataError
from recengine.types import CATEGORIES, EVENT, ITEM_ID, TIMESTAMP, TITLE, USER_ID, VALUE, YEAR

NAME = "movietweetings"
# A commit never changes, so neither does what lies at these addresses.
_COMMIT = "4d8280a3f1ea83e3e23f13d1710d19f43564274f"
_ADDRESS = f"https://raw.githubusercontent.com/sidooms/MovieTweetings/{_COMMIT}/snapshots/100K"
_COLUMNS = {
    "ratings.dat": (USER_ID, ITEM_ID, "rating", TIMESTAMP),
    "movies.dat": (ITEM_ID, "full_title", "genres"),
}
_CREDIT = (
    "MovieTweetings by S. Dooms, T. De Pessemier and L. Martens (CrowdRec at RecSys 2013), "
    "fetched from its public repository. People are numbers; their names are not fetched."
)


def load_movietweetings(
    downloads: Path, progress: Progress = silent, *, now: int | None = None
) -> Dataset:
    """Fetch the snapshot, read it and clean it by the usual rules.

    Args:
        downloads: folder for what is fetched; files laid into its folder "movietweetings" by hand
            are taken as they are.
        progress: told what is going on.
        now: Unix seconds; later events are mistakes. None for the clock.

    Raises:
        DownloadError: the address did not answer.
        DataError: a file is not of the published form.
    """
    folder = downloads / NAME
    for file in _COLUMNS:
        if not (folder / file).is_file():
            fetch(f"{_ADDRESS}/{file}", None, folder, progress=progress)
    progress("Reading MovieTweetings", 0, 0)
    ratings, films = (_table(folder / file, names) for file, names in _COLUMNS.items())
    events, cleaning = clean_published(_events(ratings), set(films[ITEM_ID]), now=now)
    items = films[films[ITEM_ID].isin(events[ITEM_ID].unique())].drop_duplicates(ITEM_ID)
    names, years = zip(*items["full_title"].map(split_year), strict=True)
    genres = items["genres"].str.split("|")
    return Dataset(
        name=NAME,
        title="MovieTweetings",
        interactions=events,
        items=pd.DataFrame(
            {
                ITEM_ID: items[ITEM_ID].to_numpy(),
                TITLE: pd.Series([readable_title(name) for name in names], dtype="str"),
                CATEGORIES: [[name for name in each if name] for each in genres],
                YEAR: pd.array(years, dtype="Int64"),
            }
        ),
        users=pd.DataFrame({USER_ID: sorted(events[USER_ID].unique(), key=int)}),
        cleaning=cleaning,
        credit=_CREDIT,
    )


def _events(ratings: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            USER_ID: ratings[USER_ID],
            ITEM_ID: ratings[ITEM_ID],
            TIMESTAMP: pd.to_numeric(ratings[TIMESTAMP], errors="coerce"),
            EVENT: pd.Series("rating", index=ratings.index, dtype="str"),
            VALUE: ratings["rating"].astype(np.float32),
        }
    )


def _table(path: Path, names: tuple[str, ...]) -> pd.DataFrame:
    """A file with "::" between its columns."""
    text = path.read_text("utf-8", errors="replace")
    rows = [line.split("::") for line in text.splitlines() if line]
    wrong = next((number for number, row in enumerate(rows, 1) if len(row) != len(names)), 0)
    if wrong or not rows:
        raise DataError(
            f"{path} is not of the published form: line {wrong or 1} has not the "
            f"{len(names)} columns {', '.join(names)}. Delete it; it is fetched again."
        )
    return pd.DataFrame(rows, columns=list(names), dtype="str")
