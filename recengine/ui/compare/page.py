"""The page Compare: one of several views, the choice being in the address."""

from collections.abc import Callable

import streamlit as st

from recengine.ui import pictures
from recengine.ui.address import SHOW
from recengine.ui.compare.apart import draw_disagreements
from recengine.ui.compare.board import draw_leaderboard
from recengine.ui.compare.choices import CONTROLS
from recengine.ui.compare.failures import draw_errors
from recengine.ui.compare.moments import draw_moments
from recengine.ui.compare.parts import draw_parts
from recengine.ui.compare.search import draw_search
from recengine.ui.compare.sides import draw_sides
from recengine.ui.compare.texts import draw_texts
from recengine.ui.states import calm_errors
from recengine.ui.view import View

VIEWS: dict[str, tuple[str, Callable[[View], None]]] = {
    "board": ("Leaderboard", draw_leaderboard),
    "sides": ("Side by side", draw_sides),
    "apart": ("Disagreements", draw_disagreements),
    "errors": ("Errors", draw_errors),
    "parts": ("What each part is worth", draw_parts),
    "texts": ("What the text is worth", draw_texts),
    "moments": ("Moments", draw_moments),
    "search": ("Search for settings", draw_search),
}


@st.fragment
def draw(view: View) -> None:
    """The chosen view; a problem in one leaves the others within reach."""
    pictures.style()
    labels = {name: label for name, (label, _) in VIEWS.items()}
    shown = CONTROLS.segmented("What to compare", SHOW, labels, "board")
    with calm_errors():
        VIEWS[shown][1](view)
