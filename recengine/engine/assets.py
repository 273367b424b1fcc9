"""Where the trained rankers and measured results that come with the project lie."""

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from recengine.data.workspace import Workspace, read_json
from recengine.errors import StorageError

PACKAGE = Path(__file__).parents[1]


def dashboard_folder() -> Path:
    """The folder with app.py, pages/ and assets/: the checkout, or inside the installed package."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "app.py").exists() else PACKAGE / "_dashboard"


def kept_file(kind: str, name: str, workspace: Workspace) -> Path | None:
    """One's own file of a kind if there is one, else the one that comes along, else None."""
    folders = (workspace.folder(kind), dashboard_folder() / "assets" / kind)
    return next((folder / name for folder in folders if (folder / name).exists()), None)


def ranker_file(dataset_name: str, ranker: str, workspace: Workspace) -> Path | None:
    """The file of a trained ranker: one's own if there is one, else the one that comes along."""
    return kept_file("rankers", f"{safe_name(dataset_name)}-{ranker}.safetensors", workspace)


def results_file(
    dataset_name: str, protocol: str, workspace: Workspace, fingerprint: str = ""
) -> Path | None:
    """Measured results under a protocol: one's own if there are any, else those that come along.

    Args:
        dataset_name: whose results.
        protocol: of a leaderboard, or another kind of results, such as "contexts".
        workspace: with one's own.
        fingerprint: of the data; if given, results of equal data under another name count as well.
    """
    path = kept_file("results", f"{safe_name(dataset_name)}-{protocol}.json", workspace)
    if path is None and fingerprint:
        return same_data_file(fingerprint, protocol, workspace)
    return path


def same_data_file(fingerprint: str, kind: str, workspace: Workspace) -> Path | None:
    """Results of a kind that were measured on equal data under any name, such as another path."""
    for folder in (workspace.folder("results"), dashboard_folder() / "assets" / "results"):
        for path in sorted(folder.glob(f"*-{kind}.json")):
            if _data_of(path, path.stat().st_mtime_ns) == fingerprint:
                return path
    return None


@lru_cache(maxsize=256)
def _data_of(path: Path, stamp: int) -> str:  # noqa: ARG001 - read again once written again
    """Fingerprint of the data that a file of results is about; empty if it cannot be read."""
    with suppress(StorageError):  # another dataset's damaged file is no concern here
        content = read_json(path)
        return str({**content.get("facts", {}), **content}.get("data_fingerprint", ""))
    return ""


def files_stamp(dataset_name: str, workspace: Workspace) -> str:
    """Another one whenever a ranker or forecaster of a dataset was trained or measured."""
    mine = f"{safe_name(dataset_name)}*"
    kinds = {"rankers": mine, "results": "*.json", "forecasters": mine}  # results: of any name
    return ";".join(
        f"{path.name}@{path.stat().st_mtime_ns}"
        for kind, names in kinds.items()
        for path in sorted(workspace.folder(kind).glob(names))
    )


def safe_name(name: str) -> str:
    """A dataset's name as part of a file name."""
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
