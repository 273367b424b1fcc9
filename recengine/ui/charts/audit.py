"""What many people's lists rest on, drawn: shares by kind, by group, by feature, by category."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from recengine.ui.charts.words import in_chart
from recengine.ui.theme import PARTS, Palette, styled

_ROW = 34  # pixels per bar
_NAMES = {kind: label for kind, label in PARTS.items() if kind != "feedback"}  # nobody said a word


def kinds_bars(kinds: pd.DataFrame, colours: Palette) -> go.Figure:
    """One bar per kind, its 95 % interval over people drawn on it."""
    table = kinds.sort_values("share", ascending=True)
    figure = go.Figure(
        go.Bar(
            y=[_NAMES[kind] for kind in table["kind"]], x=table["share"], orientation="h",
            width=0.62,
            marker={"color": [colours.part(kind) for kind in table["kind"]], "cornerradius": 4},
            error_x={
                "type": "data", "symmetric": False, "array": table["high"] - table["share"],
                "arrayminus": table["share"] - table["low"], "color": colours.text,
                "thickness": 1.4, "width": 4,
            },
            text=[f"<b>{share:.0%}</b>" for share in table["share"]],
            textposition="none",
            customdata=np.stack([table["low"], table["high"], table["decisive"]], axis=1),
            hovertemplate="%{y}: %{x:.1%}, from %{customdata[0]:.1%} to %{customdata[1]:.1%}<br>"
            "without it another item for %{customdata[2]} people<extra></extra>",
        )
    )  # fmt: skip
    for row in table.itertuples():
        figure.add_annotation(
            x=row.high, y=_NAMES[row.kind], text=f"<b>{row.share:.0%}</b>", showarrow=False,
            xanchor="left", xshift=8, font={"color": colours.text, "size": 13},
        )  # fmt: skip
    styled(figure, colours, height=50 + _ROW * len(table))
    figure.update_xaxes(range=[0, 1.12 * float(table["high"].max() or 1)], tickformat=".0%",
                        fixedrange=True)  # fmt: skip
    figure.update_yaxes(fixedrange=True, showgrid=False, tickfont={"color": colours.text})
    return figure


def slices_bars(slices: pd.DataFrame, colours: Palette) -> go.Figure:
    """One bar of all kinds per group; groups too small to tell are faded."""
    values = list(dict.fromkeys(slices["value"]))
    names = {
        row.value: f"{in_chart(row.value, 26)} ({row.people:,})" for row in slices.itertuples()
    }
    figure = go.Figure()
    for kind, label in _NAMES.items():
        mine = slices[slices["kind"] == kind].set_index("value").loc[values]
        figure.add_bar(
            y=[names[value] for value in values], x=mine["share"], orientation="h", name=label,
            marker={"color": colours.part(kind), "opacity": np.where(mine["enough"], 1.0, 0.4)},
            hovertemplate=f"%{{y}}<br>{label}: %{{x:.1%}}<extra></extra>", width=0.7,
        )  # fmt: skip
    styled(figure, colours, height=120 + _ROW * len(values))
    legend = {"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "traceorder": "normal"}
    # on a phone its rows may need more than the half of the picture that they get otherwise
    figure.update_layout(barmode="stack", showlegend=True, legend={**legend, "maxheight": 1})
    figure.update_xaxes(range=[0, 1], tickformat=".0%", fixedrange=True, side="top")
    figure.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False,
                        tickfont={"color": colours.text})  # fmt: skip
    return figure


def categories_bars(categories: pd.DataFrame, colours: Palette, most: int = 12) -> go.Figure:
    """Share of each category in what events say, beside its share in the histories."""
    table = categories.head(most)
    figure = go.Figure()
    names = [in_chart(name, 26) for name in table["category"]]
    for share, base, name in zip(table["share"], table["base"], names, strict=True):
        figure.add_scatter(
            x=[base, share], y=[name, name], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": colours.grid, "width": 4},
        )  # fmt: skip
    figure.add_scatter(
        x=table["base"], y=names, mode="markers", name="in the histories",
        marker={"color": colours.muted, "size": 11, "symbol": "circle-open", "line": {"width": 2}},
        hovertemplate="%{y}: %{x:.1%} of the histories<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=table["share"], y=names, mode="markers", name="in what speaks for first items",
        marker={"color": colours.history, "size": 11, "symbol": "circle"},
        hovertemplate="%{y}: %{x:.1%} of what events say<extra></extra>",
    )  # fmt: skip
    styled(figure, colours, height=90 + 28 * len(table))
    figure.update_layout(legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0})
    highest = float(table[["share", "base"]].max(axis=None)) if len(table) else 1.0
    figure.update_xaxes(range=[0, 1.08 * highest or 1], tickformat=".0%", fixedrange=True,
                        side="top")  # fmt: skip
    figure.update_yaxes(autorange="reversed", fixedrange=True, tickfont={"color": colours.text})
    return figure
