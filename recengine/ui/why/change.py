"""What would change it? The least that takes it out, and every single change with its place."""

import streamlit as st

from recengine.engine.results import WhatIf
from recengine.engine.telling.answers import moved
from recengine.errors import RecEngineError
from recengine.types import UNKNOWN
from recengine.ui import widgets
from recengine.ui.address import OTHER
from recengine.ui.charts import why as charts
from recengine.ui.sidebar import spoken_value
from recengine.ui.text import count, plain
from recengine.ui.why import parts, told
from recengine.ui.why.another import draw_least
from recengine.ui.why.subject import CHOICES, Subject

_METHOD = """
For every change the whole ranker runs again, interest included: one event left out, one fact of
the moment changed, one fact of the profile hidden. The picture shows where the item would stand.
The scale counts in doublings: from place 1 to 2 is as far as from 50 to 100.
"""
_LABELS = {"kind": "Kind", "label": "Change", "new_rank": "New place", "places": "Places lost"}


def draw_change(subject: Subject) -> None:
    """The whole answer."""
    view = subject.view
    with st.skeleton(height=420):
        what_if = view.answers.what_if(view.request, subject.item_id)
    changes = charts.rank_changes(what_if)
    with subject.headline:
        told.answer(view, _sentence(subject, what_if))
    if what_if.remark:
        st.caption(f":material/info: {plain(what_if.remark)}")
    _draw_moment(subject, what_if.rank)
    st.subheader("One change at a time", anchor=False)
    if changes.empty:
        st.markdown(
            f"**Nothing moves it** from number {what_if.rank:,}: not leaving out any one of the "
            "most telling events, not another moment. Its score would change a little:"
        )
        explanation = view.answers.explain(view.request, subject.item_id)
        figure = charts.score_changes(what_if, explanation.score, view.palette)
    else:
        figure = charts.dumbbells(what_if, view.palette)
    parts.picture(view, figure, "why_what_if", _sentence(subject, what_if))
    with st.container(horizontal=True, vertical_alignment="center"):
        same = int((what_if.changes["places"] == 0).sum())
        st.caption(f"{count(same, 'change')} of {len(what_if.changes)} tried leave it where it is.")
        widgets.method(_METHOD)
    name = f"what_if_{what_if.item_id}"
    what = "Place of the item after each change"
    parts.numbers(view, what_if.changes, name, _LABELS, what, _sentence(subject, what_if))
    if 0 < what_if.rank <= view.request.k:
        st.subheader("The least that would take it out of the list", anchor=False)
        draw_least(subject, subject.item_id, out=True)


def _sentence(subject: Subject, what_if: WhatIf) -> str:
    return moved(subject.title, what_if, charts.rank_changes(what_if), told.language())


def _draw_moment(subject: Subject, rank: int) -> None:
    """Another moment, as many facts at once as one likes, with the item's place at once."""
    view = subject.view
    if not view.dataset.context_features:
        return
    with st.container(border=True, key="why_moment"):
        st.markdown("**In another moment**")
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            chosen = {
                feature.name: CHOICES.menu(
                    feature.label,
                    OTHER + feature.name,
                    {value: spoken_value(value) for value in (UNKNOWN, *feature.values)},
                    view.request.context.get(feature.name, UNKNOWN),
                    width=150,
                )
                for feature in view.dataset.context_features
            }
        known = {name: value for name, value in chosen.items() if value != UNKNOWN}
        if known == dict(view.request.context):
            st.caption(f"As now: number {rank:,}. Choose another moment to see where it would be.")
            return
        try:
            asked = view.request.with_context(known)
            there = view.answers.explain(asked, subject.item_id).rank or 0
        except RecEngineError as error:
            st.caption(plain(error))
            return
        st.markdown(f"Then it would be **number {there:,}**; now it is number {rank:,}.")
