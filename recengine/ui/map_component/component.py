"""Mount the map on a page and read back what a person picked on it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from recengine.ui.map_component.tints import category_pairs, role_colours
from recengine.ui.map_component.wording import JOURNEY_WORDS, QUESTIONS, ends_words

Mode = Literal["explore", "path", "poster"]

_FRONTEND = Path(__file__).parent / "frontend"
_MODULES = (
    "motion", "camera", "colours", "scene", "detail", "dots", "terrain", "marks", "lettering",
    "ink", "gestures", "selection", "travel", "companion", "panel", "map",
)  # fmt: skip


def joined_script() -> str:
    """All modules as one; imports between them fall away, their names being in one place now."""
    parts = [(_FRONTEND / f"{name}.js").read_text("utf-8") for name in _MODULES]
    without_imports = re.sub(r"^import [^;]*;\n", "", "\n".join(parts), flags=re.MULTILINE)
    return re.sub(r"^export (?!default)", "", without_imports, flags=re.MULTILINE)


_mount = st.components.v2.component(
    "recengine_map",
    html=(_FRONTEND / "map.html").read_text("utf-8"),
    css=(_FRONTEND / "map.css").read_text("utf-8"),
    js=joined_script(),
)


@dataclass(frozen=True, kw_only=True)
class Look:
    """How an answer is looked at; changing it never moves zoom or pan.

    Attributes:
        mode: "explore" with all tools, "path" to play the interest over time, "poster" to look at.
        colour_by: one of `wording.QUESTIONS`.
        trails: for how many of the items that moved most to draw where they came from.
        selected: item in focus, or empty.
        searched: items to ring.
        cursor: step of the path to travel to, or 0.
        dynamic: whether there is a map to move to besides the one that items come from.
        ends: words for both ends of the slider, or empty for the usual ones.
        stand: "before" or "after" to show that end alone, without a slider.
        ringed: items that were drawn around, here or on a map beside this one.
        roles: which marks to draw.
        beside: CSS class around a chart with one bar per event, which gets the same cursor.
        band: how many of 100 ways on the cone of the future holds: 50, 80 or 95.
        remark: what a saved picture should say beside its sentence, or empty.
        height: largest height in pixels; narrower pages get a lower map.
    """

    mode: Mode = "explore"
    colour_by: str = "category"
    trails: int = 0
    selected: str = ""
    searched: Sequence[str] = ()
    cursor: int = 0
    dynamic: bool = True
    ends: tuple[str, str] | None = None
    stand: Literal["", "before", "after"] = ""
    ringed: Sequence[str] = ()
    roles: Sequence[str] = ("history", "recommendation", "interest")
    beside: str = ""
    band: int = 80
    remark: str = ""
    height: int = 640


def draw_map(
    packed: Mapping[str, Any],
    look: Look,
    *,
    categories: Sequence[str],
    sentence: str,
    name: str,
    key: str,
    on: Mapping[str, Callable[[], None]] | None = None,
) -> None:
    """Draw the map, or let the one that is there glide to a new answer.

    Args:
        packed: what `payload.pack` made of an answer; for the mode "path" with a table `events`.
        look: how to look at it.
        categories: names in the fixed order of the dataset.
        sentence: the takeaway, read out by screen readers and written above a saved picture.
        name: file name of a saved picture, without ending.
        key: key of the component; what a person picked is in `st.session_state[key]`.
        on: what to do on "pick" (an item id), "lasso" (ids and total) and "moment" (a step).
    """
    heard = {"pick": _nothing, "lasso": _nothing, "moment": _nothing, **(on or {})}
    _mount(
        key=key,
        data={
            **packed,
            "mode": look.mode,
            "colour_by": look.colour_by,
            "ramp_words": QUESTIONS[look.colour_by][1],
            "trails": look.trails,
            "selected": look.selected,
            "searched": list(look.searched),
            "cursor": look.cursor,
            "dynamic": look.dynamic,
            "stand": look.stand,
            "ringed": list(look.ringed),
            "roles": list(look.roles),
            "band": look.band,
            "remark": look.remark,
            "height": look.height,
            "beside": f".{look.beside}" if look.beside else "",
            "report_moment": "moment" in (on or {}),
            "categories": category_pairs(categories),
            "palettes": role_colours(),
            "words": JOURNEY_WORDS if look.mode == "path" else ends_words(look.ends),
            "sentence": sentence,
            "name": name,
        },
        on_pick_change=heard["pick"],
        on_lasso_change=heard["lasso"],
        on_moment_change=heard["moment"],
    )


def _nothing() -> None:
    """A trigger is only handed to Python if somebody listens."""
