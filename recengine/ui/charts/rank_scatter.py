"""Every item's place on one side against its place on the other."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

_HEIGHT = 440
_TICKS = (1, 10, 100, 1_000, 10_000, 100_000)


Look = tuple[str, str, str, str, int]


def looks(left: str, right: str, colours: Palette) -> tuple[Look, ...]:
    """How to draw an item by the list it stands in: listed, name, colour, symbol, size."""
    return (
        ("", "others", colours.catalogue, "circle", 5),
        ("first", f"only {left}", colours.history, "circle", 9),
        ("second", f"only {right}", colours.context, "square", 9),
        ("both", "in both lists", colours.recommendation, "diamond", 10),
    )


def scatter(table: pd.DataFrame, names: tuple[str, str], colours: Palette) -> go.Figure:
    """Dots on two logarithmic axes, best places at the lower left, the line where both agree.

    Args:
        table: title, rank_first, rank_second, listed.
        names: what to call the sides.
        colours: of the mode on show.
    """
    figure = go.Figure()
    last = max(10.0, float(table[["rank_first", "rank_second"]].max(axis=None) or 10))
    end = float(np.log10(last))
    figure.add_scatter(
        x=[1, last], y=[1, last], mode="lines", hoverinfo="skip", showlegend=False,
        line={"color": colours.muted, "width": 1, "dash": "3px,4px"},
    )  # fmt: skip
    left, right = (in_chart(name, 22) for name in names)
    for listed, name, colour, symbol, size in looks(left, right, colours):
        mine = table[table["listed"] == listed]
        figure.add_scatter(
            x=mine["rank_first"], y=mine["rank_second"], mode="markers", name=name,
            cliponaxis=False, marker={"color": colour, "symbol": symbol, "size": size},
            customdata=[in_chart(title, 60) for title in mine["title"]],
            hovertemplate="<b>%{customdata}</b><br>left %{x:,}, right %{y:,}<extra></extra>",
        )  # fmt: skip
    styled(figure, colours, height=_HEIGHT)
    ticks = [tick for tick in _TICKS if tick <= last * 1.2]
    axis = {
        "type": "log", "range": [-0.06, end + 0.04], "tickvals": ticks,
        "ticktext": [f"{tick:,}" for tick in ticks], "fixedrange": True, "zeroline": False,
    }  # fmt: skip
    figure.update_xaxes(title_text=f"Place: {left}", **axis)
    figure.update_yaxes(title_text=f"Place: {right}", **axis)
    figure.update_layout(
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 12}},
        margin={"t": 8},
    )
    return figure
