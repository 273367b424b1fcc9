"""Frappe: which apps people used on their phones, and in which weather, place and part of the day.

The files (frappe.csv, meta.csv, tab-separated) may be used for research and not be passed on, so
they are read from a folder of one's own. They have no times: the events of a person are put into a
random order, always the same, so that "the last event" of a protocol is a random one.

Paper: Baltrunas et al., "Frappe: Understanding the Usage and Perception of Mobile App
Recommendations In-The-Wild", 2015, arXiv:1505.03014. Differs: rows are single events (how often an
app was used in a context, `cnt`, is left out), and `cost` is no context here, as it is a fact about
the app that is used and would give it away. Rules of cleaning that read times are off: there are
none to read.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from recengine.data.cleaning import CleaningRules, CleaningStep
from recengine.data.dataset import Dataset
from recengine.data.features import MAX_CATEGORIES, Feature, feature_from_column
from recengine.data.published import clean_published
from recengine.errors import DataError
from recengine.types import (
    CATEGORIES,
    DESCRIPTION,
    EVENT,
    ITEM_ID,
    TIMESTAMP,
    TITLE,
    UNKNOWN,
    USER_ID,
    VALUE,
)

EVENTS_FILE, APPS_FILE = "frappe.csv", "meta.csv"
CONTEXT = {
    "daytime": "Part of day",
    "weekday": "Day of the week",
    "isweekend": "Weekend or not",
    "homework": "Home or work",
    "weather": "Weather",
    "country": "Country",
    "city": "City",
}
_DAYTIMES = ("sunrise", "morning", "noon", "afternoon", "sunset", "evening", "night")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDERS = {"daytime": _DAYTIMES, "weekday": _WEEKDAYS, "isweekend": ("workday", "weekend")}
_UNKNOWN_CITY = "0"  # given for all events whose country is unknown, and many others
_MOST_CITIES = 150  # the others have few events; they count as unknown
_ORDER_SEED = 0
_RULES = CleaningRules(repeat_seconds=0, max_events_per_day=0)
CREDIT = (
    "Frappe by L. Baltrunas, K. Church, A. Karatzoglou and N. Oliver, 2015 (arXiv:1505.03014); for "
    "research, not to be passed on. It has no times: a random order of each person's events stands "
    "for them."
)


def is_frappe(path: Path) -> bool:
    """Whether a folder holds the files of Frappe."""
    return (path / EVENTS_FILE).is_file() and (path / APPS_FILE).is_file()


def load_frappe(folder: Path) -> Dataset:
    """Read both files.

    Raises:
        DataError: a file cannot be read, or lacks a column.
    """
    events, cleaning = _cleaned(_read(folder / EVENTS_FILE, ("user", "item", *CONTEXT, "cnt")))
    apps = _read(folder / APPS_FILE, ("item", "name", "category", "short desc"))
    events = events.mask(events == UNKNOWN)
    events["city"] = _frequent(events["city"].mask(events["city"] == _UNKNOWN_CITY))
    features = tuple(_feature(name, events[name]) for name in CONTEXT)
    order = np.random.default_rng(_ORDER_SEED).permutation(len(events))
    interactions = pd.DataFrame(
        {
            USER_ID: events[USER_ID],
            ITEM_ID: events[ITEM_ID],
            TIMESTAMP: order.astype(np.int64),
            EVENT: events[EVENT],
            VALUE: np.full(len(events), np.nan, dtype=np.float32),
            **{name: events[name] for name in CONTEXT},
        }
    )
    return Dataset(
        name=str(folder),
        title="Frappe (apps in context)",
        interactions=interactions,
        items=_apps(apps, events[ITEM_ID]),
        users=pd.DataFrame({USER_ID: pd.unique(events[USER_ID])}, dtype="str"),
        context_features=features,
        cleaning=cleaning,
        credit=CREDIT,
        repeats=True,
    )


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, sep="\t", dtype="str", keep_default_na=False, quoting=3)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} cannot be read ({error}). Expected the tab-separated file of Frappe; "
            f"fetch it again."
        ) from error
    missing = [column for column in columns if column not in table]
    if missing:
        raise DataError(
            f"{path} lacks the column {missing[0]!r}. Expected {', '.join(columns)}; fetch it "
            f"again."
        )
    return table[list(columns)]


def _cleaned(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[CleaningStep, ...]]:
    """What the rules leave, and what they took; a row without an app has nothing to count."""
    named = rows.rename(columns={"user": USER_ID, "item": ITEM_ID})
    events = named.assign(**{TIMESTAMP: 0, EVENT: pd.Series("use", index=rows.index, dtype="str")})
    return clean_published(events, set(events[ITEM_ID]) - {""}, _RULES)


def _frequent(cities: pd.Series) -> pd.Series:
    assert _MOST_CITIES <= MAX_CATEGORIES
    kept = cities.value_counts().index[:_MOST_CITIES]
    return cities.where(cities.isin(kept))


def _feature(name: str, column: pd.Series) -> Feature:
    """Values in their natural order where they have one."""
    if name not in _ORDERS:
        return feature_from_column(name, column, CONTEXT[name])
    present = set(column.dropna())
    return Feature(name, CONTEXT[name], tuple(v for v in _ORDERS[name] if v in present))


def _apps(apps: pd.DataFrame, used: pd.Series) -> pd.DataFrame:
    """Every app that was used; those that nobody described are called by their number."""
    apps = apps.drop_duplicates("item").set_index("item").reindex(pd.unique(used))
    apps = apps.mask(apps.isna() | apps.isin(["", UNKNOWN]))
    numbered = "App " + apps.index.to_series().astype("str")
    return pd.DataFrame(
        {
            ITEM_ID: apps.index.to_series().astype("str"),
            TITLE: apps["name"].fillna(numbered),
            CATEGORIES: [[each] if isinstance(each, str) else [] for each in apps["category"]],
            DESCRIPTION: apps["short desc"].fillna(""),
        }
    ).reset_index(drop=True)
