"""Where a taste goes next, drawn beside its past: mean bands, and a fan for the one in focus.

The future has an axis of its own, since ten events after a thousand would be a hair's breadth.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from recengine.engine.forecasts.results import FutureTaste
from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette

OTHER = "everything else"
BANDS = (50, 80, 95)  # per cent of the futures that an interval holds
_SOFT = 0.86  # opacity of bands that were
_SOFTER = 0.4  # of bands to come
_FAN = {95: 0.20, 80: 0.26, 50: 0.34}  # opacity of each ring of the fan
_GAP = 0.012  # share of the width between past and future


@dataclass(frozen=True)
class Fan:
    """A future to draw.

    Attributes:
        future: the forecast.
        focus: the category that gets the fan.
        band: the widest interval to draw, in per cent.
    """

    future: FutureTaste
    focus: str
    band: int


def add_fan(
    figure: go.Figure,
    fan: Fan,
    now: pd.Series,
    categories: Mapping[str, str],
    colours: Palette,
    *,
    start: float,
) -> None:
    """Add the future to a figure of the past.

    Args:
        figure: whose first row shows the past.
        fan: what to draw.
        now: share of every band after the last event, from the bottom up.
        categories: colour by category.
        colours: of the mode on show.
        start: share of the width that the past takes.
    """
    x = [0, *fan.future.ahead]
    for name, share in ahead_of(fan.future, now).items():
        colour = categories.get(str(name), colours.catalogue)
        figure.add_scatter(
            x=x, y=share, name=in_chart(str(name)), stackgroup="ahead", mode="lines",
            line={"width": 0.8, "color": colours.surface}, fillcolor=softened(colour, _SOFTER),
            hovertemplate="%{y:.0%}", xaxis="x3", yaxis="y3",
        )  # fmt: skip
    add_rings(figure, fan, float(now[fan.focus]), colours, colours.interest)
    future_axis(figure, fan.future, colours, start=start, domain=figure.layout.yaxis.domain)


def future_axis(
    figure: go.Figure,
    future: FutureTaste,
    colours: Palette,
    *,
    start: float,
    domain: tuple[float, float],
    top: float = 1.0,
) -> None:
    """The axes beside the past: from now to the last horizon, with the past's range of shares."""
    last = future.ahead[-1]
    ink = {"color": colours.muted, "size": 12}
    figure.update_layout(
        xaxis3={
            "domain": [start + _GAP, 1], "anchor": "y3", "range": [0, last], "fixedrange": True,
            "showgrid": False, "tickvals": [0, last], "ticktext": ["now", f"+{last}"],
            "title": {"text": f"next {last} {future.unit}", "standoff": 4, "font": ink},
            "tickfont": ink, "automargin": True, "zeroline": False,
            "unifiedhovertitle": {"text": f"<b>In %{{x}} {future.unit}</b>"},
        },
        yaxis3={
            "domain": domain, "anchor": "x3", "range": [0, top], "fixedrange": True,
            "showgrid": False, "showticklabels": False, "zeroline": False,
        },
    )  # fmt: skip


def ahead_of(future: FutureTaste, now: pd.Series) -> pd.DataFrame:
    """Mean share of every band now and at each horizon; all others together as now."""
    means = future.shares.pivot_table(index="ahead", columns="category", values="mean")
    named = [name for name in now.index if name != OTHER]
    table = means.reindex(columns=named).fillna(0.0)
    if OTHER in now.index:
        table[OTHER] = (1 - table.sum(axis=1)).clip(lower=0)
    present = pd.DataFrame([now], index=[0])
    return pd.concat([present, table.reindex(list(future.ahead))])


def add_rings(
    figure: go.Figure, fan: Fan, now: float, colours: Palette, colour: str, *, below: bool = False
) -> None:
    """The intervals of the category in focus, the widest at the back, its mean, and its ends.

    Args:
        figure: with the axes of the future.
        fan: what to draw.
        now: today's share, where the fan begins.
        colours: of the mode on show.
        colour: of the fan.
        below: whether the ends are written below it.
    """
    mine = fan.future.shares[fan.future.shares["category"] == fan.focus].sort_values("ahead")
    if mine.empty:
        return
    x = np.array([0, *mine["ahead"]])
    for band in sorted((each for each in BANDS if each <= fan.band), reverse=True):
        low = np.array([now, *mine[f"low{band}"]])
        high = np.array([now, *mine[f"high{band}"]])
        figure.add_scatter(
            x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), mode="lines",
            fill="toself", line={"width": 0}, fillcolor=softened(colour, _FAN[band]),
            hoverinfo="skip", xaxis="x3", yaxis="y3", name=f"fan{band}", showlegend=False,
        )  # fmt: skip
    figure.add_scatter(
        x=x, y=[now, *mine["mean"]], mode="lines", hoverinfo="skip", xaxis="x3", yaxis="y3",
        line={"color": colour, "width": 2.4, "dash": "5px,3px"}, name="mean", showlegend=False,
    )  # fmt: skip
    least, most = float(mine[f"low{fan.band}"].iat[-1]), float(mine[f"high{fan.band}"].iat[-1])
    figure.add_annotation(
        x=x[-1], y=least if below else most, xref="x3", yref="y3", xanchor="right",
        yanchor="top" if below else "bottom",
        text=f"<b>{least:.0%} to {most:.0%}</b>", font={"color": colour, "size": 12},
        showarrow=False, bgcolor=colours.raised, borderpad=3,
    )  # fmt: skip


def softened(colour: str, opacity: float = _SOFT) -> str:
    """The colour, a little see-through, so that bands do not shout."""
    if not colour.startswith("#"):
        return colour
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
