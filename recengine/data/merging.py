"""Events of the same people from several platforms, on one timeline.

The result is a folder of tables like anybody's own, with the source of each event as a feature of
its moment. Times are seconds in UTC wherever they come from; the clock that people live by is that
of the first source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from recengine.data.dataset import Dataset
from recengine.data.intake.mapping import MAPPING_FILE, DataMapping, TableMapping, write_mapping
from recengine.data.workspace import write_atomic
from recengine.errors import ConfigError, DataError, StorageError, UnknownNameError
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

SOURCE, PERSON = "source", "person"
JOINS = ("title", "id", "none")  # how the same item of two sources is known
_CORE = [USER_ID, ITEM_ID, TIMESTAMP, EVENT, VALUE]


@dataclass(frozen=True)
class Merged:
    """What came of it.

    Attributes:
        folder: where the tables are.
        events, people, items: counts.
        shared_people: who have events in more than one source.
        shared_items: items that several sources have.
        timezones: of the sources; the first is that of the result.
        sentence: the answer in one sentence.
    """

    folder: Path
    events: int
    people: int
    items: int
    shared_people: int
    shared_items: int
    timezones: tuple[str, ...]
    sentence: str


def merge(
    sources: Mapping[str, Dataset],
    folder: Path,
    *,
    people: pd.DataFrame | None = None,
    join: str = "title",
) -> Merged:
    """Write the events of several datasets as one.

    Args:
        sources: datasets by the name that their events are to carry.
        folder: new or empty folder for the tables.
        people: source, user_id, person: who is who; an id that is not named stands for itself, the
            same in all sources. None: the same id is the same person.
        join: "title" (and year, if known), "id", or "none": items of different sources differ.

    Raises:
        ConfigError: fewer than two sources, or the folder holds something.
        UnknownNameError: no such way to join.
        DataError: the table of people cannot be used.
    """
    if len(sources) < 2:
        raise ConfigError("A merge needs two datasets or more. Name another one.")
    if join not in JOINS:
        raise UnknownNameError("way to join items", join, JOINS)
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty. Choose a new folder for what is merged.")
    names = _person_of(people, sources) if people is not None else {}
    log, catalogue, profiles = _joined(sources, names, join)
    _write(folder, log, catalogue, profiles, tuple(sources.values()))
    per_person = log.groupby(USER_ID)[SOURCE].nunique()
    shared_items = sum(dataset.num_items for dataset in sources.values()) - len(catalogue)
    shared_people = int((per_person > 1).sum())
    zones = tuple(dataset.timezone for dataset in sources.values())
    return Merged(
        folder=folder,
        events=len(log),
        people=int(log[USER_ID].nunique()),
        items=len(catalogue),
        shared_people=shared_people,
        shared_items=shared_items,
        timezones=zones,
        sentence=_told(tuple(sources), log, shared_people, shared_items, zones),
    )


def take_out(folder: Path, user_id: str) -> tuple[Path, ...]:
    """Write merged tables anew without somebody; gives the files that held them.

    Raises:
        StorageError: a file cannot be read or written.
    """
    changed = []
    for path in (folder / "interactions.parquet", folder / "users.parquet"):
        if not path.is_file():
            continue
        try:
            table = pd.read_parquet(path)
        except pa.ArrowException as error:
            raise StorageError(
                f"{path} cannot be read ({error}). Delete {folder}, or merge again."
            ) from error
        kept = table[table[USER_ID] != user_id] if USER_ID in table else table
        if len(kept) < len(table):
            with write_atomic(path) as temporary:
                kept.to_parquet(temporary, index=False)
            changed.append(path)
    return tuple(changed)


def _joined(
    sources: Mapping[str, Dataset], names: Mapping[tuple, str], join: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """All events in order of time, every item once, every person once; the first source wins."""
    events, items, users = [], [], []
    for source, dataset in sources.items():
        keys = _item_keys(dataset, source, join)

        def renamed(table: pd.DataFrame, source: str = source) -> pd.DataFrame:
            who = [names.get((source, user), user) for user in table[USER_ID].astype(str)]
            return table.assign(**{USER_ID: who})

        def rekeyed(table: pd.DataFrame, keys: dict[str, str] = keys) -> pd.DataFrame:
            return table.assign(**{ITEM_ID: table[ITEM_ID].astype(str).map(keys)})

        events.append(rekeyed(renamed(dataset.interactions)).assign(**{SOURCE: source}))
        items.append(rekeyed(dataset.items))
        users.append(renamed(dataset.users))
    log = pd.concat(events, ignore_index=True)
    catalogue = pd.concat(items, ignore_index=True).groupby(ITEM_ID, sort=False).first()
    profiles = pd.concat(users, ignore_index=True).groupby(USER_ID, sort=False).first()
    by_time = log.sort_values([TIMESTAMP, USER_ID], kind="stable", ignore_index=True)
    return by_time, catalogue.reset_index(), profiles.reset_index()


def _item_keys(dataset: Dataset, source: str, join: str) -> dict[str, str]:
    """New id of each item: what is the same must get the same."""
    ids = dataset.items[ITEM_ID].astype(str)
    if join == "id":
        return dict(zip(ids, ids, strict=True))
    own = {item: f"{source}:{item}" for item in ids}
    if join == "none":
        return own
    titles = dataset.items[TITLE].astype(str).str.casefold().str.split().str.join(" ")
    years = dataset.items[YEAR] if YEAR in dataset.items else pd.Series(pd.NA, index=titles.index)
    keys = titles + years.map(lambda year: "" if pd.isna(year) else f" ({int(year)})")
    alone = ~keys.duplicated(keep=False)  # a title that two items of one source share tells nothing
    return {
        item: key if single and title else own[item]
        for item, key, title, single in zip(ids, keys, titles, alone, strict=True)
    }


def _person_of(people: pd.DataFrame, sources: Mapping[str, Dataset]) -> dict[tuple, str]:
    """Person by source and id."""
    missing = [name for name in (SOURCE, USER_ID, PERSON) if name not in people]
    if missing:
        raise DataError(
            f"The table of people lacks {' and '.join(missing)}; it has "
            f"{', '.join(map(str, people.columns))}. Expected source, user_id, person."
        )
    table = people[[SOURCE, USER_ID, PERSON]].astype(str)
    for source in table[SOURCE].unique():
        if source not in sources:
            raise UnknownNameError("source in the table of people", source, sources)
    if table.duplicated([SOURCE, USER_ID]).any():
        twice = table[table.duplicated([SOURCE, USER_ID])].iloc[0]
        raise DataError(
            f"The table of people names {twice[USER_ID]!r} of {twice[SOURCE]!r} twice. Keep one."
        )
    return {(source, user): person for source, user, person in table.itertuples(index=False)}


def _write(
    folder: Path,
    log: pd.DataFrame,
    catalogue: pd.DataFrame,
    profiles: pd.DataFrame,
    datasets: tuple[Dataset, ...],
) -> None:
    # lists and numbers keep their types in Parquet
    tables = {"interactions": log, "items": catalogue, "users": profiles}
    for name, table in tables.items():
        with write_atomic(folder / f"{name}.parquet") as temporary:
            table.to_parquet(temporary, index=False)
    context = [name for name in log if name not in _CORE]
    roles = [role for role in (TITLE, DESCRIPTION, CATEGORIES, YEAR) if role in catalogue]
    mapping = DataMapping(
        {
            "interactions": TableMapping(
                "interactions.parquet", {name: name for name in _CORE}, tuple(context)
            ),
            "items": TableMapping("items.parquet", {name: name for name in (ITEM_ID, *roles)}),
            "users": TableMapping(
                "users.parquet",
                {USER_ID: USER_ID},
                tuple(name for name in profiles if name != USER_ID),
            ),
        },
        title=" and ".join(dataset.title for dataset in datasets),
        timezone=datasets[0].timezone,
    )
    write_mapping(mapping, folder / MAPPING_FILE)  # last: with it the folder is complete


def _told(
    names: tuple[str, ...], log: pd.DataFrame, people: int, items: int, zones: tuple[str, ...]
) -> str:
    text = (
        f"{len(log):,} events of {log[USER_ID].nunique():,} people from {' and '.join(names)} are "
        f"on one timeline; {people:,} people have events in more than one, {items:,} items are "
        "shared"
    )
    if len(set(zones)) > 1:
        text += f"; parts of the day are told by the clock of {zones[0]}"
    return f"{text}."
