"""What to say where the ranker on show has no interest vector, and the one thing to do about it."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from recengine.ui import address, sidebar, states
from recengine.ui.view import View


def needs_interest(view: View, what: str, *, border: bool = True) -> bool:
    """Say that this ranker does not bend items, and offer one that does; False if it does."""
    return _needs(view, what, view.engine.dynamic, border=border)


def needs_history(view: View) -> bool:
    """Say that this ranker has no interest to follow, and offer one that has; False if it has."""
    return _needs(view, "follow an interest over time", view.engine.follows_interest)


def _needs(view: View, what: str, able_to: Callable[[str], bool], *, border: bool = True) -> bool:
    if able_to(view.request.ranker):
        return False
    label = view.engine.ranker_labels.get(view.request.ranker, view.request.ranker)
    able = [name for name in view.engine.ranker_names if able_to(name)]
    way = (
        "Another ranker does."
        if able
        else f"One that does can be trained, here on Compare or with "
        f"`recengine train {view.dataset.name}`."
    )
    states.empty(
        f"{label} does not {what}",
        f"It ranks items without an interest that moves and bends them. {way}",
        ":material/conversion_path_off:",
        border=border,
    )
    if able:
        st.button(
            f"Look with {view.engine.ranker_labels.get(able[0], able[0])}",
            type="primary",
            icon=":material/auto_awesome:",
            on_click=sidebar.show_request,
            args=(replace(view.request, ranker=able[0]), view.answers),
        )
    else:
        st.page_link(
            "pages/compare.py",
            label="Train one",
            icon=":material/model_training:",
            query_params=address.written(),
        )
    return True
