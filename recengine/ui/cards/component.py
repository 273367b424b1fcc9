"""Mount the cards on a page and hear what a person asks, or says, about one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent

_mount = st.components.v2.component(
    "recengine_cards",
    html='<ol class="cards"></ol>',
    css=(_FOLDER / "cards.css").read_text("utf-8"),
    js=(_FOLDER / "cards.js").read_text("utf-8"),
)


def draw_cards(
    cards: list[dict[str, Any]],
    *,
    key: str,
    on_ask: Callable[[], None],
    on_say: Callable[[], None],
) -> None:
    """Draw cards, or let those that are there glide to a new order.

    Args:
        cards: records made by `pack`.
        key: key of the component; the item asked about is `st.session_state[key].ask`.
        on_ask: called when somebody asks why an item is there.
        on_say: called when somebody says more, less or not now; what is in
            `st.session_state[key].say`, as item id and verdict.
    """
    _mount(key=key, data={"cards": cards}, on_ask_change=on_ask, on_say_change=on_say)
