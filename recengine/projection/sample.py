"""Which items of a large catalogue are drawn: a fair sample, and what must be seen in any case."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int64

GRID = 48  # cells along each side of the map


@dataclass(frozen=True)
class Sample:
    """Items to draw.

    Attributes:
        rows: positions of the items, ascending.
        num_items: size of the catalogue they are from.
    """

    rows: Int64[np.ndarray, " row"]
    num_items: int

    @property
    def sentence(self) -> str:
        """How many of how many are drawn."""
        if len(self.rows) == self.num_items:
            return f"All {self.num_items:,} items are drawn."
        return f"{len(self.rows):,} of {self.num_items:,} items are drawn."


def fair_sample(
    xy: Float32[np.ndarray, "item 2"],
    size: int,
    keep: Int64[np.ndarray, " kept"],
    seed: int = 0,
) -> Sample:
    """Choose items so that every part of the map keeps its share.

    Args:
        xy: the map.
        size: how many to draw; more only if `keep` is longer.
        keep: positions that are drawn in any case.
        seed: of the choice within a part.
    """
    if len(xy) <= size:
        return Sample(np.arange(len(xy)), len(xy))
    kept = np.unique(keep)
    rest = np.setdiff1d(np.arange(len(xy)), kept)
    shuffled = np.random.default_rng(seed).permutation(rest)
    low, high = xy.min(axis=0), xy.max(axis=0)
    cell = np.minimum((GRID * (xy[shuffled] - low) / np.maximum(high - low, 1e-9)), GRID - 1)
    column, row = cell.astype(np.int64).T
    row = np.where(column % 2, GRID - 1 - row, row)  # up one column, down the next
    ordered = shuffled[np.lexsort((row, column))]
    # Even steps through the items in the order of their cells give every cell its share.
    wanted = max(0, size - len(kept))
    steps = ((np.arange(wanted) + 0.5) * len(ordered) / max(wanted, 1)).astype(np.int64)
    return Sample(np.sort(np.concatenate([kept, ordered[steps]])), len(xy))
