"""Where two lists lie on the map that is the same for everyone."""

import pandas as pd
import plotly.graph_objects as go

from recengine.ui.charts.rank_scatter import looks
from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

_HEIGHT = 420


def lists_map(table: pd.DataFrame, names: tuple[str, str], colours: Palette) -> go.Figure:
    """A dot for each item at its place, those of the lists by which of them they stand in.

    Args:
        table: title, x, y, listed.
        names: what to call the sides.
        colours: of the mode on show.
    """
    figure = go.Figure()
    left, right = (in_chart(name, 22) for name in names)
    for listed, name, colour, symbol, size in looks(left, right, colours):
        mine = table[table["listed"] == listed]
        figure.add_scatter(
            x=mine["x"], y=mine["y"], mode="markers", name=name,
            marker={"color": colour, "symbol": symbol, "size": size},
            customdata=[in_chart(title, 60) for title in mine["title"]],
            hovertemplate="<b>%{customdata}</b><extra></extra>",
        )  # fmt: skip
    styled(figure, colours, height=_HEIGHT)
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, scaleanchor="x")
    figure.update_layout(
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 12}},
        margin={"t": 8},
    )
    return figure
