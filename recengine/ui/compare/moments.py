"""What the moment is worth: which of its features matter, held against shuffled ones."""

import math

import pandas as pd
import streamlit as st

from recengine.engine.contexts.results import ContextImportance
from recengine.ui import states, widgets
from recengine.ui.intervals import Scale, intervals
from recengine.ui.text import plain
from recengine.ui.view import View

NOISE = "no difference we can trust"
_WAYS = {
    "known": "The true moment",
    "unknown": "No moment",
    "shuffled": "The moment of somebody else",
}
_COLUMNS = {
    "label": "Feature",
    "value": "Lost without it",
    "low": "From",
    "high": "To",
    "shuffled": "Lost if shuffled",
    "shuffled_low": "Shuffled from",
    "shuffled_high": "Shuffled to",
    "alone": "Brought alone",
    "alone_low": "Alone from",
    "alone_high": "Alone to",
    "gate": "Gate",
    "verdict": "Verdict",
}
_TRUTH_COLUMNS = {"name": "Figure", "mean": "Value", "low": "From", "high": "To"}


def draw_moments(view: View) -> None:
    """The whole view."""
    found = view.answers.context_importance()
    if not found.measured:
        states.empty(
            "Nobody has measured yet what the moment is worth on this data",
            f"This view would show which features of the moment make the lists better. Find out "
            f"with `{found.made_with}`, once the unified ranker is trained.",
            ":material/schedule:",
        )
        return
    widgets.answer(found.sentence, found.protocol)
    left, right = st.columns([0.6, 0.4], gap="small")
    with left, st.container(border=True, key="card_features", height="stretch"):
        st.subheader("What is lost without each feature", anchor=False)
        rows = feature_rows(found)
        scale = Scale.of(rows, percent=False, from_zero=False)
        st.html(intervals(rows, "", percent=False, scale=scale))
        st.caption(
            "Ranking quality (NDCG@10) lost when the ranker is not told this feature. Bars are "
            "95 % intervals over people; what is drawn faded is no difference we can trust."
        )
    with right, st.container(border=True, key="card_told", height="stretch"):
        st.subheader("What the ranker is told", anchor=False)
        rows = told_rows(found)
        st.html(intervals(rows, "known", percent=False))
        st.caption(
            "Ranking quality (NDCG@10). The moment of somebody else is the control: if it did as "
            "well as the true one, knowing the moment would mean nothing."
        )
    if not found.truth.empty:
        _draw_truth(found)
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.method(_how(found))
    widgets.numbers(found.features, "moments", _COLUMNS, "Every feature of the moment")


def feature_rows(found: ContextImportance) -> pd.DataFrame:
    """The features as rows of an interval chart, with what each comes to in words."""
    table = found.features
    said = [
        f"{verdict} · {listening(gate)}"
        for verdict, gate in zip(table["verdict"], table["gate"], strict=True)
    ]
    return table.assign(ranker=table["feature"], said=said, faded=table["verdict"] == NOISE)


def listening(gate: float) -> str:
    """A gate in words; NaN if it was never fitted."""
    if math.isnan(gate):
        return "gate not fitted"
    return "not listened to" if gate == 0 else f"listened to {gate:.1f}×"


def told_rows(found: ContextImportance) -> pd.DataFrame:
    """What the ranker reaches when told the moment, nothing, or another moment."""
    overall = found.overall.set_index("way").loc[list(_WAYS)].reset_index()
    return overall.assign(ranker=overall["way"], label=overall["way"].map(_WAYS), said="")


def _draw_truth(found: ContextImportance) -> None:
    """The simulated shop alone: how much of the truth was found."""
    figures = found.truth.set_index("name")
    reached, alike = figures.loc["share of achievable"], figures.loc["correlation"]
    came = figures.loc["gain as it came"]
    with st.container(border=True, key="card_truth"):
        st.subheader("Against the truth", anchor=False)
        st.html(
            f"<p>In this simulated shop it is known what moments truly do. Of the quality that "
            f"this ranker could gain by knowing it, it gains <b>{reached['mean']:.0%}</b> "
            f"({reached['low']:.0%} to {reached['high']:.0%}). What a moment does to its scores "
            f"and what it truly does to choices are correlated at <b>{alike['mean']:.2f}</b> "
            f"({alike['low']:.2f} to {alike['high']:.2f}). By the true chances of every item, the "
            f"moments as they came change the expected quality by <b>{came['mean']:+.3f}</b> "
            f"({came['low']:+.3f} to {came['high']:+.3f}); one held-out choice a person, as "
            f"above, shows so little only roughly.</p>"
        )
        widgets.numbers(found.truth, "moments_truth", _TRUTH_COLUMNS, "Figures against the truth")


def _how(found: ContextImportance) -> str:
    return "\n\n".join(
        (
            plain(found.protocol),
            "The same questions are asked with every feature known, with one of them hidden, and "
            "with one of them taken from another question. Differences are taken question by "
            "question; intervals are bootstrapped over people.",
            "The gate says how much the ranker listens to a feature: 0 shuts it out, 1 is as it "
            "was trained. Gates are chosen on the validation questions, never on these; a ranker "
            "trained before there were gates has none fitted and listens to all as trained.",
            f"Measured with `{found.made_with}`.",
        )
    )
