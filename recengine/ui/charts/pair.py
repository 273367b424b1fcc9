"""Two interests of one person as lines, each with the fan of where it goes next."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from recengine.engine.results import Timeline
from recengine.ui.charts.fan import Fan, add_rings, future_axis
from recengine.ui.charts.timeline import Axis, by_day, positions, thinned
from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

_HEIGHT = 380
_PAST = 0.76
_DASHES = ("solid", "8px,4px")  # told apart without colour as well


def lines(
    timeline: Timeline,
    interests: tuple[str, str],
    categories: Mapping[str, str],
    colours: Palette,
    axis: Axis,
    fans: Sequence[Fan],
) -> go.Figure:
    """The shares of two categories over one history, and their fans beside it."""
    figure = go.Figure()
    x = positions(timeline.events, axis)
    table, ends, _ = thinned(*by_day(timeline.shares[list(interests)], x))
    for name, dash in zip(interests, _DASHES, strict=True):
        colour = categories.get(name, colours.popularity)
        figure.add_scatter(
            x=ends, y=table[name], name=in_chart(name), mode="lines",
            line={"color": colour, "width": 2.4, "dash": dash}, hovertemplate="%{y:.0%}",
        )  # fmt: skip
    styled(figure, colours, height=_HEIGHT)
    highest = float(table.max(axis=None))
    for fan in fans:
        mine = fan.future.shares[fan.future.shares["category"] == fan.focus]
        highest = max(highest, float(mine[f"high{fan.band}"].max()))
    top = min(1.0, 1.12 * highest)
    figure.update_layout(
        hovermode="x unified", margin={"t": 8, "r": 10},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )  # fmt: skip
    figure.update_xaxes(showgrid=False, fixedrange=True,
                        title_text="Event number" if axis == "event" else None)  # fmt: skip
    figure.update_yaxes(range=[0, top], tickformat=".0%", fixedrange=True)
    if fans:
        figure.update_xaxes(domain=[0, _PAST])
        future_axis(figure, fans[0].future, colours, start=_PAST, top=top, domain=(0.0, 1.0))
        now = timeline.shares.iloc[-1]
        lowest = min(fans, key=lambda fan: float(now[fan.focus]))
        for fan in fans:
            colour = categories.get(fan.focus, colours.popularity)
            add_rings(figure, fan, float(now[fan.focus]), colours, colour, below=fan is lowest)
    return figure
