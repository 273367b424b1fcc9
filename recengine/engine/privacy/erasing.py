"""Everything kept about one person, erased.

    datasets      the tables of the dataset, and      rewritten without the person
                  of those it was merged with
    downloads     the files it was read from          deleted; fetched again, the person is left out
    merged files  what a merge wrote                  rewritten without the person
    rankers ...   trained weights                     ids and vectors of their own taken out; what
                                                      many people's events taught cannot be unlearnt
    anything else lists, stories, answers, jobs ...   deleted where they may tell of somebody; they
                                                      are made again when they are needed

Somebody's own files outside the workspace are read and never touched.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from recengine.data.erased import erased_people
from recengine.data.merges import forget_link
from recengine.data.merging import take_out
from recengine.data.progress import Progress, silent
from recengine.data.sources import forget_person, full_name
from recengine.data.workspace import Workspace, read_json, storage_error, write_json
from recengine.engine.assets import safe_name
from recengine.engine.privacy.traces import traces_in, without_traces
from recengine.engine.privacy.whereabouts import (
    Place,
    closed_form,
    files_of,
    others_with,
    places_of,
)
from recengine.engine.wording import listed
from recengine.errors import StorageError
from recengine.models import MODELS
from recengine.training.checkpoint import load_checkpoint, save_checkpoint

PER_PERSON = ("-answers.safetensors",)  # ends of files with a row per person and no id
RESULTS = "results"  # long measured: single entries go, not whole files


@dataclass(frozen=True)
class Erasure:
    """What an erasure did.

    Attributes:
        datasets: those the person was taken out of: the one asked about, then those that merges
            connect with it.
        deleted: files that were deleted; they are made again when needed.
        changed: files from which the person was taken out.
        trained_before: rankers in the workspace that were trained with the person's events.
        outside: sources outside the workspace that may still hold them.
        also_in: other datasets of the workspace with the same id, which nothing says to be the
            same person; they stay as they are.
        sentence: the answer in one sentence.
    """

    datasets: tuple[str, ...]
    deleted: tuple[str, ...]
    changed: tuple[str, ...]
    trained_before: tuple[str, ...]
    outside: tuple[str, ...]
    also_in: tuple[str, ...]
    sentence: str


def erase_person(
    name_or_path: str, user_id: str, workspace: Workspace, progress: Progress = silent
) -> Erasure:
    """Take everything that tells of one person out of a dataset and those it was merged with.

    Can be repeated, and is to be if it was interrupted: nothing shows the person any more from the
    first moment on, and what an interrupted run left is found again.

    Raises:
        UnknownNameError: no such dataset or person.
        StorageError: the workspace, or the folder of a merge, cannot be written.
    """
    progress("Erasing a person", 0, 3)
    places = places_of(name_or_path, user_id, workspace)
    for place in places:
        if place.here:
            forget_person(place.data, place.user_id, workspace)
    progress("Erasing a person", 1, 3)
    deleted: list[Path] = []
    changed: list[Path] = []
    for place in places:
        _erase_from(place, workspace, deleted, changed)
    progress("Erasing a person", 2, 3)
    for place in places:
        forget_link(full_name(place.data), place.user_id, workspace)
        if place.here:
            erased_people(workspace, place.kept_as).done(place.user_id)
    progress("Erasing a person", 3, 3)
    return _told(places, workspace, deleted, changed)


def _erase_from(
    place: Place, workspace: Workspace, deleted: list[Path], changed: list[Path]
) -> None:
    """Take somebody out of what one dataset was read from and what was made of it."""
    copies = [workspace.path / "downloads" / place.kept_as]
    if not place.here:
        copies.append(workspace.path / "datasets" / place.kept_as)
    for copy in copies:
        if copy.exists():
            _delete(copy)
            deleted.append(copy)
    if place.merged:
        changed.extend(take_out(Path(place.data), place.user_id))
    for path in files_of(place, workspace):
        fate = _clean(path, place.ids)
        (deleted if fate == "deleted" else changed if fate == "changed" else []).append(path)


def trained_before_erasure(name: str, kept_as: str, workspace: Workspace) -> tuple[str, ...]:
    """Rankers of the workspace that learnt from somebody who was erased since.

    Args:
        name: of the dataset.
        kept_as: under which name the workspace keeps it.
        workspace: where the rankers are.
    """
    last = erased_people(workspace, kept_as).last
    if not last:
        return ()
    start = f"{safe_name(name)}-"
    found = []
    for path in sorted((workspace.path / "rankers").glob(f"{start}*.safetensors")):
        try:
            made = str(load_checkpoint(path)[1].get("made", ""))
        except StorageError:
            continue
        if not made or _seconds(made) <= last:
            found.append(path.stem.removeprefix(start))
    return tuple(found)


def _clean(path: Path, ids: tuple[str, ...]) -> str:
    """Take somebody out of a file: "deleted", "changed", or "" if it does not tell of them."""
    folder = path.parent.name
    if path.name.endswith(PER_PERSON) or closed_form(path):
        return _deleted(path)  # rows of people without names, or sums over their events
    if not any(traces_in(path, each) for each in ids):
        return ""
    if path.suffix == ".safetensors" and folder in ("rankers", "forecasters"):
        return _without_row(path, ids)
    if path.suffix == ".json" and folder == RESULTS:
        for each in ids:
            write_json(path, without_traces(read_json(path), each))
        return "changed"
    return _deleted(path)


def _without_row(path: Path, ids: tuple[str, ...]) -> str:
    """Take somebody's own row out of trained weights, and their id out of the story."""
    tensors, facts = load_checkpoint(path)
    known = facts.get("user_ids", [])
    model = MODELS.get(facts.get("ranker", ""))
    for row in (known.index(each) for each in ids if each in known):
        for name in getattr(model, "per_user", ()):
            tensors[name][row] = 0
    if known:
        facts["user_ids"] = ["" if each in ids else each for each in known]
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


def _seconds(moment: str) -> float:
    try:
        made = datetime.fromisoformat(moment)
    except ValueError:
        return 0.0
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()


def _names(paths: list[Path], workspace: Workspace) -> tuple[str, ...]:
    """Within the workspace from there, otherwise in full."""
    here = workspace.path
    return tuple(str(path.relative_to(here) if here in path.parents else path) for path in paths)


def _told(
    places: tuple[Place, ...], workspace: Workspace, deleted: list[Path], changed: list[Path]
) -> Erasure:
    """The answer, which claims no more than what was done."""
    trained = [
        name if place is places[0] else f"{name} of {place.name}"
        for place in places
        for name in trained_before_erasure(place.name, place.kept_as, workspace)
    ]
    outside = [str(place.outside) for place in places if place.outside and not place.merged]
    also_in = others_with(places, workspace)
    names = tuple(place.name for place in places)
    merged = [place.name for place in places if place.merged and place.here]
    return Erasure(
        datasets=names,
        deleted=_names(deleted, workspace),
        changed=_names(changed, workspace),
        trained_before=tuple(trained),
        outside=tuple(outside),
        also_in=also_in,
        sentence=_sentence(names, merged, trained, outside, also_in),
    )


def _sentence(
    names: Sequence[str],
    merged: Sequence[str],
    trained: Sequence[str],
    outside: Sequence[str],
    also_in: Sequence[str],
) -> str:
    text = f"Nothing that the workspace keeps of {listed(names)} tells of this person any more"
    if merged:
        text += f"; the merged tables in {listed(merged)} were written anew without them"
    if trained:
        text += (
            f"; weights cannot forget what many people's events taught them, and {len(trained)} "
            f"ranker{'s' * (len(trained) > 1)} learnt from these among others: train again"
        )
    if len(outside) == 1:
        text += (
            f"; {outside[0]} is yours and was not touched, but they are left out when it is read"
        )
    elif outside:
        text += (
            f"; {listed(outside)} are yours and were not touched, but they are left out when "
            "these are read"
        )
    if also_in:
        text += (
            f"; {listed(also_in)} hold{'s' * (len(also_in) == 1)} the same id, perhaps of somebody "
            "else, and stayed as they are: erase there too if it is the same person"
        )
    return f"{text}."
