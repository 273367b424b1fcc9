"""How a page looks when it has nothing to show yet, nothing to show at all, or a problem."""

import contextlib
from collections.abc import Callable, Iterator

import streamlit as st

from recengine.errors import RecEngineError
from recengine.ui.resources import Opening
from recengine.ui.text import markup, plain


def empty(headline: str, advice: str, icon: str, *, border: bool = True) -> None:
    """What would be here, why it is not, and the one thing to do."""
    with st.container(border=border):
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


def not_opened(title: str, error: RecEngineError, forget: Callable[[], None]) -> None:
    """A dataset that could not be opened, and a way to try again."""
    with st.container(border=True, key="not_opened"):
        st.markdown(f"##### :material/cloud_off: {plain(title)} could not be opened")
        st.markdown(plain(error))
        st.button("Try again", icon=":material/refresh:", type="primary", on_click=forget)


@st.fragment(run_every=0.4)
def opening(title: str, work: Opening) -> None:
    """How far the preparation of a dataset is: one block that changes in place, then goes."""
    if work.finished:
        st.rerun()
    *finished, current = work.stages or ["Starting the engine"]
    counted = work.total > 1
    part = min(work.done / work.total, 1.0) if counted else 0.0
    amount = f"{work.done:,} of {work.total:,}" if counted else f"{work.seconds_in_stage:.0f} s"
    steps = "".join(f"<li>{markup(stage)}</li>" for stage in dict.fromkeys(finished))
    st.html(
        f'<div class="re-opening"><h2>Preparing {markup(title)}</h2>'
        "<p>This happens once. Next time the dashboard opens in seconds.</p>"
        f'<ol>{steps}<li class="re-current">{markup(current)}<span>{amount}</span></li></ol>'
        f'<div class="re-track{"" if counted else " re-unknown"}" role="progressbar" '
        f'aria-label="{markup(current)}" aria-valuenow="{part:.0%}">'
        f'<div style="width:{part:.1%}"></div></div></div>'
    )
