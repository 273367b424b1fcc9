"""The map of items: thousands of dots that glide between answers, drawn in the browser.

A Streamlit component of our own: the JavaScript modules, style and markup in `frontend/` are joined
as they are, without a build step and without anything from outside. Reading order of the modules:
motion, camera, colours, scene (what is drawn), detail (how much of it), dots, terrain, marks,
lettering, ink (how), gestures, selection, travel, companion, panel (hands and words), map (all
together).
"""

from recengine.ui.map_component.component import Look, draw_map
from recengine.ui.map_component.payload import (
    AT_FIRST,
    event_columns,
    fitting_magnification,
    pack,
)
from recengine.ui.map_component.wording import QUESTIONS

__all__ = [
    "AT_FIRST",
    "QUESTIONS",
    "Look",
    "draw_map",
    "event_columns",
    "fitting_magnification",
    "pack",
]
