"""Which datasets were merged into which, so that a person can be followed through all of them.

The workspace keeps a record of each merge. Who is who is what the merge took for granted: the same
id is the same person, unless its table of people said otherwise.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from recengine.data.merging import PERSON, SOURCE
from recengine.data.sources import full_name
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.types import USER_ID

FOLDER = "merges"


@dataclass(frozen=True)
class MergeRecord:
    """One merge.

    Attributes:
        path: where the record is kept.
        folder: full path of the merged tables.
        sources: datasets, built-in name or full path, by the name that their events carry.
        people: source, id there, id in the merged tables; of those who have another one there.
    """

    path: Path
    folder: str
    sources: Mapping[str, str]
    people: tuple[tuple[str, str, str], ...] = ()

    def merged_id(self, source: str, user_id: str) -> str:
        """What somebody of a source is called in the merged tables."""
        return next(
            (to for name, own, to in self.people if (name, own) == (source, user_id)), user_id
        )

    def source_ids(self, source: str, merged_id: str) -> Iterator[str]:
        """What somebody of the merged tables may be called in a source."""
        if self.merged_id(source, merged_id) == merged_id:
            yield merged_id
        yield from (own for name, own, to in self.people if (name, to) == (source, merged_id))

    def keep(self) -> None:
        """Write the record."""
        content = {"folder": self.folder, "sources": dict(self.sources), "people": self.people}
        write_json(self.path, content)


def record_merge(
    workspace: Workspace,
    folder: Path,
    sources: Mapping[str, str],
    people: pd.DataFrame | None = None,
) -> None:
    """Remember what was merged.

    Args:
        workspace: where the record is kept.
        folder: of the merged tables.
        sources: datasets, by built-in name or path, by the name that their events carry.
        people: source, user_id, person, as the merge was given.
    """
    merged = str(folder.expanduser().resolve())
    named: tuple[tuple[str, str, str], ...] = ()
    if people is not None:
        columns = (people[name].astype(str) for name in (SOURCE, USER_ID, PERSON))
        named = tuple(zip(*columns, strict=True))
    name = f"{folder.stem}-{hashlib.sha256(merged.encode()).hexdigest()[:8]}.json"
    full = {source: full_name(data) for source, data in sources.items()}
    MergeRecord(workspace.folder(FOLDER) / name, merged, full, named).keep()


def merges(workspace: Workspace) -> tuple[MergeRecord, ...]:
    """Every merge that the workspace remembers."""
    found = []
    for path in sorted((workspace.path / FOLDER).glob("*.json")):
        kept = read_json(path)
        people = tuple((source, own, to) for source, own, to in kept["people"])
        found.append(MergeRecord(path, kept["folder"], kept["sources"], people))
    return tuple(found)


def same_person(
    name_or_path: str, user_id: str, workspace: Workspace
) -> tuple[tuple[str, str], ...]:
    """Where else a person may be through merges, and what they are called there.

    Returns:
        Pairs of dataset (built-in name or full path) and id, the one asked about first. Whether
        the person has events there is not looked at.
    """
    records = merges(workspace)
    found = {(full_name(name_or_path), user_id): None}
    waiting = list(found)
    while waiting:
        for place in _next_to(*waiting.pop(), records):
            if place not in found:
                found[place] = None
                waiting.append(place)
    return tuple(found)


def forget_link(data: str, user_id: str, workspace: Workspace) -> None:
    """Take somebody's ids out of the records, once their events are gone.

    Args:
        data: built-in name or full path.
        user_id: what they were called there.
        workspace: where the records are kept.
    """
    for record in merges(workspace):
        people = tuple(
            (source, own, to)
            for source, own, to in record.people
            if (record.sources[source], own) != (data, user_id)
            and (record.folder, to) != (data, user_id)
        )
        if people != record.people:
            replace(record, people=people).keep()


def _next_to(
    data: str, user_id: str, records: tuple[MergeRecord, ...]
) -> Iterator[tuple[str, str]]:
    for record in records:
        for source, place in record.sources.items():
            if place == data:
                yield record.folder, record.merged_id(source, user_id)
            if record.folder == data:
                yield from ((place, own) for own in record.source_ids(source, user_id))
