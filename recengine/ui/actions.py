"""What a person can do with the question on show: keep it for comparison, share it."""

import streamlit as st

from recengine.types import Request
from recengine.ui import sidebar
from recengine.ui.copy_link import copy_link
from recengine.ui.text import count, plain
from recengine.ui.view import View

_PINNED = "pinned_request"  # with the serial of the engine that it was put to


def pinned(serial: str) -> Request | None:
    """The request that was pinned; None if it was put to another dataset."""
    asked, request = st.session_state.get(_PINNED, ("", None))
    return request if asked == serial else None


def forget_person(user_id: str) -> None:
    """Let go of a pinned request that is about somebody."""
    _, request = st.session_state.get(_PINNED, ("", None))
    if request is not None and request.user_id == user_id:
        del st.session_state[_PINNED]


def spoken(request: Request, view: View) -> str:
    """A request in a few words: "person 12, evening, rainy, Unified model"."""
    ranker = view.engine.ranker_labels.get(request.ranker, request.ranker)
    said = [f"after {count(len(request.feedback), 'remark')}"] if request.feedback else []
    return ", ".join([f"person {request.user_id}", *request.context.values(), ranker, *said])


def draw(view: View) -> None:
    """Draw the actions at the foot of the sidebar."""
    with st.sidebar, st.container(horizontal=True, gap="small", key="actions"):
        is_pinned = view.pinned == view.request
        st.button(
            "Unpin" if is_pinned else "Pin",
            icon=":material/keep_off:" if is_pinned else ":material/keep:",
            on_click=_pin,
            args=(view.answers.serial, None if is_pinned else view.request),
            help="Keep this question to compare another one with it.",
            width="stretch",
        )
        copy_link()
    if view.pinned and not is_pinned:
        with st.sidebar:
            st.button(
                plain(f"Pinned: {spoken(view.pinned, view)}"),
                icon=":material/keep:",
                type="tertiary",
                on_click=sidebar.show_request,
                args=(view.pinned, view.answers),
                help="Go back to the pinned question.",
            )


def _pin(serial: str, request: Request | None) -> None:
    st.session_state[_PINNED] = (serial, request)
