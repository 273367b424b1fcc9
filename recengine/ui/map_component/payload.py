"""An answer of the engine as the flat columns that the map in the browser reads.

Everything is one Arrow table of small whole numbers and strings: places as 16-bit steps of the
square that holds them all, colours as 8-bit shares, titles compressed. Rows come in the order in
which the items appear as one looks closer. `python -m tests.benchmarks.drawing` says how large it
is.
"""

import gzip
import hashlib
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from recengine.engine.results import ItemMap, Timeline
from recengine.types import CATEGORIES, ITEM_ID, TITLE, YEAR
from recengine.ui import text

ROLES = ("catalogue", "history", "recommendation")
_STEPS = 65_535
_NO_CODE = 255
AT_FIRST = 10_000  # items that a map shows before one looks closer (see frontend/detail.js)
_QUICKLY = 3  # how hard gzip tries, of 9
_WIDER_THAN_HIGH = 1.55  # shape of the picture
_FACTORS = (2, 3, 5, 10, 20)
_FARTHEST = 0.15  # share of the map that a magnified movement may cross
_UNSEEN = 0.001  # share of the map below which there is no movement to magnify


def places_frame(items: pd.DataFrame) -> tuple[float, float, float]:
    """Left, bottom and side of the square that holds every static and dynamic place."""
    if items.empty:
        return (0.0, 0.0, 1.0)
    x, y = items[["static_x", "x"]].to_numpy(float), items[["static_y", "y"]].to_numpy(float)
    side = max(float(np.ptp(x)), float(np.ptp(y)), 1e-6)
    return (float(x.min()), float(y.min()), side)


def item_columns(
    items: pd.DataFrame, categories: Sequence[str]
) -> tuple[pa.Table, dict[str, list[str]]]:
    """One row per item, and the lists of words that its codes point into.

    Args:
        items: as in `ItemMap.items`.
        categories: names in the fixed order of the dataset.
    """
    left, bottom, side = places_frame(items)
    sets, set_words = _codes(items[CATEGORIES].map(", ".join), np.uint16)
    movers, mover_words = _codes(items["moved_by"].fillna(""), np.uint16)
    positions = {name: code for code, name in enumerate(categories[:_NO_CODE])}
    columns = {
        "id": pa.array(items[ITEM_ID].astype(str), pa.string()),
        "year": items[YEAR].fillna(0).to_numpy(np.int16),
        "category": items["category"]
        .map(lambda name: positions.get(name, _NO_CODE))
        .to_numpy(np.uint8),
        "category_set": sets,
        "mover": movers,
        "role": items["role"].map(lambda name: ROLES.index(name)).to_numpy(np.uint8),
        "rank": items["rank"].fillna(0).to_numpy(np.int32),
        "shift": items["shift"].to_numpy(np.float32),
        "sx": _steps(items["static_x"], left, side),
        "sy": _steps(items["static_y"], bottom, side),
        "dx": _steps(items["x"], left, side),
        "dy": _steps(items["y"], bottom, side),
        "score_share": _bytes(items["score"].rank(pct=True)),
        "shift_share": _bytes(items["shift"].rank(pct=True)),
        "year_share": _bytes(items[YEAR].rank(pct=True)),
        "trust": _bytes(items["trust"]),
    }
    return pa.table(columns), {"category_sets": set_words, "movers": mover_words}


def title_table(items: pd.DataFrame) -> pa.Table:
    """The titles in one cell: compressed, one a line, in the order of the rows."""
    lines = "\n".join(text.one_line(title) for title in items[TITLE])
    packed = gzip.compress(lines.encode(), _QUICKLY, mtime=0)
    return pa.table({"gzip": pa.array([packed], pa.binary())})


def path_columns(path: pd.DataFrame) -> pa.Table:
    """Step and place of the interest vector over time."""
    return pa.table(
        {
            "step": path["step"].to_numpy(np.int32),
            "x": path["x"].to_numpy(np.float32),
            "y": path["y"].to_numpy(np.float32),
        }
    )


def future_columns(future: pd.DataFrame) -> pa.Table:
    """Where the interest is expected, and how far around it, at each step ahead."""
    names = ("x", "y", "radius50", "radius80", "radius95")
    return pa.table({name: future[name].to_numpy(np.float32) for name in names})


def region_columns(regions: pd.DataFrame) -> pa.Table:
    """Name, place and size of each named region."""
    return pa.table(
        {
            "label": pa.array(regions["label"].map(text.one_line), pa.string()),
            "x": regions["x"].to_numpy(np.float32),
            "y": regions["y"].to_numpy(np.float32),
            "size": regions["size"].to_numpy(np.float32),
        }
    )


def event_columns(timeline: Timeline) -> pa.Table:
    """What happened at each step of the path, with a note: "Event 57 of 312 · 3 May 2001"."""
    events = timeline.events
    total = len(events)
    notes = [
        f"Event {step:,} of {total:,} · {text.day(int(moment))}"
        for step, moment in zip(events["step"], events["timestamp"], strict=True)
    ]
    return pa.table(
        {
            "step": events["step"].to_numpy(np.int32),
            "id": pa.array(events[ITEM_ID].astype(str), pa.string()),
            "note": pa.array(notes, pa.string()),
        }
    )


def pack(
    item_map: ItemMap,
    categories: Sequence[str],
    *,
    path: pd.DataFrame | None = None,
    future: pd.DataFrame | None = None,
    magnified: int = 1,
    marks: Literal["before", "after"] = "after",
    most: int | None = None,
) -> dict[str, Any]:
    """All of an answer that does not depend on how it is looked at.

    Args:
        item_map: the items and regions to draw.
        categories: names in the fixed order of the dataset.
        path: another path of the interest than the map's own.
        future: where the path may go on, as in `FutureTaste.path`.
        magnified: how many times as far as in truth items are drawn from their static place.
        marks: whose history and list are marked: those of the request that items move from, or to.
        most: as many items as this at most, all that are marked among them; None for all.
    """
    turn = turn_to_landscape(item_map.items[["static_x", "static_y"]].to_numpy(float))
    farther = _moved_farther(item_map.items, magnified)
    if marks == "before":
        farther = farther.assign(role=farther["role_before"], rank=farther["rank_before"])
    turned = _turned(_turned(farther, turn, "static_x", "static_y"), turn, "x", "y")
    turned = _in_order_of_detail(turned, most)
    items, words = item_columns(turned, categories)
    tables = {
        "items": items,
        "titles": title_table(turned),
        "path": path_columns(_turned(item_map.path if path is None else path, turn, "x", "y")),
        "regions": region_columns(_turned(item_map.regions, turn, "x", "y")),
    }
    ahead: dict[str, Any] = {}
    if future is not None and len(future):  # not in the version: the dots are the same
        ahead["future"] = future_columns(_turned(future, turn, "x", "y"))
    star = item_map.star_before
    return {
        **tables,
        **words,
        **ahead,
        "frame": list(places_frame(turned)),
        "star_before": None if star is None else [float(each) for each in np.array(star) @ turn],
        "version": _digest(tables),
    }


def _in_order_of_detail(items: pd.DataFrame, most: int | None) -> pd.DataFrame:
    """The first of the items, and the marked ones, in the order in which they appear."""
    ordered = items.sort_values("detail", kind="stable")
    if most is None or len(ordered) <= most:
        return ordered
    marked = (ordered["role"] != ROLES[0]).to_numpy()
    return ordered[marked | (np.cumsum(~marked) <= most - marked.sum())]


def fitting_magnification(items: pd.DataFrame) -> int:
    """How many times as far items may be drawn from their static place without leaving the map.

    A map for everyone and one for a person may differ by a few pixels, too little to be seen. The
    largest of some round factors is taken at which one item in a hundred moves by at most a
    seventh of the map; 1 if movement is large enough, or if there is none.
    """
    if items.empty:
        return 1
    moves = np.hypot(items["x"] - items["static_x"], items["y"] - items["static_y"])
    far = float(np.quantile(moves, 0.99)) / places_frame(items)[2]
    fitting = [factor for factor in _FACTORS if far * factor <= _FARTHEST]
    return max(fitting, default=1) if far > _UNSEEN else 1


def _moved_farther(items: pd.DataFrame, factor: int) -> pd.DataFrame:
    """Each item `factor` times as far from its static place, though never across half the map."""
    moves = items[["x", "y"]].to_numpy(float) - items[["static_x", "static_y"]].to_numpy(float)
    lengths = np.maximum(np.linalg.norm(moves, axis=1), 1e-12)
    most = np.maximum(lengths, places_frame(items)[2] / 2)
    places = items[["static_x", "static_y"]].to_numpy(float)
    places = places + moves * np.minimum(factor, most / lengths)[:, None]
    return items.assign(x=places[:, 0], y=places[:, 1])


def turn_to_landscape(places: np.ndarray) -> np.ndarray:
    """The rotation that lets the places fill a picture that is wider than high.

    A layout has no up and no down. The same places always get the same rotation.
    """
    if len(places) < 3:
        return np.eye(2)
    turns = [_rotation(angle) for angle in np.linspace(0, np.pi, 36, endpoint=False)]
    spans = [np.ptp(np.quantile(places @ turn, (0.02, 0.98), axis=0), axis=0) for turn in turns]
    room = [max(width / _WIDER_THAN_HIGH, height) for width, height in spans]
    return turns[int(np.argmin(room))]


def _rotation(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _turned(table: pd.DataFrame, turn: np.ndarray, x: str, y: str) -> pd.DataFrame:
    places = table[[x, y]].to_numpy(float) @ turn
    return table.assign(**{x: places[:, 0], y: places[:, 1]})


def _digest(tables: dict[str, pa.Table]) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for table in tables.values():
        for column in table.columns:
            for buffer in (each for chunk in column.chunks for each in chunk.buffers()):
                digest.update(buffer or b"")
    return digest.hexdigest()


def _codes(words: pd.Series, dtype: type) -> tuple[np.ndarray, list[str]]:
    codes, unique = pd.factorize(words)
    return codes.astype(dtype), [text.one_line(word) for word in unique]


def _steps(values: pd.Series, origin: float, side: float) -> np.ndarray:
    return np.rint((values.to_numpy(float) - origin) / side * _STEPS).astype(np.uint16)


def _bytes(shares: pd.Series) -> np.ndarray:
    return np.rint(shares.fillna(0).clip(0, 1).to_numpy(float) * 255).astype(np.uint8)
