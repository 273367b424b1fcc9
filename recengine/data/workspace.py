"""The folder where everything fetched or computed is kept, and safe writing into it."""

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from recengine.errors import StorageError


@dataclass(frozen=True)
class Workspace:
    """One folder with a sub-folder per kind of thing. Deleting any of them is always safe."""

    path: Path

    def folder(self, kind: str) -> Path:
        """A sub-folder (downloads, datasets, vectors, rankers, ...), made if it is absent."""
        folder = self.path / kind
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(folder, error) from error
        return folder

    def lock(self, name: str) -> FileLock:
        """A lock between processes, so that two of them never prepare the same thing."""
        return FileLock(self.folder("locks") / f"{name}.lock")


@contextlib.contextmanager
def write_atomic(path: Path) -> Iterator[Path]:
    """Give a temporary path to write; it takes the place of `path` only if all went well.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        os.close(handle)
    except OSError as error:
        raise storage_error(path, error) from error
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        raise storage_error(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write JSON, all of it or nothing."""
    with write_atomic(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def read_json(path: Path) -> Any:
    """Read JSON.

    Raises:
        StorageError: the file is damaged.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise StorageError(
            f"{path} cannot be read as JSON ({error}). Delete it; it will be made again."
        ) from error


def storage_error(path: Path, error: OSError) -> StorageError:
    """Say in plain words why `path` could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = "the disk is full. Free some space"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        reason = "writing there is not allowed. Change its permissions, or set RECENGINE_HOME"
    else:
        reason = f"{error.strerror or error}. Check the disk"
    return StorageError(f"Cannot write {path}: {reason}, then try again. Nothing was half-written.")
