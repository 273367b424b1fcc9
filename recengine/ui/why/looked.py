"""What did the model look at? All heads together first, then each one, then every event."""

import streamlit as st

from recengine.engine.results import AttentionView
from recengine.types import ITEM_ID, TITLE
from recengine.ui import states, widgets
from recengine.ui.charts import attention as charts
from recengine.ui.text import count, plain
from recengine.ui.why import parts
from recengine.ui.why.answered import draw_answered
from recengine.ui.why.subject import Subject

_METHOD = """
Weights with which the position that is scored reads the events, in every layer and head of the
ranker's sequence model. They say where the model **looked**, not why it decided: an event may be
looked at and change nothing. *Rollout* follows the looks through all layers. For reasons, ask why
it is here.
"""
_ALL, _ROLLOUT = "All heads", "Through all layers (rollout)"
_LABELS = {"step": "Event", TITLE: "Title", ITEM_ID: "Item", "weight": "Attention"}
_HEADS = {
    "layer": "Layer",
    "head": "Head",
    "back": "Events back, on average",
    "newest_ten": "Share on the newest ten",
    TITLE: "Looks most at",
    "weight": "With",
}


def draw_looked(subject: Subject) -> None:
    """The whole answer, or why there is none."""
    view = subject.view
    if "attention" not in subject.methods():
        label = view.engine.ranker_labels.get(view.request.ranker, view.request.ranker)
        states.empty(
            f"{plain(label)} has no attention",
            "It reads no sequence of events by attention, so there is nothing it looked at. The "
            "other questions hold for every ranker.",
            ":material/visibility_off:",
        )
        draw_answered(subject)
        return
    with st.skeleton(height=420):
        attention = view.answers.attention(view.request)
    if attention.tokens.empty:
        states.empty("Nothing to look at", "There are no events yet.", ":material/visibility_off:")
        return
    whole = charts.looked_at(attention, most=len(attention.tokens))
    most = whole.loc[whole["weight"].idxmax()]
    sentence = (
        f"It looked most at {most[TITLE]} (event {most['step']:,}), with {most['weight']:.0%} of "
        "its attention: where it looked, not why it decided."
    )
    with subject.headline:
        widgets.answer(sentence, "The same for every item: attention reads the history, not items")
    _draw_events(subject, attention)
    st.subheader("How far back each head looks", anchor=False)
    heads = charts.heads_table(attention)
    near = heads.loc[heads["back"].idxmin()]
    far = heads.loc[heads["back"].idxmax()]
    parts.picture(
        view,
        charts.heads_grid(heads, view.palette),
        "why_heads",
        f"Head {near['head']} of layer {near['layer']} looks {near['back']:.0f} events back on "
        f"average, head {far['head']} of layer {far['layer']} {far['back']:.0f}",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{count(len(heads), 'head')} read {count(len(attention.tokens), 'event')}; the last "
            "event is 1 back. A head of the present looks a few events back, one of the long "
            "taste far."
        )
        widgets.method(_METHOD)
    _draw_everything(subject, attention)
    parts.numbers(view, whole, "attention", _LABELS, "Attention to each event", sentence)
    widgets.numbers(heads, "attention_heads", _HEADS, "What each head looks at")
    draw_answered(subject)


def _draw_events(subject: Subject, attention: AttentionView) -> None:
    """One bar per event, of all heads together or of one."""
    view = subject.view
    pairs = attention.weights[["layer", "head"]].drop_duplicates().to_numpy().tolist()
    heads = {f"Layer {layer}, head {head}": (layer, head) for layer, head in pairs}
    with st.container(horizontal=True, vertical_alignment="bottom", key="why_looked_controls"):
        chosen = st.selectbox(
            "Whose attention", [_ALL, _ROLLOUT, *heads], key="why_head", width=260
        )
        few = len(attention.tokens) > charts.MOST_LOOKED_AT and st.toggle(
            f"Only the newest {charts.MOST_LOOKED_AT}", key="why_looked_few"
        )
    shown = charts.MOST_LOOKED_AT if few else len(attention.tokens)
    table = charts.looked_at(attention, shown, heads.get(chosen))
    if chosen == _ROLLOUT:
        rolled = subject.explained("rollout")
        if rolled is None:
            return
        weights = {one.step: one.weight for one in rolled.evidence if one.step}
        table = table.assign(weight=table["step"].map(weights).fillna(0.0))
    parts.picture(
        view,
        charts.attention_bars(table, view.palette),
        "why_attention",
        f"Attention to each of {count(len(table), 'event')}, {chosen}; most to "
        f"{table.loc[table['weight'].idxmax(), TITLE]}",
    )


def _draw_everything(subject: Subject, attention: AttentionView) -> None:
    """Every head and every event, when somebody wants it."""
    drawer = st.expander(
        "Every head and every event", icon=":material/grid_on:", key="why_grid", on_change="rerun"
    )
    if drawer.open:
        with drawer:
            parts.picture(
                subject.view,
                charts.attention_heads(attention, subject.view.palette),
                "why_all_heads",
                "Attention of every head in every layer to every event",
            )
