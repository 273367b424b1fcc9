"""How honest intervals are, drawn: how often they held what came, and where in the draws it fell.

Figures are pure: tables in, figure out.
"""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from recengine.ui.charts.fan import BANDS, softened
from recengine.ui.theme import Palette, styled

_HEIGHT = 240
_FEW = 0.35  # opacity of what too few answers measure


def held(coverage: pd.DataFrame, at: pd.Series, colours: Palette) -> go.Figure:
    """Coverage of each horizon beside what was promised, and the PIT histogram of one of them.

    Args:
        coverage: as in `FutureTaste.coverage`.
        at: the row of it whose histogram is drawn.
        colours: of the mode on show.
    """
    figure = make_subplots(rows=1, cols=2, column_widths=[0.6, 0.4], horizontal_spacing=0.09)
    names = coverage["ahead"].astype(str)
    faded = coverage["enough"].map({True: 1.0, False: _FEW})
    for band in BANDS:
        figure.add_hline(
            y=band / 100, row=1, col=1, line={"color": colours.muted, "width": 1, "dash": "dot"}
        )
        for kind, label, symbol in (("raw", "as drawn", "circle-open"),
                                    ("held", "calibrated", "circle")):  # fmt: skip
            figure.add_scatter(
                x=names, y=coverage[f"{kind}{band}"], mode="markers", name=label, row=1, col=1,
                marker={"symbol": symbol, "size": 9, "color": colours.interest, "opacity": faded},
                customdata=coverage["answers"], legendgroup=kind, showlegend=band == BANDS[0],
                hovertemplate=f"{band} % intervals, {label}: %{{y:.0%}} of %{{customdata:,}}"
                "<extra></extra>",
            )  # fmt: skip
    _add_histogram(figure, at, colours)
    styled(figure, colours, height=_HEIGHT)
    unit = coverage["unit"].iat[0]
    figure.update_layout(
        bargap=0.08, legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 30},
    )  # fmt: skip
    figure.update_xaxes(title_text=f"{unit} ahead", type="category", showgrid=False, row=1, col=1)
    figure.update_yaxes(
        range=[0, 1.04], tickvals=[band / 100 for band in BANDS], tickformat=".0%", showgrid=False,
        row=1, col=1,
    )  # fmt: skip
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure


def _add_histogram(figure: go.Figure, at: pd.Series, colours: Palette) -> None:
    """In which tenth of the draws what came fell."""
    bins = at["pit"]
    tenths = [f"{10 * place}–{10 * place + 10}" for place in range(len(bins))]
    figure.add_bar(
        x=tenths, y=bins, row=1, col=2, showlegend=False,
        marker={"color": softened(colours.interest, 0.5), "line": {"width": 0}},
        hovertemplate="%{y:.0%} fell between %{x} % of the draws<extra></extra>",
    )  # fmt: skip
    figure.add_hline(
        y=1 / len(bins), row=1, col=2, line={"color": colours.muted, "width": 1, "dash": "dot"}
    )
    figure.update_xaxes(
        title_text=f"% of the draws below what came, {at['ahead']} {at['unit']} ahead",
        showticklabels=False, showgrid=False, row=1, col=2,
    )  # fmt: skip
    figure.update_yaxes(tickformat=".0%", rangemode="tozero", nticks=4, row=1, col=2)
