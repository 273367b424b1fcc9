"""What did the model look at? All heads together first, then each one, then every event."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from recengine.engine.results import AttentionView
from recengine.engine.telling.answers import looked_most
from recengine.types import ITEM_ID, TITLE
from recengine.ui import states
from recengine.ui.address import HEAD, NEWEST
from recengine.ui.charts import attention as charts
from recengine.ui.text import count, plain
from recengine.ui.why import parts, told
from recengine.ui.why.answered import draw_answered
from recengine.ui.why.read import draw_read, offer_read
from recengine.ui.why.subject import CHOICES, Subject

_METHOD = """
Weights with which the position that is scored reads the events, in every layer and head of the
ranker's sequence model. They say where the model **looked**, not why it decided: an event may be
looked at and change nothing. *Rollout* follows the looks through all layers. For reasons, ask why
it is here.
"""
_ALL, _ROLLOUT = "all", "rollout"  # in the address, beside "2-1" for head 1 of layer 2
_LAST_LAYER, _THROUGH = "attention", "rollout"  # methods of explanation
_TESTED = "Where it looked. Tested were the mean over the heads of the last layer, and the rollout."
_LABELS = {"step": "Event", TITLE: "Title", ITEM_ID: "Item", "weight": "Attention"}
_HEADS = {
    "layer": "Layer",
    "head": "Head",
    "back": "Events back, on average",
    "newest_ten": "Share on the newest ten",
    TITLE: "Looks most at",
    "weight": "With",
}
_EVERY = {"layer": "Layer", "head": "Head", **_LABELS}
del _EVERY[ITEM_ID]


def draw_looked(subject: Subject) -> None:
    """The whole answer, or why there is none."""
    view = subject.view
    readers = view.answers.once(view.engine.why.readers)
    if view.request.ranker in readers:
        draw_read(subject)
        return
    _draw_events_read(subject)
    draw_answered(subject)
    offer_read(subject, readers)


def _draw_events_read(subject: Subject) -> None:
    """What a ranker that reads the events as a sequence looked at, or why there is nothing."""
    view = subject.view
    if "attention" not in subject.methods():
        label = view.engine.ranker_labels.get(view.request.ranker, view.request.ranker)
        states.empty(
            f"{plain(label)} has no attention",
            "It reads no sequence of events by attention, so there is nothing it looked at. The "
            "other questions hold for every ranker.",
            ":material/visibility_off:",
        )
        return
    with st.skeleton(height=420):
        attention = view.answers.attention(view.request)
    if attention.tokens.empty:
        states.empty("Nothing to look at", "There are no events yet.", ":material/visibility_off:")
        return
    whole = charts.looked_at(attention, most=len(attention.tokens))
    most = whole.loc[whole["weight"].idxmax()]
    sentence = looked_most(most[TITLE], int(most["step"]), float(most["weight"]), told.language())
    with subject.headline:
        caption = "The same for every item: attention reads the history, not items"
        told.answer(view, sentence, caption)
    _draw_events(subject, attention, sentence)
    st.subheader("How far back each head looks", anchor=False)
    heads = charts.heads_table(attention)
    near = heads.loc[heads["back"].idxmin()]
    far = heads.loc[heads["back"].idxmax()]
    said = (
        f"Head {near['head']} of layer {near['layer']} looks {near['back']:.0f} events back on "
        f"average, head {far['head']} of layer {far['layer']} {far['back']:.0f}."
    )
    trust = subject.methods()[_LAST_LAYER].trust
    parts.picture(view, charts.heads_grid(heads, view.palette), "why_heads", said, trust)
    st.caption(
        f"{count(len(heads), 'head')} read {count(len(attention.tokens), 'event')}; the last "
        "event is 1 back. A head of the present looks a few events back, one of the long taste far."
    )
    what = "What each head looks at"
    _numbers(subject, heads, "attention_heads", _HEADS, what, said)
    _draw_everything(subject, attention, sentence)


def _draw_events(subject: Subject, attention: AttentionView, sentence: str) -> None:
    """One bar per event, of all heads together or of one, and how far to trust it as a reason."""
    view = subject.view
    pairs = attention.weights[["layer", "head"]].drop_duplicates().to_numpy().tolist()
    heads = {f"{layer}-{head}": (layer, head) for layer, head in pairs}
    names = {_ALL: "All heads", _ROLLOUT: "Through all layers (rollout)"}
    names |= {name: f"Layer {layer}, head {head}" for name, (layer, head) in heads.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", key="why_looked_controls"):
        chosen = CHOICES.menu("Whose attention", HEAD, names, _ALL)
        few = len(attention.tokens) > charts.MOST_LOOKED_AT and CHOICES.toggle(
            f"Only the newest {charts.MOST_LOOKED_AT}", NEWEST
        )
    shown = charts.MOST_LOOKED_AT if few else len(attention.tokens)
    table = charts.looked_at(attention, shown, heads.get(chosen))
    if chosen == _ROLLOUT:
        rolled = subject.explained(_THROUGH)
        if rolled is None:
            return
        weights = {one.step: one.weight for one in rolled.evidence if one.step}
        table = table.assign(weight=table["step"].map(weights).fillna(0.0))
    method = subject.methods()[_THROUGH if chosen == _ROLLOUT else _LAST_LAYER]
    said = (
        f"Attention to each of {count(len(table), 'event')}, {names[chosen]}; most to "
        f"{table.loc[table['weight'].idxmax(), TITLE]}."
    )
    bars = charts.attention_bars(table, view.palette)
    parts.picture(view, bars, f"why_attention_{chosen}", said, method.trust)
    parts.badge(method.trust, _TESTED, _METHOD)
    parts.numbers(
        view, table, f"attention_{chosen}", _LABELS, f"Attention to each event, {names[chosen]}",
        sentence if chosen == _ALL else said, method=names[chosen], trust=method.trust,
    )  # fmt: skip


def _draw_everything(subject: Subject, attention: AttentionView, sentence: str) -> None:
    """Every head and every event, when somebody wants it."""
    what = "Every head and every event"
    drawer = CHOICES.drawer(what, "grid", ":material/grid_on:")
    if not drawer.open:
        return
    view, trust = subject.view, subject.methods()[_LAST_LAYER].trust
    with drawer:
        said = "Attention of every head in every layer to every event"
        figure = charts.attention_heads(attention, view.palette)
        parts.picture(view, figure, "why_all_heads", said, trust)
    every = attention.weights.merge(attention.tokens, on="step")
    _numbers(subject, every, "attention_every", _EVERY, what, sentence)


def _numbers(
    subject: Subject,
    table: pd.DataFrame,
    name: str,
    labels: Mapping[str, str],
    what: str,
    sentence: str,
) -> None:
    """A table of heads, which carries what the test of the last layer's attention said."""
    facts = subject.methods()[_LAST_LAYER]
    parts.numbers(
        subject.view, table, name, labels, what, sentence, f"Numbers: {what.lower()}",
        method=facts.label, trust=facts.trust,
    )  # fmt: skip
