"""How far a map can be trusted: are neighbours on the map neighbours in truth?

Paper: Venna & Kaski, "Neighborhood preservation in nonlinear projection methods: an experimental
study", ICANN 2001 (trustworthiness). Differs: for large catalogues a sample of items is judged,
each against all others. Axes: item = items, near = their nearest items, row = judged items.
"""

import numpy as np
import torch
from jaxtyping import Float32, Int64
from scipy.spatial import KDTree
from torch.nn.functional import normalize

from recengine.projection.neighbours import nearest

NUM_NEIGHBOURS = 15
REACH = 50
MAX_JUDGED = 4_096
_CHUNK_PAIRS = 1 << 22


def trustworthiness(
    vectors: Float32[np.ndarray, "item dim"],
    xy: Float32[np.ndarray, "item 2"],
    *,
    max_judged: int = MAX_JUDGED,
    seed: int = 0,
) -> float:
    """Trustworthiness of a map in 15 neighbours: 1 if no false neighbour is drawn, chance is 0.5.

    Args:
        vectors: what the map was drawn from, compared by cosine.
        xy: the map.
        max_judged: items that are judged; a sample if there are more.
        seed: of the sample.
    """
    n = len(vectors)
    k = min(NUM_NEIGHBOURS, (n - 1) // 2)  # the measure is defined for less than half of all
    if k < 1:
        return 1.0  # two items cannot be put in the wrong order
    rows = np.arange(n)
    if n > max_judged:
        rows = np.sort(np.random.default_rng(seed).choice(n, max_judged, replace=False))
    excess = np.clip(_true_ranks(vectors, rows, _nearest_drawn(xy, rows, k)) - k, 0, None)
    return float(1 - 2 * excess.sum() / (len(rows) * k * (2 * n - 3 * k - 1)))


def point_trust(
    vectors: Float32[np.ndarray, "item dim"], xy: Float32[np.ndarray, "item 2"], seed: int = 0
) -> Float32[np.ndarray, " item"]:
    """Per item, the share of its 15 nearest on the map that are among its true nearest 50.

    Args:
        vectors: what the map was drawn from, compared by cosine.
        xy: the map.
        seed: of the approximate search that large catalogues need.
    """
    n = len(vectors)
    if n < 2:
        return np.ones(n, dtype=np.float32)
    true = nearest(vectors, REACH, seed)[0]
    drawn = _nearest_drawn(xy, np.arange(n), min(NUM_NEIGHBOURS, n - 1))
    hits = (drawn[:, :, None] == true[:, None, :]).any(axis=2)
    return hits.mean(axis=1, dtype=np.float32)


def _nearest_drawn(
    xy: Float32[np.ndarray, "item 2"], rows: Int64[np.ndarray, " row"], k: int
) -> Int64[np.ndarray, "row near"]:
    """The items drawn nearest to each of `rows`, itself left out."""
    found = KDTree(xy).query(xy[rows], k=k + 1)[1]
    # Where several items share a place the item itself need not be found first, or at all.
    itself = found == rows[:, None]
    itself[~itself.any(axis=1), -1] = True
    return found[~itself].reshape(len(rows), k)


def _true_ranks(
    vectors: Float32[np.ndarray, "item dim"],
    rows: Int64[np.ndarray, " row"],
    others: Int64[np.ndarray, "row near"],
) -> Int64[np.ndarray, "row near"]:
    """The rank of each of `others` among the true neighbours of its row; the nearest has rank 1."""
    unit = normalize(torch.from_numpy(np.ascontiguousarray(vectors)), dim=1)
    ranks = []
    for part in torch.arange(len(rows)).split(max(1, _CHUNK_PAIRS // len(vectors))):
        index = torch.from_numpy(rows)[part]
        similarity = unit[index] @ unit.T
        similarity[torch.arange(len(part)), index] = -torch.inf
        wanted = similarity.gather(1, torch.from_numpy(others)[part])
        nearer = [(similarity > one[:, None]).count_nonzero(dim=1) for one in wanted.T]
        ranks.append(1 + torch.stack(nearer, dim=1))
    return torch.cat(ranks).numpy()
