"""Why is it here? Every piece of evidence by a method of choice, and how far to trust it."""

import streamlit as st

from recengine.engine.results import Explanation
from recengine.engine.why.results import MethodFacts
from recengine.ui import focus
from recengine.ui.charts import why as charts
from recengine.ui.text import count
from recengine.ui.view import View
from recengine.ui.why import beside, parts, told
from recengine.ui.why.examples import draw_examples
from recengine.ui.why.subject import Subject, choose_method

_METHOD = """
Every method says how much each event, each fact of the moment and each field of the profile speaks
for the item. They differ in how they find out:

- **exact contributions** are the parts that the score is the sum of, for the interest as it is;
- **integrated gradients** follow the score from an average history to this one;
- **leaving one out** runs the ranker again without each piece;
- **attention** says where the model looked, which is not yet a reason.

Scores are centred: 0 is the mean of all items that compete. A method is ticked if, on this ranker,
taking away what it names changes the score more than taking away the last events would; one that
was tested and does no better is marked ⚠.
"""


def draw_here(subject: Subject) -> None:
    """The whole answer."""
    view = subject.view
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="medium", key="why_method_row"
    ):
        method = choose_method(subject)
        beside.pin_button(subject, method)
    explanation = subject.explained(method.name)
    if explanation is None:
        return
    with subject.headline:
        sentences = told.headline(view, explanation, _standing(subject, explanation, method))
        writer = told.draw_ways(view, sentences)
    trust = explanation.trust or method.trust
    beside.draw_beside(subject, explanation, lambda one: _waterfall(view, one))
    if any(one.step for one in explanation.evidence):
        st.subheader(_strip_title(method), anchor=False)
        parts.picture(
            view,
            charts.history_strip(explanation, view.palette),
            "why_strip",
            "Weight of every event of the history for this item, oldest to newest",
            trust,
        )
    parts.badge(trust, method.meaning, _METHOD)
    what = f"Every piece of evidence, {method.label}"
    parts.evidence(view, explanation, f"why_{explanation.item_id}", what)
    told.offer_description(view, explanation, writer)
    draw_examples(subject)


def _waterfall(view: View, explanation: Explanation) -> None:
    looks = "attention" in explanation.unit
    figure = (
        charts.waterfall(explanation.evidence, view.palette)
        if explanation.adds_up
        else charts.weights(explanation.evidence, view.palette, percent=looks)
    )
    key = f"why_waterfall_{explanation.method_name}_{explanation.item_id}"
    parts.picture(view, figure, key, _spoken(explanation), explanation.trust)


def _strip_title(method: MethodFacts) -> str:
    return (
        "Every event of the history, for or against"
        if method.signed
        else "Every event of the history, by how much it was looked at"
    )


def _standing(subject: Subject, explanation: Explanation, method: MethodFacts) -> str:
    """Where the item stands, and how many pieces its score has."""
    events = sum(one.kind == "event" for one in explanation.evidence)
    facts = len(explanation.evidence) - events
    place = focus.place(explanation.rank, subject.listed.candidates)
    side = "above" if explanation.score >= 0 else "below"
    pieces = f"{count(events, 'event')} and {count(facts, 'other reason')}"
    if not method.adds_up:
        return f"{place[:1].upper()}{place[1:]} · weights of {pieces}, in {method.unit}"
    return (
        f"{place[:1].upper()}{place[1:]} · score {abs(explanation.score):.2f} {side} the mean of "
        f"all items, from {pieces}"
    )


def _spoken(explanation: Explanation) -> str:
    steps = charts.waterfall_steps(explanation.evidence, most=5)
    pieces = ", ".join(f"{row.label} {row.weight:+.2f}" for row in steps.itertuples())
    return f"{explanation.sentence} Weights in {explanation.unit}: {pieces}."
