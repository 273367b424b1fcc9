"""Where the trained rankers and measured results that come with the project lie."""

from contextlib import suppress
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


def results_file(dataset_name: str, protocol: str, workspace: Workspace) -> Path | None:
    """Measured results under a protocol: one's own if there are any, else those that come along."""
    return kept_file("results", f"{safe_name(dataset_name)}-{protocol}.json", workspace)


def same_data_file(fingerprint: str, kind: str, workspace: Workspace) -> Path | None:
    """Results of a kind that were measured on equal data under any name, such as another path."""
    for folder in (workspace.folder("results"), dashboard_folder() / "assets" / "results"):
        for path in sorted(folder.glob(f"*-{kind}.json")):
            with suppress(StorageError):  # another dataset's damaged file is no concern here
                if read_json(path).get("facts", {}).get("data_fingerprint") == fingerprint:
                    return path
    return None


def files_stamp(dataset_name: str, workspace: Workspace) -> str:
    """Another one whenever a ranker or forecaster of a dataset was trained or measured."""
    start = safe_name(dataset_name)
    return ";".join(
        f"{path.name}@{path.stat().st_mtime_ns}"
        for kind in ("rankers", "results", "forecasters")
        for path in sorted(workspace.folder(kind).glob(f"{start}*"))
    )


def safe_name(name: str) -> str:
    """A dataset's name as part of a file name."""
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
