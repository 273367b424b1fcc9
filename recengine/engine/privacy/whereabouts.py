"""Where a person is: the datasets that hold them, by merges too, and the files of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recengine.data.erased import erased_people
from recengine.data.merges import merges, same_person
from recengine.data.pseudonyms import in_use, names_of, wanted
from recengine.data.sources import full_name, kept_name, load_with_ids, real_id
from recengine.data.workspace import Workspace, read_json
from recengine.engine.assets import safe_name
from recengine.errors import StorageError
from recengine.models import MODELS
from recengine.types import USER_ID

# no traces, or seen to on their own
OF_EVERYBODY = ("encoders", "vectors", "locks", "erased", "pseudonyms", "datasets", "merges")


@dataclass(frozen=True)
class Place:
    """One dataset that holds, or held, a person.

    Attributes:
        data: built-in name or path.
        user_id: what they are called there.
        pseudonym: what a demo calls them; "" if this workspace never showed pseudonyms.
        merged: whether its tables were written by a merge.
    """

    data: str
    user_id: str
    pseudonym: str
    merged: bool

    @property
    def name(self) -> str:
        """The name of the dataset, as it was written."""
        return str(Path(self.data).expanduser()) if self.outside else self.data

    @property
    def kept_as(self) -> str:
        """Under which name the workspace keeps the dataset."""
        return kept_name(self.data)

    @property
    def shown(self) -> str:
        """What this process calls the person."""
        return self.pseudonym if wanted() else self.user_id

    @property
    def ids(self) -> tuple[str, ...]:
        """Whatever files may call the person."""
        return (self.user_id, self.pseudonym) if self.pseudonym else (self.user_id,)

    @property
    def outside(self) -> Path | None:
        """The files that the dataset is read from, if they are not the workspace's."""
        return Path(self.data) if self.kept_as.startswith("own-") else None

    @property
    def here(self) -> bool:
        """Whether the dataset can be loaded: one's own folder may have gone since."""
        path = self.outside
        return path is None or path.exists() or path.with_name(f"{path.name}.inter").exists()


def places_of(name_or_path: str, shown: str, workspace: Workspace) -> tuple[Place, ...]:
    """Every dataset that holds a person; the one asked about comes first, the others by merges.

    Raises:
        UnknownNameError: no such dataset; in a demo also if nobody is called so.
    """
    own = real_id(name_or_path, shown, workspace)
    first, *further = same_person(name_or_path, own, workspace)
    written = {record.folder for record in merges(workspace)}
    places = [_place(name_or_path, own, workspace, first[0] in written)]
    for data, user_id in further:
        place = _place(_spelled(data, workspace), user_id, workspace, data in written)
        if _holds(place, workspace):
            places.append(place)
    return tuple(places)


def files_of(place: Place, workspace: Workspace) -> Iterator[Path]:
    """Every file of the workspace that may tell of people of a dataset."""
    full = full_name(place.data)
    spelled = (place.name, full, _spelled(full, workspace))
    known = {safe_name(name) for name in spelled} | {place.kept_as}
    for path in sorted(workspace.path.rglob("*")):
        parts = path.relative_to(workspace.path).parts
        if not path.is_file() or parts[0] in OF_EVERYBODY:
            continue
        if closed_form(path) or any(_named_after(part, known) for part in parts[1:]):
            yield path


def closed_form(path: Path) -> bool:
    """Whether a file holds a ranker that is made of everybody's events in one go."""
    starts = ("ease-", *(f"{name}-" for name in MODELS))
    return path.parent.name == "rankers" and path.name.startswith(starts)


def others_with(places: tuple[Place, ...], workspace: Workspace) -> tuple[str, ...]:
    """Datasets of the workspace that hold the same id and that no merge says to be the same."""
    seen = {place.kept_as for place in places}
    ids = {place.user_id for place in places}
    return tuple(
        _title(folder)
        for folder in sorted((workspace.path / "datasets").glob("*/"))
        if folder.name not in seen and ids & _people(folder)
    )


def _place(data: str, user_id: str, workspace: Workspace, merged: bool) -> Place:
    place = Place(data, user_id, "", merged)
    if not in_use(workspace) or not place.here:
        return place
    names = names_of(load_with_ids(data, workspace), workspace, also=(user_id,))
    return Place(data, user_id, names[user_id], merged)


def _holds(place: Place, workspace: Workspace) -> bool:
    """Whether somebody is in a dataset, in its own files even if it was never opened, or was."""
    if erased_people(workspace, place.kept_as).holds(place.user_id):
        return True
    if place.outside and place.here:
        return place.user_id in load_with_ids(place.data, workspace).user_ids
    return place.user_id in _people(workspace.path / "datasets" / place.kept_as)


def _people(folder: Path) -> set[str]:
    """The ids in a dataset that is kept."""
    path = folder / "users.parquet"
    if not path.is_file():
        return set()
    return set(pd.read_parquet(path, columns=[USER_ID])[USER_ID].astype(str))


def _title(folder: Path) -> str:
    try:
        return str(read_json(folder / "manifest.json")["name"])
    except StorageError:
        return folder.name


def _spelled(data: str, workspace: Workspace) -> str:
    """A dataset as it was called when it was loaded last; files are called after that."""
    folder = workspace.path / "datasets" / kept_name(data)
    name = _title(folder)
    return name if full_name(name) == data else data


def _named_after(part: str, known: set[str]) -> bool:
    """Whether a file or folder is called after one of some datasets, not after a longer name."""
    return any(part.startswith(name) and part[len(name) :][:1] in ("", "-", ".") for name in known)
