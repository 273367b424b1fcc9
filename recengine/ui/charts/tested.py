"""How methods of explanation did when they were tested, drawn beside chance and recency."""

import pandas as pd
import plotly.graph_objects as go

from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

PASSED, FAILED, CONTROL = "passed", "did not pass", "control"
_ROW = 34  # pixels per method
_SYMBOLS = {PASSED: "circle", FAILED: "x-thin", CONTROL: "diamond-open"}


def methods_dots(rows: pd.DataFrame, recency: float, colours: Palette) -> go.Figure:
    """One dot per method with its 95 % interval; the line is the recency control.

    Args:
        rows: label, value, low, high, written, standing (`PASSED`, `FAILED` or `CONTROL`), in the
            order to draw them.
        recency: what naming the last events reaches; NaN draws no line.
        colours: of the mode on show.
    """
    figure = go.Figure()
    tints = {PASSED: colours.gain, FAILED: colours.loss, CONTROL: colours.muted}
    for standing, mine in rows.groupby("standing", sort=False):
        figure.add_scatter(
            x=mine["value"], y=[in_chart(label, 30) for label in mine["label"]],
            mode="markers", name=standing,
            marker={
                "symbol": _SYMBOLS[standing], "size": 11, "color": tints[standing],
                "line": {"width": 3 if standing == FAILED else 2, "color": tints[standing]},
            },
            error_x={
                "type": "data", "symmetric": False, "array": mine["high"] - mine["value"],
                "arrayminus": mine["value"] - mine["low"], "color": tints[standing],
                "thickness": 1.6, "width": 4,
            },
            customdata=mine[["low", "high"]],
            hovertemplate="%{y}: %{x:.3~g}, from %{customdata[0]:.3~g} to %{customdata[1]:.3~g}"
            "<extra></extra>",
        )  # fmt: skip
    for row in rows.itertuples():
        figure.add_annotation(
            x=row.high, y=in_chart(row.label, 30), text=f"<b>{row.written}</b>", showarrow=False,
            xanchor="left", xshift=8, font={"color": colours.text, "size": 13},
        )  # fmt: skip
    if pd.notna(recency):
        figure.add_vline(x=recency, line={"color": colours.muted, "width": 1, "dash": "4px,3px"})
    return _framed(figure, rows, colours)


def _framed(figure: go.Figure, rows: pd.DataFrame, colours: Palette) -> go.Figure:
    """Axes with room for the numbers, and the legend below."""
    styled(figure, colours, height=90 + _ROW * len(rows))
    start, end = min(0.0, float(rows["low"].min())), float(rows["high"].max()) or 1.0
    figure.update_xaxes(
        range=[start - 0.02 * (end - start), end + 0.14 * (end - start)], fixedrange=True,
        zeroline=True, zerolinecolor=colours.muted, nticks=6, side="top",
    )  # fmt: skip
    figure.update_yaxes(
        categoryorder="array", categoryarray=[in_chart(label, 30) for label in rows["label"]],
        autorange="reversed", fixedrange=True, showgrid=False, tickfont={"color": colours.text},
    )  # fmt: skip
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0}
    )
    return figure
