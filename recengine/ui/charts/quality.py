"""Measured quality of the rankers as dots with their intervals on one axis."""

import pandas as pd
import plotly.graph_objects as go

from recengine.ui.text import one_line
from recengine.ui.theme import Palette, styled

ROW_HEIGHT = 46
_AXIS_HEIGHT = 44


def quality_intervals(
    table: pd.DataFrame, chosen: str, colours: Palette, *, percent: bool
) -> go.Figure:
    """One row per ranker, best on top; the ranker in use stands out, its value is written beside.

    Args:
        table: rows of `Quality.table` for one metric.
        chosen: name of the ranker in use.
        colours: colours of the mode on show.
        percent: whether values read as shares ("31%") or as numbers (".182").
    """
    rows = table.sort_values("value")
    labels = [_label(row, chosen) for row in rows.itertuples()]
    tints = [colours.accent if name == chosen else colours.muted for name in rows["ranker"]]
    figure = go.Figure()
    for row, label, tint in zip(rows.itertuples(), labels, tints, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[row.low, row.high],
                y=[label, label],
                mode="lines",
                line={"color": tint, "width": 7 if row.ranker == chosen else 5},
                opacity=0.35,
                hoverinfo="skip",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=rows["value"],
            y=labels,
            mode="markers",
            marker={
                "color": tints,
                "size": [13 if name == chosen else 10 for name in rows["ranker"]],
                "symbol": ["diamond" if name == chosen else "circle" for name in rows["ranker"]],
                "line": {"color": colours.raised, "width": 1.5},
            },
            customdata=rows[["low", "high", "seeds"]],
            hovertemplate=_hover(percent),
        )
    )
    for row, label, tint in zip(rows.itertuples(), labels, tints, strict=True):
        figure.add_annotation(
            x=row.high,
            y=label,
            text=_written(row.value, percent),
            showarrow=False,
            xanchor="left",
            xshift=8,
            font={"color": tint, "size": 14 if row.ranker == chosen else 13},
        )
    styled(figure, colours, height=_AXIS_HEIGHT + ROW_HEIGHT * len(rows))
    top = float(rows["high"].max())
    figure.update_xaxes(
        range=[0, top * 1.24], tickformat=".0%" if percent else ".2f", nticks=6, fixedrange=True
    )
    figure.update_yaxes(showgrid=False, fixedrange=True, ticksuffix="  ")
    figure.update_yaxes(tickfont={"size": 13, "color": colours.text})
    return figure.update_layout(showlegend=False, margin={"l": 4, "r": 4, "t": 4, "b": 4})


def _label(row: object, chosen: str) -> str:
    label = one_line(row.label)  # type: ignore[attr-defined]
    return f"<b>{label}</b>" if row.ranker == chosen else label  # type: ignore[attr-defined]


def _written(value: float, percent: bool) -> str:
    return f"<b>{value:.0%}</b>" if percent else f"<b>{value:.3f}</b>"


def _hover(percent: bool) -> str:
    form = ".1%" if percent else ".3f"
    return (
        f"%{{x:{form}}}, 95 % between %{{customdata[0]:{form}}} and %{{customdata[1]:{form}}}"
        "<br>%{customdata[2]} seeds<extra>%{y}</extra>"
    )
