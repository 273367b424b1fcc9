"""What lies where on the map: areas, named by what their items have in common.

Areas are k-means clusters of the places.
Axes: item = items, area = areas.
"""

import numpy as np
import pandas as pd
from jaxtyping import Float32

from recengine.data.naming import MIN_ITEMS, group_names

ITEMS_PER_REGION = 330
MIN_REGIONS, MAX_REGIONS = 3, 14


def named_regions(
    items: pd.DataFrame, xy: Float32[np.ndarray, "item 2"], seed: int = 0
) -> pd.DataFrame:
    """Areas of the map: label, x, y, size (items), largest first; no label occurs twice.

    Args:
        items: the item table, in the order of `xy`.
        xy: the map.
        seed: of the clustering.
    """
    from sklearn.cluster import KMeans  # a second to load, and only a new map needs it

    wanted = int(np.clip(round(len(xy) / ITEMS_PER_REGION), MIN_REGIONS, MAX_REGIONS))
    wanted = min(wanted, len(np.unique(xy, axis=0)), len(xy) // MIN_ITEMS)
    rows = []
    if wanted:
        area = KMeans(wanted, n_init=4, random_state=seed).fit_predict(xy)
        labels = group_names(items, area)
        for number in np.argsort(-np.bincount(area), kind="stable"):
            if labels[number]:
                inside = xy[area == number]
                x, y = np.median(inside, axis=0)
                rows.append((labels[number], float(x), float(y), len(inside)))
    return pd.DataFrame(rows, columns=["label", "x", "y", "size"])
