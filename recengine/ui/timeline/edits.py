"""What the person switched off, events and interests, as the address holds it."""

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from recengine.errors import ConfigError
from recengine.types import Request, read_steps, steps_text
from recengine.ui import address
from recengine.ui.address import MUTED, WITHOUT
from recengine.ui.text import count, plain
from recengine.ui.timeline.marks import PAGE
from recengine.ui.view import View

_BETWEEN = "|"  # stands between interests; their names may hold commas


def applied(view: View) -> View:
    """The view with what is switched off left out; nonsense is passed over with a note."""
    try:
        steps = read_steps(address.chosen(PAGE, WITHOUT))
    except ConfigError as error:
        st.warning(plain(error), icon=":material/link_off:")
        steps = ()
    known = tuple(step for step in steps if 1 <= step <= view.person.num_events)
    named = filter(None, address.chosen(PAGE, MUTED).split(_BETWEEN))
    muted = tuple(name for name in named if name in view.dataset.categories)
    return replace(view, request=replace(view.request, without=known, muted=muted))


def leave_out(steps: Iterable[int]) -> None:
    """Callback: let exactly these events not count."""
    address.choose(PAGE, **{WITHOUT: steps_text(steps)})


def mute(interests: Iterable[str]) -> None:
    """Callback: switch exactly these interests off."""
    address.choose(PAGE, **{MUTED: _BETWEEN.join(interests)})


def let_all_count() -> None:
    """Callback: nothing is switched off any more."""
    address.choose(PAGE, **{WITHOUT: "", MUTED: ""})


def remind(view: View) -> None:
    """Say on every view that something is switched off, and offer to let it count again."""
    if not view.request.edited:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="edits_reminder"):
        st.caption(f":material/visibility_off: {off(view.request)} switched off, here and below.")
        st.button(
            "Let everything count",
            icon=":material/undo:",
            type="tertiary",
            on_click=let_all_count,
            key="edits_undo",
        )


def off(request: Request) -> str:
    """What is switched off: "3 events and 1 interest"."""
    parts = (
        count(len(request.without), "event") if request.without else "",
        count(len(request.muted), "interest") if request.muted else "",
    )
    return " and ".join(filter(None, parts))
