"""Everything kept about one person, handed out as a zip file.

person.json  events.csv  friends.csv     of the dataset that was asked about
DATASET/...                              the same of each dataset that it was merged with
"""

import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace, write_atomic
from recengine.engine.privacy.traces import renamed, traces_in
from recengine.engine.privacy.whereabouts import Place, files_of, places_of
from recengine.errors import ConfigError
from recengine.types import FRIEND_ID, ITEM_ID, TITLE, USER_ID


def export_person(
    name_or_path: str, user_id: str, workspace: Workspace, target: Path, overwrite: bool = False
) -> dict[str, int]:
    """Write a zip with everything that is kept about one person, in datasets merged too.

    Returns:
        Number of entries by part: events, friends, traces, datasets.

    Raises:
        UnknownNameError: no such dataset or person.
        ConfigError: the file is there already.
        StorageError: it cannot be written.
    """
    if target.exists() and not overwrite:
        raise ConfigError(f"{target} is there already. Choose another file, or move it away.")
    places = [place for place in places_of(name_or_path, user_id, workspace) if place.here]
    counts = {"events": 0, "friends": 0, "traces": 0, "datasets": len(places)}
    with write_atomic(target) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for place in places:
            folder = "" if place is places[0] else f"{place.kept_as}/"
            parts = _parts(place, workspace)
            for name, text in parts.files.items():
                archive.writestr(folder + name, text)
            counts = {name: count + parts.counts.get(name, 0) for name, count in counts.items()}
    return counts


@dataclass(frozen=True)
class _Parts:
    """What is kept about a person in one dataset: texts by file name, and how many entries."""

    files: dict[str, str]
    counts: dict[str, int]


def _parts(place: Place, workspace: Workspace) -> _Parts:
    dataset = load_dataset(place.data, workspace)
    user = dataset.user_index(place.shown)
    events = dataset.interactions[dataset.interactions[USER_ID] == place.shown]
    events = events.merge(dataset.items[[ITEM_ID, TITLE]], on=ITEM_ID, how="left")
    friends = _friends(dataset, place.shown)
    traces = _traces(place, workspace)
    person = {
        "dataset": dataset.name,
        "exported": datetime.now(UTC).isoformat(timespec="seconds"),
        "profile": {name: _plain(value) for name, value in dataset.users.iloc[user].items()},
        "traces": traces,
    }
    return _Parts(
        {
            "person.json": json.dumps(person, indent=2, ensure_ascii=False),
            "events.csv": events.to_csv(index=False),
            "friends.csv": friends.to_csv(index=False),
        },
        {"events": len(events), "friends": len(friends), "traces": len(traces)},
    )


def _traces(place: Place, workspace: Workspace) -> list[dict[str, Any]]:
    """What files say of a person, by the name that this process calls them."""
    found = []
    for path in files_of(place, workspace):
        entries = [
            entry if name == place.shown else renamed(entry, name, place.shown)
            for name in place.ids
            for entry in traces_in(path, name)
        ]
        if entries:
            found.append({"file": str(path.relative_to(workspace.path)), "entries": entries})
    return found


def _friends(dataset: Dataset, user_id: str) -> pd.DataFrame:
    if dataset.friends is None:
        return pd.DataFrame(columns=[USER_ID, FRIEND_ID])
    both = dataset.friends[[USER_ID, FRIEND_ID]]
    return both[(both == user_id).any(axis=1)]


def _plain(value: Any) -> Any:
    return (
        None if value is None or value != value else value if isinstance(value, str) else str(value)
    )
