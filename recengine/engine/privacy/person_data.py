"""Everything kept about one person: handed out, or erased.

    datasets      the tables of the dataset          rewritten without the person
    downloads     the files it was read from          deleted; fetched again, the person is left out
    rankers ...   trained weights                     ids and vectors of their own taken out; what
                                                      many people's events taught cannot be unlearnt
    anything else lists, stories, answers, jobs ...   deleted where they may tell of somebody; they
                                                      are made again when they are needed

Somebody's own files outside the workspace are read and never touched.
"""

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.erased import erased_people
from recengine.data.progress import Progress, silent
from recengine.data.sources import forget_person, kept_name, load_dataset
from recengine.data.workspace import Workspace, read_json, storage_error, write_atomic, write_json
from recengine.engine.assets import safe_name
from recengine.engine.privacy.traces import traces_in, without_traces
from recengine.errors import ConfigError, StorageError
from recengine.models import MODELS
from recengine.training.checkpoint import load_checkpoint, save_checkpoint
from recengine.types import FRIEND_ID, ITEM_ID, TITLE, USER_ID

OF_EVERYBODY = ("encoders", "vectors", "locks", "erased", "pseudonyms", "datasets")  # no traces
PER_PERSON = ("-answers.safetensors",)  # ends of files with a row per person and no id
RESULTS = "results"  # long measured: single entries go, not whole files


@dataclass(frozen=True)
class Erasure:
    """What an erasure did.

    Attributes:
        deleted: files that were deleted; they are made again when needed.
        changed: files from which the person was taken out.
        trained_before: rankers in the workspace that were trained with the person's events.
        outside: a source outside the workspace that may still hold them, or "".
        sentence: the answer in one sentence.
    """

    deleted: tuple[str, ...]
    changed: tuple[str, ...]
    trained_before: tuple[str, ...]
    outside: str
    sentence: str


def export_person(
    name_or_path: str, user_id: str, workspace: Workspace, target: Path, overwrite: bool = False
) -> dict[str, int]:
    """Write a zip with everything that is kept about one person.

    Returns:
        Number of entries by part: events, friends, traces.

    Raises:
        UnknownNameError: no such dataset or person.
        ConfigError: the file is there already.
        StorageError: it cannot be written.
    """
    if target.exists() and not overwrite:
        raise ConfigError(f"{target} is there already. Choose another file, or move it away.")
    dataset = load_dataset(name_or_path, workspace)
    user = dataset.user_index(user_id)
    events = dataset.interactions[dataset.interactions[USER_ID] == user_id]
    events = events.merge(dataset.items[[ITEM_ID, TITLE]], on=ITEM_ID, how="left")
    profile = {name: _plain(value) for name, value in dataset.users.iloc[user].items()}
    traces = [
        {"file": str(path.relative_to(workspace.path)), "entries": entries}
        for path in _files(name_or_path, dataset, workspace)
        if (entries := traces_in(path, user_id))
    ]
    person = {
        "dataset": dataset.name,
        "exported": datetime.now(UTC).isoformat(timespec="seconds"),
        "profile": profile,
        "traces": traces,
    }
    with write_atomic(target) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        archive.writestr("person.json", json.dumps(person, indent=2, ensure_ascii=False))
        archive.writestr("events.csv", events.to_csv(index=False))
        friends = _friends(dataset, user_id)
        archive.writestr("friends.csv", friends.to_csv(index=False))
    return {"events": len(events), "friends": len(friends), "traces": len(traces)}


def erase_person(
    name_or_path: str, user_id: str, workspace: Workspace, progress: Progress = silent
) -> Erasure:
    """Take everything that tells of one person out of the workspace.

    Can be repeated, and is to be if it was interrupted: nothing shows the person any more from the
    first moment on, and what an interrupted run left is found again.

    Raises:
        UnknownNameError: no such dataset or person.
        StorageError: the workspace cannot be written.
    """
    progress("Erasing a person", 0, 3)
    forget_person(name_or_path, user_id, workspace)
    progress("Erasing a person", 1, 3)
    dataset = load_dataset(name_or_path, workspace)
    kept_as = kept_name(name_or_path, workspace)
    deleted: list[Path] = []
    changed: list[Path] = []
    downloads = workspace.path / "downloads" / kept_as
    if downloads.exists():
        _delete(downloads)
        deleted.append(downloads)
    for path in _files(name_or_path, dataset, workspace):
        fate = _clean(path, user_id)
        (deleted if fate == "deleted" else changed if fate == "changed" else []).append(path)
    progress("Erasing a person", 2, 3)
    erased_people(workspace, kept_as).done(user_id)
    progress("Erasing a person", 3, 3)
    trained = trained_before_erasure(name_or_path, dataset, workspace)
    outside = str(Path(name_or_path)) if kept_as.startswith("own-") else ""
    return Erasure(
        deleted=_names(deleted, workspace),
        changed=_names(changed, workspace),
        trained_before=trained,
        outside=outside,
        sentence=_told(trained, outside),
    )


def trained_before_erasure(
    name_or_path: str, dataset: Dataset, workspace: Workspace
) -> tuple[str, ...]:
    """Rankers of the workspace that learnt from somebody who was erased since."""
    last = erased_people(workspace, kept_name(name_or_path, workspace)).last
    if not last:
        return ()
    start = f"{safe_name(dataset.name)}-"
    found = []
    for path in sorted((workspace.path / "rankers").glob(f"{start}*.safetensors")):
        try:
            made = str(load_checkpoint(path)[1].get("made", ""))
        except StorageError:
            continue
        if not made or _seconds(made) <= last:
            found.append(path.stem.removeprefix(start))
    return tuple(found)


def _files(name_or_path: str, dataset: Dataset, workspace: Workspace) -> Iterator[Path]:
    """Every file of the workspace that may tell of people of a dataset."""
    known = {safe_name(dataset.name), kept_name(name_or_path, workspace), dataset.name}
    for path in sorted(workspace.path.rglob("*")):
        parts = path.relative_to(workspace.path).parts
        if not path.is_file() or parts[0] in OF_EVERYBODY:
            continue
        closed_form = parts[0] == "rankers" and path.name.startswith(("ease-", *_closed_form()))
        if closed_form or any(_named_after(part, known) for part in parts[1:]):
            yield path


def _named_after(part: str, known: set[str]) -> bool:
    """Whether a file or folder is called after one of some datasets, not after a longer name."""
    return any(part.startswith(name) and part[len(name) :][:1] in ("", "-", ".") for name in known)


def _closed_form() -> tuple[str, ...]:
    return tuple(f"{name}-" for name in MODELS)


def _clean(path: Path, user_id: str) -> str:
    """Take somebody out of a file: "deleted", "changed", or "" if it does not tell of them."""
    folder = path.parent.name
    if path.name.endswith(PER_PERSON) or path.name.startswith(("ease-", *_closed_form())):
        return _deleted(path)  # rows of people without names, or sums over their events
    if not traces_in(path, user_id):
        return ""
    if path.suffix == ".safetensors" and folder in ("rankers", "forecasters"):
        return _without_row(path, user_id)
    if path.suffix == ".json" and folder == RESULTS:
        write_json(path, without_traces(read_json(path), user_id))
        return "changed"
    return _deleted(path)


def _without_row(path: Path, user_id: str) -> str:
    """Take somebody's own row out of trained weights, and their id out of the story."""
    tensors, facts = load_checkpoint(path)
    ids = facts.get("user_ids", [])
    if user_id in ids:
        row = ids.index(user_id)
        model = MODELS.get(facts.get("ranker", ""))
        for name in getattr(model, "per_user", ()):
            tensors[name][row] = 0
        facts["user_ids"] = ["" if each == user_id else each for each in ids]
    save_checkpoint(path, tensors, facts)
    return "changed"


def _deleted(path: Path) -> str:
    _delete(path)
    return "deleted"


def _delete(path: Path) -> None:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(path, error) from error


def _friends(dataset: Dataset, user_id: str) -> pd.DataFrame:
    if dataset.friends is None:
        return pd.DataFrame(columns=[USER_ID, FRIEND_ID])
    both = dataset.friends[[USER_ID, FRIEND_ID]]
    return both[(both == user_id).any(axis=1)]


def _plain(value: Any) -> Any:
    return (
        None if value is None or value != value else value if isinstance(value, str) else str(value)
    )


def _seconds(moment: str) -> float:
    try:
        made = datetime.fromisoformat(moment)
    except ValueError:
        return 0.0
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()


def _names(paths: list[Path], workspace: Workspace) -> tuple[str, ...]:
    return tuple(str(path.relative_to(workspace.path)) for path in paths)


def _told(trained: tuple[str, ...], outside: str) -> str:
    text = "Nothing in the workspace tells of this person any more"
    if trained:
        text += (
            f"; weights cannot forget what many people's events taught them, and {len(trained)} "
            f"ranker{'s' * (len(trained) > 1)} learnt from these among others: train again"
        )
    if outside:
        text += f"; {outside} is yours and was not touched, but they are left out when it is read"
    return f"{text}."
