"""How each method of explanation did when it was tested, beside chance and the last events."""

import pandas as pd
import streamlit as st

from recengine.engine.why.results import NOT_MEASURED, Faithfulness
from recengine.engine.wording import listed
from recengine.ui import states, widgets
from recengine.ui.address import MEASURE
from recengine.ui.charts import tested as charts
from recengine.ui.text import plain
from recengine.ui.view import View
from recengine.ui.why import parts
from recengine.ui.why.subject import CHOICES

_NAMES = {
    "faithfulness": "Faithfulness",
    "comprehensiveness": "Comprehensiveness",
    "sufficiency": "Sufficiency",
    "stays": "Stays in the list (POS@k)",
    "deletion": "Deletion (DEL)",
    "insertion": "Insertion (INS)",
    "comprehensiveness-nats": "Comprehensiveness, in nats",
    "sufficiency-nats": "Sufficiency, in nats",
    "occlusion": "Agrees with leaving one out",
    "steady": "Steady when one event is forgotten",
    "seeds": "Steady over trainings",
    "randomised": "Blind to what was learnt",
    "true-moment": "Names the true fact of the moment",
    "true-interest": "Names the true interest",
    "milliseconds": "Milliseconds",
}
_MAIN, _COST, _RECENCY = "faithfulness", "milliseconds", "recency"
_METHOD = """
For every person asked, the ranker's first item is explained by each method. Then events are taken
away, or kept alone, in the order in which the method named them, and the ranker runs again. How
far the item falls is set between the best and the worst order that a greedy search finds.

Two controls are tested the same way: naming events **at random**, and naming **the last events**
whatever they are. A method has passed if it is ahead of the last events by more than chance
explains, person by person, after Holm's correction over all methods of the ranker.
"""
_FIGURES = {
    "label": "Method",
    "standing": "Standing",
    "value": "Value",
    "low": "From",
    "high": "To",
    "ahead": "Ahead of the last events",
    "ahead_low": "Ahead from",
    "ahead_high": "Ahead to",
}


def draw_tested(view: View) -> None:
    """The whole section; what was measured for another training does not count."""
    st.subheader("Are the reasons the reasons?", anchor=False)
    ranker = view.request.ranker
    methods = view.answers.once(view.engine.why.methods, ranker)
    trust = next((each.trust for each in methods if each.trust.verdict != NOT_MEASURED), None)
    found: Faithfulness = view.answers.once(view.engine.why.faithfulness)
    own = figures_of(found, ranker)
    if trust is None or own.empty:
        first = methods[0].trust
        states.empty(
            "Not tested yet on this ranker",
            f"{plain(first.sentence)} Find out with `{first.made_with}`.",
            ":material/fact_check:",
        )
        return
    names = {name: _NAMES.get(name, name) for name in dict.fromkeys(own["metric"])}
    chosen = CHOICES.menu("Measured", MEASURE, names, _MAIN, width=320)
    _draw_measure(view, found, own, chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(f"{trust.protocol}. Made with: {trust.made_with}"))
        widgets.method(_METHOD)
    _draw_every(view, found, own)


def _draw_measure(view: View, found: Faithfulness, own: pd.DataFrame, chosen: str) -> None:
    """One measure of every method: read, drawn, and as numbers."""
    better = found.better[chosen]
    rows = own[own["metric"] == chosen]
    rows = rows.sort_values("value", ascending=better == "lower", kind="stable")
    said = told(rows, better, chosen)
    st.markdown(f"**{plain(said)}**")
    control = rows.loc[rows["method"] == _RECENCY, "value"]
    line = float(control.iloc[0]) if len(control) and chosen != _COST else float("nan")
    name = f"why_tested_{view.request.ranker}_{chosen}"
    parts.picture(view, charts.methods_dots(rows, line, view.palette), name, said)
    st.caption(plain(f"{found.metrics[chosen]} {_reading(better)}"))
    what = _NAMES.get(chosen, chosen)
    parts.numbers(view, rows, f"{name}_numbers", _FIGURES, what, said)


def _draw_every(view: View, found: Faithfulness, own: pd.DataFrame) -> None:
    """All measures as one table, for those who compare."""
    whole, what = every_measure(own), "Every measure of every method"
    main = own[own["metric"] == _MAIN].sort_values("value", ascending=False, kind="stable")
    said = told(main, found.better[_MAIN], _MAIN)
    name, labels = f"why_tested_{view.request.ranker}", {each: str(each) for each in whole}
    parts.numbers(view, whole, name, labels, what, said, title=what)


def figures_of(found: Faithfulness, ranker: str) -> pd.DataFrame:
    """The figures of one ranker with names in plain words; what has no value is left out."""
    own = found.table[(found.table["ranker"] == ranker) & found.table["value"].notna()]
    passed = own["trusted"].map({True: charts.PASSED, False: charts.FAILED})
    return own.assign(
        standing=passed.where(~own["control"].astype(bool), charts.CONTROL),
        name=own["metric"].map(lambda name: _NAMES.get(name, name)),
        written=[written(value) for value in own["value"]],
    )


def every_measure(own: pd.DataFrame) -> pd.DataFrame:
    """One row per method, the best first, and a column per measure."""
    named = {"label": "Method", "standing": "Standing"}
    wide = own.pivot(index=[*named], columns="name", values="value")
    wide = wide[list(dict.fromkeys(own["name"]))].sort_values(_NAMES[_MAIN], ascending=False)
    return wide.reset_index().rename(columns=named).rename_axis(columns=None)


def told(rows: pd.DataFrame, better: str, metric: str) -> str:
    """The reading of one measure in one sentence; rows are sorted, best first."""
    rivals = rows[rows["standing"] != charts.CONTROL]
    controls = rows[rows["standing"] == charts.CONTROL]
    beside = listed([f"{row.label} {row.written}" for row in controls.itertuples()])
    if metric == _MAIN:
        return _verdict(rivals, beside)
    first = rivals.iloc[0]
    adjective = {"lower": "Lowest", "higher": "Highest"}.get(better, "First")
    against = f"; {beside}" if beside else ""
    return f"{adjective}: {first['label']}, {first['written']}{against}."


def _verdict(rivals: pd.DataFrame, beside: str) -> str:
    passed, failed = (
        rivals.loc[rivals["standing"] == standing, "label"].tolist()
        for standing in (charts.PASSED, charts.FAILED)
    )
    if not passed:
        return f"No method beats naming the last events: not {listed(failed)} ({beside})."
    won = f"{listed(passed)} {'beat' if len(passed) > 1 else 'beats'} naming the last events"
    lost = f"; {listed(failed)} {'do' if len(failed) > 1 else 'does'} not" if failed else ""
    return f"{won[:1].upper()}{won[1:]}{lost} ({beside})."


def written(value: float) -> str:
    """A figure as it is read: two places, none where it is large."""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2f}".replace("-", "\u2212")


def _reading(better: str) -> str:
    return f"{better.capitalize()} is better." if better else ""
