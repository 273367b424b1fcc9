"""Whether telling it helps, drawn: ranking quality by the number of things told.

A pure figure: a record in, a figure out; bands are 95 % intervals over people.
"""

import pandas as pd
import plotly.graph_objects as go

from recengine.engine.feedback.results import FeedbackProof
from recengine.ui.theme import Palette, styled

METRIC = "ndcg@10"
COLUMNS = {
    "arm": "What was told",
    "told": "Remarks",
    "metric": "Metric",
    "value": "Value",
    "low": "Low",
    "high": "High",
    "difference": "Gain",
    "diff_low": "Gain, low",
    "diff_high": "Gain, high",
}
_HEIGHT = 380


def gains(proof: FeedbackProof, ranker: str, colours: Palette) -> go.Figure:
    """Gain over nothing told: own choices, what was valued low, any clicks, full knowledge."""
    table = proof.table[(proof.table["ranker"] == ranker) & (proof.table["metric"] == METRIC)]
    figure = go.Figure()
    figure.add_hline(y=0, line={"color": colours.muted, "width": 1, "dash": "3px,4px"})
    untold = table[table["told"] == 0].head(1)
    for arm, name, colour, dash, mark in (
        ("others", "any popular items told", colours.muted, "dot", "circle-open"),
        ("less", "any popular items, as less", colours.muted, "dot", "triangle-down-open"),
        ("low", "less of what they valued low", colours.negative, "dash", "triangle-down"),
        ("own", "more of their own next choices", colours.accent, "solid", "circle"),
    ):
        mine = table[table["arm"] == arm]
        if mine.empty:  # no values, or measured before
            continue
        line = mine if mine["told"].min() == 0 else pd.concat([untold, mine])
        band = f"rgba({_channels(colour)}, 0.16)"
        figure.add_scatter(
            x=[*line["told"], *line["told"][::-1]],
            y=[*line["diff_high"], *line["diff_low"][::-1]],
            mode="lines", fill="toself", fillcolor=band, line={"width": 0},
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
        figure.add_scatter(
            x=line["told"], y=line["difference"], mode="lines+markers", name=name,
            line={"color": colour, "width": 2.4, "dash": dash},
            marker={"symbol": mark, "size": 8, "color": colour},
            hovertemplate="%{x} told: %{y:+.3f}<extra></extra>",
        )  # fmt: skip
    known = table[table["arm"] == "events"]
    figure.add_scatter(
        x=known["told"], y=known["difference"], mode="markers", name="as events of the history",
        marker={"symbol": "diamond-open", "size": 11, "color": colours.history},
        hovertemplate="known as events: %{y:+.3f}<extra></extra>",
    )  # fmt: skip
    styled(figure, colours, height=_HEIGHT)
    figure.update_xaxes(title_text="Remarks told", dtick=1, fixedrange=True)
    figure.update_yaxes(title_text="Gain in NDCG@10", fixedrange=True, tickformat="+.2f")
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return figure


def _channels(colour: str) -> str:
    return ", ".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
