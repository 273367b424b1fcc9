"""Vectors on disk, found by what was read: a folder per encoder, a key per text.

A folder holds numbered parts, each a safetensors file that is written whole or not at all, so a
killed run loses only the part it was working on. A part may hold its vectors with fewer bits a
number than float32; whoever reads it does not notice. Axes: text = texts asked for, row = stored
rows.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float32, UInt8
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from recengine.data.workspace import write_atomic
from recengine.encoders.compression import FLOAT32, Compact, quantised
from recengine.errors import StorageError

KEY_BYTES = 16
SMALL_PART_BYTES = 64 << 20  # smaller parts are merged; larger ones are never copied again
_KEYS, _VECTORS, _SCALES = "keys", "vectors", "scales"


class VectorStore:
    """The stored vectors of one encoder. Reading needs no lock; writers must hold one."""

    def __init__(self, folder: Path, precision: str = "") -> None:
        """Set up.

        Args:
            folder: of the encoder.
            precision: of what is written: "float32", "float16" or "int8"; "" goes on with that of
                the newest part, float32 if there is none.
        """
        self.folder, self.precision = folder, precision

    def read(
        self, texts: Sequence[str]
    ) -> tuple[Float32[np.ndarray, "text dim"], Bool[np.ndarray, " text"]]:
        """The vectors of `texts`, and which of them are stored; rows of the others are zero.

        Raises:
            StorageError: a part is damaged.
        """
        keys, vectors = self._load()
        position = {bytes(key): row for row, key in enumerate(keys)}
        rows = np.array([position.get(_key(text), -1) for text in texts], dtype=np.int64)
        found = np.zeros((len(rows), vectors.shape[1]), dtype=np.float32)
        found[rows >= 0] = vectors[rows[rows >= 0]]
        return found, rows >= 0

    def append(self, texts: Sequence[str], vectors: Float32[np.ndarray, "text dim"]) -> None:
        """Add vectors as a new part.

        Raises:
            StorageError: the disk is full or the folder cannot be written.
        """
        keys = np.frombuffer(b"".join(map(_key, texts)), dtype=np.uint8).reshape(-1, KEY_BYTES)
        self._write(keys, vectors)

    def merge(self) -> None:
        """Make one part of all small ones, so that the next start opens few files."""
        small = [part for part in self._parts() if part.stat().st_size < SMALL_PART_BYTES]
        if len(small) > 1:
            self._write(*_join([_read_part(part) for part in small]))
            for part in small:  # only now: a kill in between leaves doubles, which do no harm
                part.unlink()

    def rewrite(self) -> None:
        """Keep everything in this precision; what was kept with fewer bits gets no better."""
        parts = self._parts()
        if parts:
            self._write(*_join([_read_part(part) for part in parts]))
            for part in parts:
                part.unlink()

    @property
    def nbytes(self) -> int:
        """Room on the disk."""
        return sum(part.stat().st_size for part in self._parts())

    def _parts(self) -> list[Path]:
        return sorted(self.folder.glob("*.safetensors"))

    def _load(self) -> tuple[UInt8[np.ndarray, "row key"], Float32[np.ndarray, "row dim"]]:
        while True:
            try:
                return _join([_read_part(part) for part in self._parts()])
            except FileNotFoundError:  # merged by another process between listing and opening
                continue

    def _write(
        self, keys: UInt8[np.ndarray, "row key"], vectors: Float32[np.ndarray, "row dim"]
    ) -> None:
        parts = self._parts()
        number = 1 + int(parts[-1].stem) if parts else 0
        newest = _precision(parts[-1]) if parts else FLOAT32
        codes, scales = quantised(vectors, self.precision or newest)
        content = {_KEYS: keys, _VECTORS: codes} | ({} if scales is None else {_SCALES: scales})
        with write_atomic(self.folder / f"{number:08d}.safetensors") as temporary:
            save_file(content, temporary)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def _read_part(
    part: Path,
) -> tuple[UInt8[np.ndarray, "row key"], Float32[np.ndarray, "row dim"]]:
    try:
        content = load_file(part)
        return content[_KEYS], Compact(content[_VECTORS], content.get(_SCALES)).restored()
    except (SafetensorError, KeyError) as error:
        raise StorageError(
            f"{part} is damaged ({error}). Delete it; the item texts in it will be read again."
        ) from error


def _precision(part: Path) -> str:
    """Of the vectors in a part."""
    return str(load_file(part)[_VECTORS].dtype)


def _join(
    parts: list[tuple[np.ndarray, np.ndarray]],
) -> tuple[UInt8[np.ndarray, "row key"], Float32[np.ndarray, "row dim"]]:
    if not parts:
        return np.zeros((0, KEY_BYTES), dtype=np.uint8), np.zeros((0, 0), dtype=np.float32)
    keys, vectors = zip(*parts, strict=True)
    return np.concatenate(keys), np.concatenate(vectors)
