"""How a page looks when it has nothing to show yet, nothing to show at all, or a problem."""

import contextlib
from collections.abc import Callable, Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from recengine.errors import RecEngineError
from recengine.ui.resources import Opening
from recengine.ui.text import plain


def empty(headline: str, advice: str, icon: str = ":material/hourglass_empty:") -> None:
    """What would be here, why it is not, and the one thing to do."""
    with st.container(key=f"state_{abs(hash(headline)) % 10_000}", border=True):
        st.markdown(f"##### {icon} {headline}")
        st.caption(advice)


@contextlib.contextmanager
def calm_errors() -> Iterator[None]:
    """Show a person's problem as a message where it happened, and let the rest of the app run."""
    try:
        yield
    except RecEngineError as error:
        failed(error)


def failed(error: RecEngineError) -> None:
    """A problem in the words of its message."""
    st.error(plain(error), title="This cannot be shown", icon=":material/error:")


def not_opened(
    place: DeltaGenerator, title: str, error: RecEngineError, forget: Callable[[], None]
) -> None:
    """A dataset that could not be opened, and a way to try again."""
    with place.container(border=True, key="not_opened"):
        st.markdown(f"##### :material/cloud_off: {plain(title)} could not be opened")
        st.markdown(plain(error))
        st.button("Try again", icon=":material/refresh:", type="primary", on_click=forget)


def opening(place: DeltaGenerator, title: str, work: Opening) -> None:
    """How far the preparation of a dataset is."""
    *finished, current = work.stages or ["Starting"]
    with place.container(border=True, key="opening"):
        st.markdown(f"##### :material/hourglass_top: Preparing {plain(title)}")
        st.caption("This happens once. Next time the dashboard opens in seconds.")
        amount = f" · {work.done:,} of {work.total:,}" if work.total else ""
        st.progress(min(work.done / work.total, 1.0) if work.total else 0.0, current + amount)
        for stage in finished:
            st.caption(f":material/check: {plain(stage)}")
