"""Which share of a person's interest each category has.

The interest vector weighs every item of the catalogue by a softmax; each item passes its weight
on to its categories. Axes: step = moments in a history, dim = model width, item = catalogue,
category = columns of the result.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Float32

OTHER = "other"
MAX_SCORES_AT_ONCE = 4_000_000


def complete_categories(
    item_categories: Float[np.ndarray, "item category"], names: Sequence[str]
) -> tuple[Float32[np.ndarray, "item all_categories"], tuple[str, ...]]:
    """Give items without any category one of their own, so that no interest is lost.

    Args:
        item_categories: how each item splits among its categories; a row sums to 1, or to 0.
        names: of the columns.

    Returns:
        The same with a last column "other", if any item needs it, and the names of all columns.
    """
    missing = 1 - item_categories.sum(axis=1, keepdims=True)
    if not (missing > 0.5).any():
        return item_categories.astype(np.float32), tuple(names)
    complete = np.concatenate([item_categories, missing > 0.5], axis=1)
    return complete.astype(np.float32), (*names, OTHER)


def category_shares(
    interest: Float[np.ndarray, "step dim"],
    items: Float[np.ndarray, "item dim"],
    bias: Float[np.ndarray, "item"] | None,
    item_categories: Float[np.ndarray, "item category"],
    temperature: float = 1.0,
) -> Float32[np.ndarray, "step category"]:
    """Share of each category in the interest at each step; rows sum to 1.

    Args:
        interest: interest vectors.
        items: vectors of the catalogue in the same space.
        bias: general appeal of each item, added to its score; None for none.
        item_categories: how each item splits; rows sum to 1 (see `complete_categories`).
        temperature: above 1 evens the interest out, below 1 sharpens it.
    """
    steps_at_once = max(1, MAX_SCORES_AT_ONCE // max(1, len(items)))
    catalogue, categories = torch.from_numpy(items), torch.from_numpy(item_categories)
    shares = np.empty((len(interest), item_categories.shape[1]), dtype=np.float32)
    for first in range(0, len(interest), steps_at_once):
        scores = torch.from_numpy(interest[first : first + steps_at_once]) @ catalogue.T
        if bias is not None:
            scores += torch.from_numpy(bias)
        mass = ((scores / temperature).softmax(dim=1) @ categories).numpy()
        shares[first : first + steps_at_once] = mass / mass.sum(axis=1, keepdims=True)
    return shares
