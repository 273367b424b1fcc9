"""Taking everything home, or having it erased: a person's last word on their data."""

import streamlit as st

from recengine.ui import actions, address, edits, sidebar
from recengine.ui.text import plain
from recengine.ui.timeline import marks
from recengine.ui.view import View

_TYPED, _CONFIRMED, _DONE = "own_erase_typed", "own_erase_confirmed", "own_erased"


def draw(view: View) -> None:
    """Export, and erasure behind a confirmation."""
    user_id = view.request.user_id
    with st.container(horizontal=True, vertical_alignment="center", key="leaving"):
        st.download_button(
            "Take everything home",
            lambda: view.engine.control.export(user_id),
            file_name=f"person_{user_id}.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
            help="A zip file: the profile, every event, and every file that mentions this person.",
        )
        with st.popover("Erase this person", icon=":material/delete_forever:", type="tertiary"):
            _draw_erasure(view)
    if st.session_state.pop(_CONFIRMED, "") == user_id:
        _erase(view)


def say_what_was_done() -> None:
    """What the last erasure did, once."""
    if told := st.session_state.pop(_DONE, ""):
        st.success(plain(told), icon=":material/delete_forever:")


def _draw_erasure(view: View) -> None:
    user_id = view.request.user_id
    st.markdown(
        f"Everything about person **{plain(user_id)}** leaves this dataset, and those it was "
        "merged with, for good: events, profile, caches, kept answers, rows of their own in "
        "trained weights. What many people's events taught a ranker stays in its weights until "
        "it is trained again."
    )
    typed = st.text_input(f"Type {plain(user_id)} to confirm", key=_TYPED)
    st.button(
        "Erase for good",
        type="primary",
        icon=":material/delete_forever:",
        disabled=typed.strip() != user_id,
        on_click=lambda: st.session_state.update({_CONFIRMED: user_id}),
        key="own_erase",
    )


def _erase(view: View) -> None:
    bar = st.progress(0.0, "Erasing")

    def told(stage: str, done: int, total: int) -> None:
        bar.progress(done / max(total, 1), stage)

    done = view.engine.control.erase(view.request.user_id, told)
    st.session_state[_DONE] = done.sentence
    actions.forget_person(view.request.user_id)
    sidebar.forget_person()
    marks.forget_person()
    edits.put(view.answers.serial, view.request.user_id, edits.Edits())
    address.changed_by_hand()
    st.cache_resource.clear()  # answers in memory tell of them too; engines open anew
    st.rerun()
