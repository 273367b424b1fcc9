"""What to say where the ranker on show has no interest vector, and the one thing to do about it."""

from dataclasses import replace

import streamlit as st

from recengine.ui import sidebar, states
from recengine.ui.view import View


def needs_interest(view: View, what: str) -> bool:
    """Say that this ranker cannot do `what`, and offer one that can; False if it can."""
    if view.dynamic:
        return False
    label = view.engine.ranker_labels.get(view.request.ranker, view.request.ranker)
    states.empty(
        f"{label} does not {what}",
        "It ranks items without an interest that moves and bends them. Another ranker does.",
        ":material/conversion_path_off:",
    )
    able = [name for name in view.engine.ranker_names if view.engine.dynamic(name)]
    if able:
        st.button(
            f"Look with {view.engine.ranker_labels.get(able[0], able[0])}",
            type="primary",
            icon=":material/auto_awesome:",
            on_click=sidebar.show_request,
            args=(replace(view.request, ranker=able[0]), view.answers),
        )
    return True
