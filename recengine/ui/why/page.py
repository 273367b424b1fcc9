"""The page Why this?: one item, one question, and the evidence; or all items in general."""

from collections.abc import Callable

import streamlit as st

from recengine.ui import pictures, states
from recengine.ui.address import QUESTION
from recengine.ui.states import calm_errors
from recengine.ui.view import View
from recengine.ui.why.above import draw_above
from recengine.ui.why.another import draw_another
from recengine.ui.why.change import draw_change
from recengine.ui.why.general import draw_general
from recengine.ui.why.here import draw_here
from recengine.ui.why.looked import draw_looked
from recengine.ui.why.subject import CHOICES, Subject, choose_item

_OF_AN_ITEM: dict[str, tuple[str, Callable[[Subject], None]]] = {
    "here": ("Why is it here?", draw_here),
    "another": ("Why not another?", draw_another),
    "above": ("Why above?", draw_above),
    "change": ("What would change it?", draw_change),
    "looked": ("What did it look at?", draw_looked),
}
_GENERAL = "general"
QUESTIONS = {**{name: label for name, (label, _) in _OF_AN_ITEM.items()}, _GENERAL: "In general"}


@st.fragment
@calm_errors()
def draw(view: View) -> None:
    """The whole page; a problem with one question leaves the others within reach."""
    pictures.style()
    question = CHOICES.segmented("Question", QUESTION, QUESTIONS, "here")
    with calm_errors():
        if question == _GENERAL:
            draw_general(view)
            return
        headline = st.container()
        listed = view.answers.recommend(view.request)
        item_id = choose_item(view, listed)
        if not item_id:
            states.empty(
                "Nothing to explain",
                "No item competes for this person. Search for any item above.",
                ":material/help_center:",
            )
            return
        _OF_AN_ITEM[question][1](Subject(view, listed, item_id, headline))
