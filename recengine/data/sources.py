"""Where datasets come from: the built-in ones by name, one's own by path.

What was fetched or made is parsed once and kept in the workspace; loading it again reads
Parquet only.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from recengine.data.cleaning import behaviour_class
from recengine.data.dataset import Dataset
from recengine.data.erased import Erased, erased_people
from recengine.data.frappe import is_frappe, load_frappe
from recengine.data.ifdb import NAME as IFDB
from recengine.data.ifdb import load_ifdb
from recengine.data.movielens import MOVIELENS_1M, MOVIELENS_100K, load_movielens
from recengine.data.movietweetings import NAME as MOVIETWEETINGS
from recengine.data.movietweetings import load_movietweetings
from recengine.data.progress import Progress, silent
from recengine.data.pseudonyms import names_of, with_pseudonyms
from recengine.data.pseudonyms import wanted as pseudonyms_wanted
from recengine.data.store import read_dataset, write_dataset
from recengine.data.storefront import NAME as STOREFRONT
from recengine.data.storefront import StorefrontConfig, storefront_truth
from recengine.data.workspace import Workspace
from recengine.errors import StorageError, UnknownNameError
from recengine.types import EVENT, TIMESTAMP

Loader = Callable[[str, Path, Progress], Dataset]


@dataclass(frozen=True)
class BuiltIn:
    """A dataset that needs no path.

    Attributes:
        title: for people.
        description: one line about what it holds.
        recipe: changes whenever the loader would give something else, so that old copies go.
        load: makes the dataset, given its full name and a folder for downloads.
    """

    title: str
    description: str
    recipe: str
    load: Loader


def _load_storefront(name: str, _: Path, progress: Progress) -> Dataset:
    progress("Simulating a shop", 0, 0)
    return storefront_truth(StorefrontConfig.from_name(name)).dataset


BUILT_IN = {
    "movielens-1m": BuiltIn(
        "MovieLens 1M",
        "1,000,209 ratings of 3,706 films by 6,040 people, 2000 to 2003",
        "movielens-1m 3",
        lambda _, downloads, progress: load_movielens(MOVIELENS_1M, downloads, progress),
    ),
    "movielens-100k": BuiltIn(
        "MovieLens 100K",
        "100,000 ratings of 1,682 films by 943 people, 1997 to 1998",
        "movielens-100k 1",
        lambda _, downloads, progress: load_movielens(MOVIELENS_100K, downloads, progress),
    ),
    MOVIETWEETINGS: BuiltIn(
        "MovieTweetings",
        "100,000 ratings that people tweeted in 2013, at real times",
        "movietweetings 2",
        lambda _, downloads, progress: load_movietweetings(downloads, progress),
    ),
    IFDB: BuiltIn(
        "IFDB (story games)",
        "Story games that people played, 2007 to 2025, at real times",
        "ifdb 2",
        lambda _, downloads, progress: load_ifdb(downloads, progress),
    ),
    STOREFRONT: BuiltIn(
        "Storefront (simulated)",
        "A simulated shop with known truth; storefront:USERSxITEMS:SEED for other sizes",
        "storefront 1",
        _load_storefront,
    ),
}


def load_dataset(
    name_or_path: str, workspace: Workspace, *, progress: Progress = silent
) -> Dataset:
    """Give a built-in dataset by name, or one's own by the path of its folder or file.

    Raises:
        UnknownNameError: neither a built-in name nor an existing path.
        DownloadError: it is not here yet and could not be fetched.
        DataError: one's own data cannot be used as it is.
    """
    dataset = load_with_ids(name_or_path, workspace, progress=progress)
    return with_pseudonyms(dataset, workspace) if pseudonyms_wanted() else dataset


def load_with_ids(
    name_or_path: str, workspace: Workspace, *, progress: Progress = silent
) -> Dataset:
    """The same with the ids of the data, even in a demo with pseudonyms: never to be shown.

    Raises:
        UnknownNameError, DownloadError, DataError: as `load_dataset`.
    """
    return _keep(_find(name_or_path, workspace, progress), workspace)


def full_name(name_or_path: str) -> str:
    """A built-in name as it is, a path in full: the same for every way to write it."""
    if _built_in(name_or_path):
        return name_or_path
    return str(Path(name_or_path).expanduser().resolve())


def kept_name(name_or_path: str) -> str:
    """Under which name the workspace keeps a dataset, whether or not it is there."""
    if _built_in(name_or_path):
        return name_or_path.replace(":", "-")  # a colon is not allowed in every file system
    digest = hashlib.sha256(full_name(name_or_path).encode()).hexdigest()[:8]
    return f"own-{Path(name_or_path).expanduser().stem}-{digest}"


def real_id(name_or_path: str, shown: str, workspace: Workspace) -> str:
    """Whom an id means: itself, or who is behind it where pseudonyms are shown.

    Raises:
        UnknownNameError: no such dataset, or nobody has this pseudonym; no real id is told.
    """
    if not pseudonyms_wanted():
        return shown
    source = _find(name_or_path, workspace, silent)
    behind = {name: own for own, name in names_of(_keep(source, workspace), workspace).items()}
    erased = erased_people(workspace, source.kept_as)
    if shown not in behind and erased.pending:  # hidden already, and to be found once more
        whole = names_of(source.make(), workspace)
        behind |= {name: own for own, name in whole.items() if erased.holds(own)}
    if shown not in behind:
        raise UnknownNameError("user", shown, behind)
    return behind[shown]


def forget_person(name_or_path: str, user_id: str, workspace: Workspace) -> None:
    """Take somebody out of a dataset for good: the tables, and whatever is loaded later.

    Raises:
        UnknownNameError: no such dataset or person; somebody erased before is no mistake.
        StorageError: the workspace cannot be written.
    """
    source = _find(name_or_path, workspace, silent)
    dataset = _keep(source, workspace)
    with workspace.lock(f"dataset-{source.kept_as}"):
        erased = erased_people(workspace, source.kept_as)
        if not erased.holds(user_id):
            dataset.user_index(user_id)
        erased = erased.begin(user_id)  # first: from here on nobody sees them any more
        folder = workspace.folder("datasets") / source.kept_as
        write_dataset(erased.without(dataset), folder, _stamped(source, erased))


@dataclass(frozen=True)
class _Source:
    """Where a dataset comes from, and under which name it is kept."""

    kept_as: str
    recipe: str
    make: Callable[[], Dataset]


def _find(name_or_path: str, workspace: Workspace, progress: Progress) -> _Source:
    if _built_in(name_or_path):
        built_in = BUILT_IN[name_or_path.split(":")[0]]
        downloads = workspace.folder("downloads")
        make = partial(built_in.load, name_or_path, downloads, progress)
        return _Source(kept_name(name_or_path), built_in.recipe, make)
    path = Path(name_or_path).expanduser()
    if path.exists() or path.with_name(f"{path.name}.inter").exists():
        return _own(path, progress)
    known = (*BUILT_IN, "or the path of a folder or file of your own")
    raise UnknownNameError("dataset", name_or_path, known)


def _built_in(name: str) -> bool:
    return name in BUILT_IN or name.split(":")[0] == STOREFRONT


def _own(path: Path, progress: Progress) -> _Source:
    # pandera takes most of a second to import, and only one's own data needs it.
    from recengine.data.tables import load_tables

    recipe = f"own 2 {path} {_state_of_files(path)}"

    def make() -> Dataset:
        return (
            load_frappe(path) if is_frappe(path) else load_tables(path, progress=progress).dataset
        )

    return _Source(kept_name(str(path)), recipe, make)


def _keep(source: _Source, workspace: Workspace) -> Dataset:
    folder = workspace.folder("datasets") / source.kept_as
    with workspace.lock(f"dataset-{source.kept_as}"):
        erased = erased_people(workspace, source.kept_as)
        recipe = _stamped(source, erased)
        try:
            return read_dataset(folder, recipe)
        except StorageError:  # absent, outdated or damaged: made anew
            dataset = erased.without(source.make())
            write_dataset(dataset, folder, recipe)
            return dataset


def _stamped(source: _Source, erased: Erased) -> str:
    """The recipe of a dataset without the people that were erased."""
    return f"{source.recipe} {erased.stamp}".rstrip()


def _state_of_files(path: Path) -> str:
    """Changes when a file that the data may come from changes."""
    folder = path if path.is_dir() else path.parent
    pattern = "*" if path.is_dir() else f"{path.stem}*"
    digest = hashlib.sha256()
    for file in sorted(folder.glob(pattern)):
        state = file.stat()
        digest.update(f"{file.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def describe(dataset: Dataset) -> dict[str, Any]:
    """The facts of a dataset, ready for JSON."""
    interactions = dataset.interactions
    times = interactions[TIMESTAMP]
    kinds = interactions[EVENT].value_counts()
    return {
        "name": dataset.name,
        "title": dataset.title,
        "simulated": dataset.simulated,
        "events": len(interactions),
        "people": dataset.num_users,
        "items": dataset.num_items,
        "events_per_person": round(len(interactions) / max(dataset.num_users, 1), 1),
        "first_time": int(times.min()),
        "last_time": int(times.max()),
        "timezone": dataset.timezone,
        "event_kinds": list(dataset.event_kinds),
        "categories": list(dataset.categories),
        "context_features": {f.name: list(f.values) for f in dataset.context_features},
        "profile_features": {f.name: list(f.values) for f in dataset.profile_features},
        "friends": 0 if dataset.friends is None else len(dataset.friends),
        "behaviour": {
            str(kind): {"class": behaviour_class(str(kind)), "events": int(count)}
            for kind, count in kinds.items()
        },
        "cleaning": [asdict(step) for step in dataset.cleaning],
        "credit": dataset.credit,
    }
