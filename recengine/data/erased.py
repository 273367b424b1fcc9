"""Who asked to be forgotten: a list that knows them again without knowing who they are.

Of each erased id a salted hash is kept, so that loading the source again does not bring them back.
The list is per dataset: the same id elsewhere is somebody else.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.types import FRIEND_ID, USER_ID


@dataclass(frozen=True)
class Erased:
    """The erased people of one dataset.

    Attributes:
        path: where the list is kept.
        salt: of the hashes.
        times: when each was erased (Unix seconds), by hash.
        pending: hashes whose traces may not all be gone: an erasure that was interrupted.
    """

    path: Path
    salt: str
    times: dict[str, int]
    pending: tuple[str, ...] = ()

    @property
    def stamp(self) -> str:
        """Another one for another list; empty while nobody is on it."""
        joined = "".join(sorted(self.times))
        return hashlib.sha256(joined.encode()).hexdigest()[:8] if self.times else ""

    @property
    def last(self) -> int:
        """When somebody was erased last, Unix seconds; 0 if nobody was."""
        return max(self.times.values(), default=0)

    def hash_of(self, user_id: str) -> str:
        """The salted hash of an id."""
        return hashlib.sha256(f"{self.salt}:{user_id}".encode()).hexdigest()

    def holds(self, user_id: str) -> bool:
        """Whether somebody was erased."""
        return self.hash_of(user_id) in self.times

    def begin(self, user_id: str) -> "Erased":
        """Put somebody on the list, before the first trace goes."""
        key = self.hash_of(user_id)
        times = {**self.times, key: self.times.get(key, int(time.time()))}
        return self._kept(replace(self, times=times, pending=(*self.pending, key)))

    def done(self, user_id: str) -> "Erased":
        """Note that all traces are gone."""
        key = self.hash_of(user_id)
        return self._kept(replace(self, pending=tuple(p for p in self.pending if p != key)))

    def _kept(self, changed: "Erased") -> "Erased":
        pending = list(dict.fromkeys(changed.pending))
        content = {"salt": changed.salt, "times": changed.times, "pending": pending}
        write_json(changed.path, content)
        return changed

    def without(self, dataset: Dataset) -> Dataset:
        """The dataset without those on the list; items stay, though nobody may have chosen them."""
        if not self.times:
            return dataset
        gone = {user_id for user_id in dataset.user_ids if self.holds(str(user_id))}
        if not gone:
            return dataset
        friends = dataset.friends
        if friends is not None:
            known = ~(friends[USER_ID].isin(gone) | friends[FRIEND_ID].isin(gone))
            friends = friends[known].reset_index(drop=True)
        return replace(
            dataset,
            interactions=_without(dataset.interactions, gone),
            users=_without(dataset.users, gone),
            friends=friends,
        )


def erased_people(workspace: Workspace, kept_as: str) -> Erased:
    """The list of a dataset, by the name of its folder; empty if nobody was erased."""
    path = workspace.path / "erased" / f"{kept_as}.json"
    if not path.is_file():
        return Erased(path, secrets.token_hex(16), {})
    kept = read_json(path)
    return Erased(path, kept["salt"], kept["times"], tuple(kept["pending"]))


def _without(table: pd.DataFrame, gone: set[str]) -> pd.DataFrame:
    return table[~table[USER_ID].isin(gone)].reset_index(drop=True)
