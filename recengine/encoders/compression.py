"""Vectors in less memory: fewer numbers, and fewer bits for each.

Papers: Kusupati et al., "Matryoshka Representation Learning", NeurIPS 2022, arXiv:2205.13147 (the
first numbers of a vector as a shorter one); Jolliffe, "Principal Component Analysis", 2002 (the
shorter one that keeps most of the variance).
Differs: int8 has one scale per vector, its largest number being 127, so that no other vector's
size costs it precision.
Axes: item, dim = numbers of a vector, width = numbers that are kept.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Shaped

from recengine.errors import ConfigError, UnknownNameError

FLOAT32, FLOAT16, INT8 = "float32", "float16", "int8"
PRECISIONS = (FLOAT32, FLOAT16, INT8)
FIRST, PCA = "first", "pca"
CUTS = (FIRST, PCA)
_MOST = 127


@dataclass(frozen=True, kw_only=True)
class Size:
    """How small vectors are made.

    Attributes:
        width: numbers kept of each; 0 keeps all.
        cut: which ones: the "first", or principal components ("pca").
        precision: "float32", "float16" or "int8".
    """

    width: int = 0
    cut: str = PCA
    precision: str = FLOAT32

    def __post_init__(self) -> None:
        if self.width < 0:
            raise ConfigError(f"width={self.width} must be 0 (all) or more")
        if self.cut not in CUTS:
            raise UnknownNameError("way of making vectors shorter", self.cut, CUTS)
        if self.precision not in PRECISIONS:
            raise UnknownNameError("precision", self.precision, PRECISIONS)


@dataclass(frozen=True)
class Compact:
    """Vectors as they are kept.

    Attributes:
        codes: float32, float16 or int8.
        scales: what a vector of int8 is multiplied by; None otherwise.
        shared_bytes: what is kept once for all vectors, to make those of new items.
    """

    codes: Shaped[np.ndarray, "item width"]
    scales: Float32[np.ndarray, " item"] | None = None
    shared_bytes: int = 0

    @property
    def nbytes(self) -> int:
        """Memory of all of it."""
        scales = 0 if self.scales is None else self.scales.nbytes
        return self.codes.nbytes + scales + self.shared_bytes

    def restored(self) -> Float32[np.ndarray, "item width"]:
        """Vectors to compute with."""
        plain = self.codes.astype(np.float32)
        return plain if self.scales is None else plain * self.scales[:, None]


def compress(vectors: Float32[np.ndarray, "item dim"], size: Size) -> Compact:
    """Make vectors small.

    Raises:
        ConfigError: more numbers are to be kept than there are.
    """
    if size.width > vectors.shape[1]:
        raise ConfigError(
            f"width={size.width} is more than the {vectors.shape[1]} numbers of a vector; choose "
            f"a smaller one, or 0 for all."
        )
    shared = 0
    if size.width and size.cut == PCA:
        mean = vectors.mean(axis=0)
        _, directions = np.linalg.eigh((vectors - mean).T @ (vectors - mean))
        basis = directions[:, ::-1][:, : size.width]  # largest variance first
        vectors, shared = ((vectors - mean) @ basis).astype(np.float32), mean.nbytes + basis.nbytes
    elif size.width:
        vectors = vectors[:, : size.width]
    codes, scales = quantised(np.ascontiguousarray(vectors), size.precision)
    return Compact(codes, scales, shared)


def quantised(
    vectors: Float32[np.ndarray, "item width"], precision: str
) -> tuple[Shaped[np.ndarray, "item width"], Float32[np.ndarray, " item"] | None]:
    """The same vectors with fewer bits a number, and the scale of each where there is one."""
    if precision != INT8:
        return vectors.astype(precision), None
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scales = (np.where(largest > 0, largest, 1.0) / _MOST).astype(np.float32)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales
