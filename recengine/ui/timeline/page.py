"""The page Timeline: one of its views, the choice being in the address."""

from collections.abc import Callable

import streamlit as st

from recengine.ui import edits, pictures, rankers
from recengine.ui.address import VIEW
from recengine.ui.states import calm_errors
from recengine.ui.timeline import groups, leaving, marks, own, pair, person
from recengine.ui.timeline.marks import CONTROLS
from recengine.ui.view import View

VIEWS: dict[str, tuple[str, Callable[[View], None]]] = {
    "person": ("This person", person.draw),
    "pair": ("Side by side", pair.draw),
    "groups": ("Groups", groups.draw),
    "mine": ("Your data", own.draw),
}


@st.fragment
@calm_errors()
def draw(view: View) -> None:
    """The chosen view; a problem in one leaves the others within reach."""
    pictures.style()
    leaving.say_what_was_done()
    if rankers.needs_history(view):
        return
    marks.begin(view)
    labels = {name: label for name, (label, _) in VIEWS.items()}
    shown = CONTROLS.segmented("What to follow", VIEW, labels, "person")
    with calm_errors():
        if shown != "mine":
            edits.remind(view)
        VIEWS[shown][1](view)
