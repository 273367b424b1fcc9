"""Which items are nearest to which, by cosine: the ground truth that a map is drawn from.

Axes: item = items, near = their neighbours, nearest first (an item is not its own neighbour).
"""

import warnings

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch.nn.functional import normalize

EXACT_ROWS = 20_000  # beyond it every pair is too many, and an approximate search takes over
_CHUNK_PAIRS = 1 << 24


def nearest(
    vectors: Float32[np.ndarray, "item dim"], k: int, seed: int = 0
) -> tuple[Int64[np.ndarray, "item near"], Float32[np.ndarray, "item near"]]:
    """The nearest items of every item and their cosine distances (0 to 2).

    Args:
        vectors: one per item.
        k: neighbours per item; all others if there are fewer.
        seed: of the approximate search that large catalogues need.
    """
    k = min(k, max(len(vectors) - 1, 0))
    if len(vectors) > EXACT_ROWS:
        return _approximate(vectors, k, seed)
    unit = normalize(torch.from_numpy(np.ascontiguousarray(vectors)), dim=1)
    indices, distances = [], []
    for rows in torch.arange(len(unit)).split(max(1, _CHUNK_PAIRS // max(1, len(unit)))):
        similarity = unit[rows] @ unit.T
        similarity[torch.arange(len(rows)), rows] = -torch.inf  # not itself
        best = similarity.topk(k, dim=1)
        indices.append(best.indices)
        distances.append((1 - best.values).clamp(min=0))
    if not indices:
        return np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.float32)
    return torch.cat(indices).numpy(), torch.cat(distances).numpy()


def _approximate(
    vectors: Float32[np.ndarray, "item dim"], k: int, seed: int
) -> tuple[Int64[np.ndarray, "item near"], Float32[np.ndarray, "item near"]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap.umap_ import nearest_neighbors

        random = np.random.RandomState(seed)
        indices, distances, _ = nearest_neighbors(vectors, k + 1, "cosine", {}, False, random)
    return indices[:, 1:].astype(np.int64), distances[:, 1:].astype(np.float32)
