"""Interests at regular moments, drawn: a bar for each period, nothing where nothing is known.

Figures are pure: tables in, figure out.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from recengine.engine.interests.results import InterestCalendar
from recengine.ui.charts.fan import softened
from recengine.ui.charts.timeline import bands
from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

_HEIGHT = 470
_FEW = 10  # periods that are each written at the axis
_ROOM_FOR_NAMES = 118  # pixels to the right of the bars
_LEAST_NAMED = 0.05  # share of a band that is named beside the last bar
_NAME = 16  # letters of a name there


def at_moments(shares: pd.DataFrame, calendar: InterestCalendar) -> pd.DataFrame:
    """Shares by event as they stand at the end of each period; not a number in a silence."""
    values = shares.drop(columns="step").iloc[calendar.table["step"] - 1].reset_index(drop=True)
    values.loc[~calendar.table["known"].to_numpy()] = np.nan
    return values


def calendar_bars(
    calendar: InterestCalendar,
    shares: pd.DataFrame,
    interests: Mapping[str, str],
    colours: Palette,
    *,
    focus: str = "",
) -> go.Figure:
    """Bars of shares by period, and beneath them how much happened in each.

    Args:
        calendar: the periods.
        shares: one row a period, one column per interest.
        interests: colour by interest.
        colours: of the mode on show.
        focus: the interest at the bottom.
    """
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.8, 0.2], vertical_spacing=0.035
    )
    ends = pd.to_datetime(calendar.table["timestamp"], unit="s", utc=True).dt.tz_localize(None)
    known = shares[calendar.table["known"].to_numpy()]
    if len(known):
        table = bands(known, focus=focus).reindex(shares.index)
        for name in table.columns:
            figure.add_bar(
                x=ends, y=table[name], name=in_chart(name), row=1, col=1,
                marker={"color": softened(interests.get(name, colours.catalogue)),
                        "line": {"width": 0}},
                hovertemplate="%{y:.0%}",
            )  # fmt: skip
        _name_last(figure, table.loc[known.index[-1]], interests, colours)
    figure.add_bar(
        x=ends, y=calendar.table["events"], name="Events", row=2, col=1,
        marker={"color": colours.history, "line": {"width": 0}}, hovertemplate="%{y:,}",
    )  # fmt: skip
    styled(figure, colours, height=_HEIGHT)
    figure.update_layout(
        barmode="stack", bargap=0.06, showlegend=False, hovermode="x unified", dragmode=False,
        hoversubplots="axis", margin={"t": 10, "r": _ROOM_FOR_NAMES},
    )  # fmt: skip
    figure.update_xaxes(showgrid=False, fixedrange=True)
    figure.update_xaxes(
        unifiedhovertitle_text=f"<b>The {calendar.period} up to %{{x|%-d %b %Y}}</b>"
    )
    if len(ends) < _FEW:
        figure.update_xaxes(tickvals=ends, tickformat="%-d %b %Y")
    figure.update_yaxes(fixedrange=True, showgrid=False)
    figure.update_yaxes(range=[0, 1], tickformat=".0%", row=1, col=1)
    figure.update_yaxes(title_text="events", nticks=3, rangemode="tozero", row=2, col=1)
    return figure


def _name_last(
    figure: go.Figure, last: pd.Series, interests: Mapping[str, str], colours: Palette
) -> None:
    """Names of the bands to the right of the bars, at the heights of the last one known."""
    tops = last.fillna(0).cumsum()
    middles = (tops - last.fillna(0) / 2).to_numpy()
    for name, share, middle in zip(last.index, last, middles, strict=True):
        if np.isnan(share) or share < _LEAST_NAMED:
            continue
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=8, y=float(middle), yref="y",
            text=in_chart(name, _NAME), showarrow=False,
            font={"size": 12, "color": interests.get(name, colours.muted)},
        )  # fmt: skip
