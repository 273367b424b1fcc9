"""Which items of a large catalogue are drawn, and in which order they appear as one looks closer.

Every beginning of that order is a fair sample: each part of the map has its share of it. Items
come one after the other along the cells of a grid and are taken from there in van der Corput's
order (J. G. van der Corput, "Verteilungsfunktionen", 1935): the middle, the quarters, the eighths.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int64

GRID = 48  # cells along each side of the map


@dataclass(frozen=True)
class Sample:
    """Items to draw.

    Attributes:
        rows: positions of the items, ascending.
        detail: place of each in the order in which they appear, from 0.
        num_items: size of the catalogue they are from.
    """

    rows: Int64[np.ndarray, " row"]
    detail: Int64[np.ndarray, " row"]
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
    order = order_of_detail(xy, seed)
    if len(order) > size:
        kept = np.isin(order, keep)
        order = order[kept | (np.cumsum(~kept) <= size - kept.sum())]
    by_row = np.argsort(order)
    return Sample(order[by_row], by_row, len(xy))


def order_of_detail(xy: Float32[np.ndarray, "item 2"], seed: int = 0) -> Int64[np.ndarray, " item"]:
    """All items, so that the first n are a fair sample of n, whatever n.

    Args:
        xy: the map.
        seed: of the order within a part.
    """
    if not len(xy):
        return np.arange(0)
    shuffled = np.random.default_rng(seed).permutation(len(xy))
    low, high = xy.min(axis=0), xy.max(axis=0)
    cell = np.minimum((GRID * (xy[shuffled] - low) / np.maximum(high - low, 1e-9)), GRID - 1)
    column, row = cell.astype(np.int64).T
    row = np.where(column % 2, GRID - 1 - row, row)  # up one column, down the next
    along: Int64[np.ndarray, " item"] = shuffled[np.lexsort((row, column))]
    return along[np.argsort(_mirrored(len(along)), kind="stable")]


def _mirrored(count: int) -> Int64[np.ndarray, " number"]:
    """The numbers below `count` with their binary digits in reverse."""
    numbers = np.arange(count)
    mirrored = np.zeros(count, dtype=np.int64)
    for _ in range((count - 1).bit_length()):
        mirrored = 2 * mirrored + numbers % 2
        numbers = numbers // 2
    return mirrored
