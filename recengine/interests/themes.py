"""Themes: interests that nobody had to name, groups of items that a ranker holds to be alike.

Axes: item = the catalogue, dim = model width, theme = groups of items.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Float32, Int

from recengine.data.naming import MIN_ITEMS, group_names
from recengine.types import TITLE

ITEMS_PER_THEME = 120
MIN_THEMES, MAX_THEMES = 4, 16
MANY_ITEMS = 20_000  # from here on the groups are found from samples


@dataclass(frozen=True, eq=False)
class Themes:
    """Groups of items.

    Attributes:
        names: of the themes, largest first, each made of the words of its items.
        members: 1 where an item belongs to a theme; each belongs to one.
        items: size of each theme.
        examples: titles of the items that are chosen most, theme by theme.
    """

    names: tuple[str, ...]
    members: Float32[np.ndarray, "item theme"]
    items: tuple[int, ...]
    examples: tuple[tuple[str, ...], ...]


def find_themes(
    items: pd.DataFrame,
    vectors: Float[np.ndarray, "item dim"],
    chosen: Int[np.ndarray, " item"],
    *,
    num_themes: int = 0,
    seed: int = 0,
) -> Themes:
    """Group the catalogue by the directions of its vectors, and name the groups.

    Args:
        items: the item table.
        vectors: of a ranker, or of their texts, in the order of the table.
        chosen: how often each item was chosen, for the examples.
        num_themes: how many; 0 for a number that fits the catalogue.
        seed: of the clustering.
    """
    from sklearn.cluster import KMeans, MiniBatchKMeans  # a second to load

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    wanted = num_themes or int(np.clip(len(unit) // ITEMS_PER_THEME, MIN_THEMES, MAX_THEMES))
    wanted = max(1, min(wanted, len(np.unique(unit, axis=0)), len(unit) // MIN_ITEMS))
    method = KMeans if len(unit) < MANY_ITEMS else MiniBatchKMeans
    group = method(wanted, n_init=2, random_state=seed).fit_predict(unit)
    sizes = np.bincount(group, minlength=wanted)
    order = np.argsort(-sizes, kind="stable")
    group = np.argsort(order)[group]  # largest first
    titles = items[TITLE].astype(str).to_numpy()
    best_first = np.argsort(-chosen, kind="stable")
    examples = tuple(
        tuple(titles[best_first[group[best_first] == number][:3]]) for number in range(wanted)
    )
    names = group_names(items, group)
    return Themes(
        names=tuple(name or f"Like {examples[at][0]}" for at, name in enumerate(names)),
        members=np.eye(wanted, dtype=np.float32)[group],
        items=tuple(sizes[order].tolist()),
        examples=examples,
    )
