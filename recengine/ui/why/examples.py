"""Reasons by example: what they liked that lies near it, and what similar people chose."""

import streamlit as st

from recengine.errors import RecEngineError
from recengine.ui.text import plain
from recengine.ui.why import parts, told
from recengine.ui.why.subject import CHOICES, Subject


def draw_examples(subject: Subject) -> None:
    """Both kinds of examples, when somebody wants them."""
    label = "By example: what lies near it, and what similar people chose"
    drawer = CHOICES.drawer(label, "examples", ":material/group:")
    if not drawer.open:
        return
    view, why = subject.view, subject.view.engine.why
    with drawer:
        try:
            near = view.answers.once(why.nearest_liked, view.request, subject.item_id)
            similar = view.answers.once(why.similar_choices, view.request, subject.item_id)
        except RecEngineError as error:
            st.caption(plain(error))
            return
        telling, language = view.engine.telling, told.language()
        st.markdown(f"**{plain(telling.answer(near, language))}**")
        st.caption(plain(f"Nearness in {near.space}."))
        name = f"near_{subject.item_id}"
        parts.evidence(view, near, name, "What they liked that lies near")
        st.markdown(f"**{plain(telling.answer(similar, language))}**")
        st.caption("Counts only: nobody is named, and groups of fewer than five are left out.")
        name = f"similar_{subject.item_id}"
        what = "What similar people who chose it have in common with this person"
        parts.evidence(view, similar, name, what)
