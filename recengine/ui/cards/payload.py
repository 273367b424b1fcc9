"""From a ranked list to what the cards show; everything is plain text and numbers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recengine.engine.results import ListChange, Recommendations
from recengine.ui.text import one_line, share
from recengine.ui.theme import PARTS, Palette

MAX_CHIPS = 3


def pack(
    listed: Recommendations,
    change: ListChange | None,
    categories: Mapping[str, str],
    colours: Palette,
    *,
    learns: bool = True,
) -> list[dict[str, Any]]:
    """One record per card, best first.

    Args:
        listed: the list to show.
        change: how it differs from the list it is compared with, if it is compared.
        categories: fixed colour by category.
        colours: colours of the mode on show.
        learns: whether "more" and "less" carry to other items with this ranker.
    """
    items = listed.items
    parts = items[[f"part_{name}" for name in PARTS]]
    scale = max(float(parts.clip(lower=0).sum(axis=1).max()), 1e-9)
    said = dict(listed.request.feedback)
    places = {} if change is None else change.changes.set_index("item_id").to_dict("index")
    return [
        {
            "id": str(row["item_id"]),
            "rank": int(row["rank"]),
            "title": one_line(row["title"]),
            "year": "" if pd.isna(row["year"]) else str(int(row["year"])),
            "chips": [
                {"name": one_line(name), "colour": categories.get(name, colours.popularity)}
                for name in list(row["categories"])[:MAX_CHIPS]
            ],
            "parts": _parts(row, scale, colours),
            "said": _said(row),
            "share": share(float(row["share_of_best"])),
            "reason": one_line(row["reason"]),
            "verdict": said.get(str(row["item_id"]), ""),
            "learns": learns,
            "move": _move(places.get(row["item_id"]), listed.request.k),
        }
        for row in items.to_dict("records")
    ]


def _parts(row: Mapping[str, Any], scale: float, colours: Palette) -> list[dict[str, Any]]:
    """Segments of the bar: what speaks for the item from the left, what against it at the end."""
    return [
        {
            "label": f"{label} {row[f'part_{name}']:+.2f}",
            "width": abs(float(row[f"part_{name}"])) / scale,
            "against": bool(row[f"part_{name}"] < 0),
            "colour": colours.part(name),
        }
        for name, label in PARTS.items()
        if abs(row[f"part_{name}"]) / scale > 0.005
    ]


def _said(row: Mapping[str, Any]) -> str:
    """The bar in words, for those who do not see it."""
    values = sorted(
        ((float(row[f"part_{name}"]), label) for name, label in PARTS.items()),
        key=lambda pair: -abs(pair[0]),
    )
    return "Why: " + ", ".join(f"{label.lower()} {value:+.2f}" for value, label in values)


def _move(places: Mapping[str, Any] | None, k: int) -> dict[str, str]:
    """The arrow of a card: kind for its colour and shape, text, and the sentence behind it."""
    if places is None:
        return {"kind": "", "text": "", "said": ""}
    before = int(places["rank_before"])
    if not 1 <= before <= k:
        was = f"was number {before:,}" if before else "did not compete before"
        return {"kind": "new", "text": "new", "said": f"New in the list, {was}"}
    gained = before - int(places["rank_after"])
    if gained == 0:
        return {"kind": "same", "text": "=", "said": "Same place"}
    kind, sign = ("up", "▲") if gained > 0 else ("down", "▼")
    moved = f"{'Up' if gained > 0 else 'Down'} {abs(gained)}, was number {before}"
    return {"kind": kind, "text": f"{sign}{abs(gained)}", "said": moved}
