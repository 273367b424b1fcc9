"""Pairs of items that shall read alike: chosen in a row, or going together beyond being popular.

Paper: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, arXiv:1905.03375
(EASE, whose weights tell how much one item speaks for another).
Axes: pair, vocab = 1 + num_items.
"""

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.data.dataset import Log

NUM_NEIGHBOURS = 8  # of an item, that may be its other half
Pairs = Int[np.ndarray, "pair 2"]


def chosen_together(log: Log, window: int, allowed: Bool[np.ndarray, "vocab"]) -> Pairs:
    """Items that somebody chose at most `window` events apart, both allowed; earlier one first."""
    found = []
    for apart in range(1, window + 1):
        first, second = log.items[:-apart], log.items[apart:]
        same = log.users[:-apart] == log.users[apart:]
        kept = same & allowed[first] & allowed[second] & (first != second)
        found.append(np.stack([first[kept], second[kept]], axis=1))
    return np.concatenate(found).astype(np.int64)


def going_together(
    weights: Float[Tensor, "vocab vocab"], allowed: Bool[np.ndarray, "vocab"]
) -> tuple[Pairs, Float[np.ndarray, " pair"]]:
    """The items that go best with each, all of them allowed, and how often to learn from each pair.

    Args:
        weights: [i, j], how much having i speaks for j.
        allowed: items that may be learnt from.
    """
    items = torch.from_numpy(np.flatnonzero(allowed))
    speaks, nearest = weights[items][:, items].topk(min(NUM_NEIGHBOURS, len(items)), dim=1)
    first = items[:, None].expand_as(nearest)
    pairs = torch.stack([first, items[nearest]], dim=2).flatten(0, 1).numpy()
    positive = speaks.flatten().clamp(min=0).double().numpy()
    kept = (positive > 0) & (pairs[:, 0] != pairs[:, 1])
    return pairs[kept], positive[kept] / max(positive[kept].sum(), 1e-12)
