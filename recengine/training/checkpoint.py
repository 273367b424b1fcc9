"""Weights and facts in one safetensors file, written whole or not at all; never unpickled."""

import hashlib
import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from recengine.data.progress import Progress
from recengine.data.workspace import write_atomic
from recengine.errors import StorageError


def save_checkpoint(path: Path, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Write tensors, whatever device they are on, and JSON facts.

    Raises:
        StorageError: the disk is full or not writable; an older file stays as it was.
    """
    whole = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    with write_atomic(path) as temporary:
        save_file(whole, temporary, metadata={"facts": json.dumps(facts)})


def load_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `save_checkpoint` wrote.

    Raises:
        StorageError: the file is missing, cut short or damaged.
    """
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})["facts"])
            return {name: file.get_tensor(name) for name in file.keys()}, facts  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> StorageError:
    return StorageError(
        f"{path} is missing or damaged ({error}). Delete it and run the command again; "
        f"it will be made anew."
    )


def load_facts(path: Path) -> dict[str, Any]:
    """The facts alone, without reading a tensor.

    Raises:
        StorageError: the file is missing, cut short or damaged.
    """
    try:
        with safe_open(path, framework="pt") as file:
            facts: dict[str, Any] = json.loads((file.metadata() or {})["facts"])
            return facts
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise _damaged(path, error) from error


def run_folder(folder: Path, decisive: Any, progress: Progress) -> Path:
    """Where the checkpoints of one run are kept: what decides its result gives the name.

    So no run goes on from the checkpoint of another, or writes over it.

    Args:
        folder: of all runs of the same purpose.
        decisive: data, texts, settings and whatever else; fit for JSON.
        progress: told if there were runs, but none like this one.
    """
    digest = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
    run = folder / digest[:16]
    if not run.exists() and any(folder.glob("*")):
        progress("Data or settings are not those of earlier runs: starting anew", 0, 0)
    return run
