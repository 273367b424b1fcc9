"""The page Why this?: one item, its place, and the evidence for it, question by question."""

import pandas as pd
import streamlit as st

from recengine.engine.results import Explanation, Recommendations
from recengine.types import ITEM_ID, TITLE
from recengine.ui import address, focus, frame, pictures, states, widgets
from recengine.ui.charts import why as charts
from recengine.ui.states import calm_errors
from recengine.ui.text import count, plain
from recengine.ui.view import View

_WHY, _WHAT_IF, _LOOKED = "Why is it here?", "What would change it?", "What did the model look at?"
_QUIET = {"displayModeBar": False}
_EVIDENCE = {"kind": "Kind", "label": "Evidence", "weight": "Weight", "detail": "Detail"}
_METHOD = """
The score is the dot product of the person's interest with the item's vector for this person and
moment, plus what goes together with their events (*prior*) and how popular the item is. Each of
these is a sum over events and facts, so the score splits into parts **exactly**: the parts add up
to it, nothing is estimated. Scores are centred: 0 is the mean of all items that compete.

The split holds for the interest as it is. The interest itself came from the history too; what
happens when an event had never been is the other question, *What would change it?*.
"""
_METHOD_WHAT_IF = """
For every change the whole ranker runs again, interest included: one event left out, one fact of
the moment changed, one fact of the profile hidden. The picture shows where the item would stand.
The scale counts in doublings: from place 1 to 2 is as far as from 50 to 100.
"""
_METHOD_LOOKED = """
Weights with which the newest event reads the events before it, in every layer and head of the
ranker's sequence model. They say where the model **looked**, not why it decided: an event may be
looked at and change nothing. For reasons, use the first two questions.
"""


@st.fragment
@calm_errors()
def draw(view: View) -> None:
    """The whole page."""
    pictures.style()
    headline = st.container()
    listed = view.answers.recommend(view.request)
    item_id = _choose_item(view, listed)
    if not item_id:
        states.empty(
            "Nothing to explain",
            "No item competes for this person. Search for any item above.",
            ":material/help_center:",
        )
        return
    explanation = view.answers.explain(view.request, item_id)
    with headline:
        widgets.answer(explanation.sentence, _standing(explanation, listed))
    why, what_if, looked = st.tabs([_WHY, _WHAT_IF, _LOOKED], key="why_question", on_change="rerun")
    if why.open:
        with why:
            _draw_why(view, explanation)
    if what_if.open:
        with what_if:
            _draw_what_if(view, explanation)
    if looked.open:
        with looked:
            _draw_looked(view)


def _choose_item(view: View, listed: Recommendations) -> str:
    """The item to explain: from the address, from the present list, or any other by search."""
    present = {str(row.item_id): f"{row.rank} · {row.title}" for row in listed.items.itertuples()}
    wanted = address.written().get(address.ITEM, "")
    if wanted and wanted not in view.dataset.item_ids:
        st.warning(
            f"There is no item {plain(wanted)} here. Shown instead: the first of the list.",
            icon=":material/link_off:",
        )
        wanted = ""
    chosen = wanted or next(iter(present), "")
    options = dict(present)
    if chosen and chosen not in options:
        options[chosen] = _title(view, chosen)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="why_picker"):
        _pick_from_list(options, chosen)
        text = st.text_input(
            "Any other item",
            key="why_search",
            type="search",
            placeholder=f"Ask about any of {view.dataset.num_items:,} items",
            live=True,
            icon=":material/search:",
            width=330,
        )
    with st.container():
        if text and text.strip():
            _offer_hits(view.engine.search_items(text.strip(), limit=8))
    return chosen


def _pick_from_list(options: dict[str, str], chosen: str) -> None:
    st.session_state["why_item"] = chosen or None
    st.selectbox(
        "In the present list",
        list(options),
        format_func=lambda item_id: options.get(item_id, item_id),
        key="why_item",
        on_change=lambda: frame.focus(st.session_state["why_item"] or ""),
        width=330,
        placeholder="The list is empty",
    )


def _offer_hits(hits: pd.DataFrame) -> None:
    if hits.empty:
        st.caption("Nothing found. Part of a title is enough: “star”, “king”.")
        return
    with st.container(horizontal=True, gap="small", key="why_hits"):
        for hit in hits.itertuples():
            st.button(
                plain(hit.title),
                key=f"ask_{hit.item_id}",
                type="tertiary",
                icon=":material/help_center:",
                on_click=_ask_about,
                args=(str(hit.item_id),),
            )


def _ask_about(item_id: str) -> None:
    st.session_state["why_search"] = ""
    frame.focus(item_id)


def _title(view: View, item_id: str) -> str:
    return str(view.dataset.items[TITLE].iat[view.dataset.item_index(item_id) - 1])


def _standing(explanation: Explanation, listed: Recommendations) -> str:
    """Where the item stands, and how many pieces its score has."""
    events = sum(one.kind == "event" for one in explanation.evidence)
    facts = len(explanation.evidence) - events
    place = focus.place(explanation.rank, listed.candidates)
    side = "above" if explanation.score >= 0 else "below"
    return (
        f"{place[:1].upper()}{place[1:]} · score {abs(explanation.score):.2f} {side} the mean of "
        f"all items, from {count(events, 'event')} and {count(facts, 'other reason')}"
    )


def _draw_why(view: View, explanation: Explanation) -> None:
    st.plotly_chart(
        charts.waterfall(explanation, view.palette),
        theme=None,
        config=_QUIET,
        key="why_waterfall",
        alt=_spoken(explanation),
    )
    if any(one.step for one in explanation.evidence):
        st.subheader("Every event of the history, for or against", anchor=False)
        st.plotly_chart(
            charts.history_strip(explanation, view.palette),
            theme=None,
            config=_QUIET,
            key="why_strip",
            alt="Weight of every event of the history for this item, oldest to newest",
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        exact = (
            "add up to the score exactly" if explanation.adds_up else "do not add up to the score"
        )
        st.caption(
            f":material/verified: The parts {exact}, for the interest as it is. The interest "
            "itself came from the history: ask what would change it."
        )
        widgets.method(_METHOD)
    table = pd.DataFrame([vars(one) for one in explanation.evidence])
    widgets.numbers(table, f"why_{explanation.item_id}", _EVIDENCE, "Every piece of evidence")


def _spoken(explanation: Explanation) -> str:
    steps = charts.waterfall_steps(explanation.evidence, most=5)
    parts = ", ".join(f"{row.label} {row.weight:+.2f}" for row in steps.itertuples())
    return f"{explanation.sentence} Parts of the score {explanation.score:+.2f}: {parts}."


def _draw_what_if(view: View, explanation: Explanation) -> None:
    with st.skeleton(height=520):
        what_if = view.answers.what_if(view.request, explanation.item_id)
    changes = charts.rank_changes(what_if)
    if changes.empty:
        st.markdown(
            f"**Nothing moves it** from number {what_if.rank:,}: not leaving out any one of the "
            "most telling events, not another moment. Its score would change a little:"
        )
        figure = charts.score_changes(what_if, explanation.score, view.palette)
        said = f"Nothing moves it from number {what_if.rank:,}"
    else:
        top = changes.iloc[0]
        st.markdown(
            f"Most telling: **{plain(top['label'])}**, it would be number "
            f"**{top['new_rank']:,}** instead of {what_if.rank:,}."
        )
        figure = charts.dumbbells(what_if, view.palette)
        said = (
            f"Most telling: {top['label']}, place {top['new_rank']:,} instead of {what_if.rank:,}"
        )
    st.plotly_chart(figure, theme=None, config=_QUIET, key="why_what_if", alt=said)
    with st.container(horizontal=True, vertical_alignment="center"):
        same = int((what_if.changes["places"] == 0).sum())
        st.caption(f"{count(same, 'change')} of {len(what_if.changes)} tried leave it where it is.")
        widgets.method(_METHOD_WHAT_IF)
    labels = {"kind": "Kind", "label": "Change", "new_rank": "New place", "places": "Places lost"}
    widgets.numbers(
        what_if.changes, f"what_if_{what_if.item_id}", labels, "Place of the item after each change"
    )


def _draw_looked(view: View) -> None:
    if not view.dynamic:
        label = view.engine.ranker_labels.get(view.request.ranker, view.request.ranker)
        states.empty(
            f"{label} has no attention",
            "It reads no sequence of events, so there is nothing it looked at. The first two "
            "questions hold for every ranker.",
            ":material/visibility_off:",
        )
        return
    with st.skeleton(height=420):
        attention = view.answers.attention(view.request)
    if attention.tokens.empty:
        states.empty("Nothing to look at", "There are no events yet.", ":material/visibility_off:")
        return
    table = charts.looked_at(attention)
    most = table.loc[table["weight"].idxmax()]
    st.markdown(
        f"It looked most at **{plain(most['title'])}** (event {most['step']:,}), with "
        f"{most['weight']:.0%} of its attention. This is where it looked, **not why** it decided."
    )
    st.plotly_chart(
        charts.attention_bars(attention, view.palette),
        theme=None,
        config=_QUIET,
        key="why_attention",
        alt=f"Attention to each of the newest events; most to {most['title']}",
    )
    st.subheader("By layer and head", anchor=False)
    st.plotly_chart(
        charts.attention_heads(attention, view.palette),
        theme=None,
        config=_QUIET,
        key="why_heads",
        alt="Attention of every head in every layer to the newest events",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"The newest {count(len(table), 'event')} of those the model reads.")
        widgets.method(_METHOD_LOOKED)
    labels = {"step": "Event", TITLE: "Title", ITEM_ID: "Item", "weight": "Attention"}
    widgets.numbers(table, "attention", labels, "Attention to each event")
