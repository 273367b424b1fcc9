"""How a taste moved, drawn: shares of categories over time, and under them the events.

Figures are pure: tables in, figure out. Both rows share one axis, by event number or by date. The
interest in focus lies at the bottom, so that its upper edge is its share; where the taste goes next
stands to the right of now, on an axis of its own (`fan`).
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from recengine.engine.results import Timeline
from recengine.ui.charts.events import FEW
from recengine.ui.charts.fan import OTHER, Fan, add_fan, softened
from recengine.ui.charts.words import in_chart
from recengine.ui.text import day
from recengine.ui.theme import Palette, styled

Axis = Literal["event", "date"]

MOST_BANDS = 8
MOST_POINTS = 150  # of a band; more of them make a thicket
MOST_BARS = 1_500  # of the strip; longer histories share bars, or a browser would stutter
_HEIGHT = 470
_ROOM_FOR_NAME = 0.052  # share of the height that a band needs to carry its name
_ROOM_PER_LETTER = 0.024  # share of the height that a letter takes when written upright
_LETTER, _LINE = 0.0095, 0.02  # share of the width that a letter and a line of text take
_FEWEST_DAYS = 8  # with events, so that days are points of their own
_GRID = 160  # places along the width at which a name may stand
_PAST = 0.76  # share of the width that the past takes where there is a future beside it


def bands(shares: pd.DataFrame, most: int = MOST_BANDS, focus: str = "") -> pd.DataFrame:
    """The strongest categories from the bottom up, and all others together on top.

    Args:
        shares: as in `Timeline.shares`.
        most: how many categories to tell apart.
        focus: the category at the bottom; the last event's leader if it is not one of them.
    """
    categories = shares.drop(columns="step", errors="ignore")
    strongest = list(categories.mean().nlargest(most).index)
    if focus in categories and focus not in strongest:
        strongest[-1] = focus
    order = categories[strongest].iloc[-1].sort_values(ascending=False).index
    shown = categories[sorted(order, key=lambda name: name != focus)]
    rest = categories.drop(columns=strongest).sum(axis=1)
    return shown.assign(**{OTHER: rest}) if rest.max() > 0.001 else shown


def thinned(table: pd.DataFrame, x: pd.Series) -> tuple[pd.DataFrame, pd.Series, int]:
    """Means over groups of events, so many that the bands can be told apart; the group's size."""
    group = -(-len(table) // MOST_POINTS)
    if group <= 1:
        return table, x, 1
    groups = np.arange(len(table)) // group
    ends = x.groupby(groups).last()
    ends.iloc[0] = x.iloc[0]  # the picture begins with the first event
    return table.groupby(groups).mean(), ends, group


def by_day(table: pd.DataFrame, x: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """On an axis of dates, one point a day: the mean of its events, at the last of them.

    Several events of one sitting would be a comb of upright lines. A history of a few days, and
    one by event number, stays as it is.
    """
    if pd.api.types.is_numeric_dtype(x) or x.dt.normalize().nunique() < _FEWEST_DAYS:
        return table, x
    day = x.dt.normalize()
    ends = x.groupby(day).last().reset_index(drop=True)
    ends.iloc[0] = x.iloc[0]
    return table.groupby(day.to_numpy()).mean().reset_index(drop=True), ends


def stream(
    timeline: Timeline,
    categories: Mapping[str, str],
    colours: Palette,
    axis: Axis,
    *,
    focus: str = "",
    fan: Fan | None = None,
    period: tuple[int, int] | None = None,
) -> go.Figure:
    """Bands of category shares, turning points flagged, the strip of events beneath.

    Args:
        timeline: what to draw.
        categories: colour by category.
        colours: of the mode on show.
        axis: by event number or by date.
        focus: the category at the bottom.
        fan: where the taste goes next, drawn beside the past.
        period: first and last event of the chosen stretch.
    """
    table = bands(timeline.shares, focus=focus)
    x = positions(timeline.events, axis)
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.8, 0.2], vertical_spacing=0.035
    )
    thin, ends, group = thinned(*by_day(table, x))
    _add_bands(figure, thin, ends, categories, colours)
    _name_bands(figure, thin, ends, colours, width=1.0 if fan is None else _PAST)
    _add_events(figure, timeline, x, categories, colours)
    _flag_turns(figure, timeline, x, colours)
    if period is not None:
        _mark_period(figure, x, period, colours)
    styled(figure, colours, height=_HEIGHT)
    figure.update_layout(
        showlegend=False, hovermode="x unified", hoversubplots="single", margin={"t": 26, "r": 10},
        dragmode="select", selectdirection="h", clickmode="event",
        newselection={"line": {"color": colours.selected, "width": 1}},
        activeselection={"fillcolor": colours.selected, "opacity": 0.08},
    )  # fmt: skip
    _set_axes(figure, timeline, x, axis)
    figure.update_xaxes(unifiedhovertitle_text=_hover_title(axis, group), row=1, col=1)
    if fan is not None:
        figure.update_xaxes(domain=[0, _PAST])
        add_fan(figure, fan, table.iloc[-1], categories, colours, start=_PAST)
    return figure


def steps_between(events: pd.DataFrame, axis: Axis, ends: tuple[object, object]) -> tuple[int, int]:
    """First and last event within a stretch of the axis; (0, 0) if none lies there."""
    x = positions(events, axis)
    low, high = sorted(ends) if axis == "event" else sorted(map(pd.Timestamp, ends))  # type: ignore[type-var]
    inside = events["step"][(x >= low) & (x <= high)]
    return (int(inside.iloc[0]), int(inside.iloc[-1])) if len(inside) else (0, 0)


def describe(timeline: Timeline) -> str:
    """The picture in words, for those who do not see it."""
    table = bands(timeline.shares)
    start, end = table.iloc[0], table.iloc[-1]
    leaders = [f"{name} from {start[name]:.0%} to {end[name]:.0%}" for name in table.columns[:4]]
    return f"{timeline.sentence} Shares from the first event to the last: {', '.join(leaders)}."


def positions(events: pd.DataFrame, axis: Axis) -> pd.Series:
    """Where each event lies on the axis."""
    if axis == "event":
        return events["step"]
    return pd.to_datetime(events["timestamp"], unit="s", utc=True).dt.tz_localize(None)


def _add_bands(
    figure: go.Figure,
    table: pd.DataFrame,
    x: pd.Series,
    categories: Mapping[str, str],
    colours: Palette,
) -> None:
    for name in table.columns:
        figure.add_scatter(
            x=x, y=table[name], name=in_chart(name), stackgroup="taste", mode="lines",
            line={"width": 0.8, "color": colours.surface},
            fillcolor=softened(categories.get(name, colours.catalogue)),
            hovertemplate="%{y:.0%}", row=1, col=1,
        )  # fmt: skip


def _name_bands(
    figure: go.Figure, table: pd.DataFrame, x: pd.Series, colours: Palette, width: float
) -> None:
    """Write each band's name where it fits best: along the band, or upright where it is a pillar.

    Events lie unevenly on an axis of dates, so places are looked for on an even grid.
    """
    first, span = x.iloc[0], x.iloc[-1] - x.iloc[0]
    if not span:
        return
    along = ((x - first) / span).to_numpy(dtype=float)
    even = np.linspace(0, 1, _GRID)
    floor = np.zeros(_GRID)
    for name in table.columns:
        text = in_chart(name)
        share = np.interp(even, along, table[name].to_numpy())
        upright = False
        long = round(len(text) * _LETTER * _GRID / width)
        place, middle, room = roomiest(floor, floor + share, long)
        if room < _ROOM_FOR_NAME:
            upright = True
            place, middle, room = roomiest(floor, floor + share, round(_LINE * _GRID / width))
        floor = floor + share
        if room < (len(text) * _ROOM_PER_LETTER if upright else _ROOM_FOR_NAME):
            continue
        side, place = ("center", place) if upright else _held_at(place, long)
        figure.add_annotation(
            x=first + span * even[place], y=middle, text=f"<b>{text}</b>", row=1, col=1,
            showarrow=False, textangle=-90 if upright else 0, xanchor=side,
            font={"size": 13, "color": colours.text if name == OTHER else colours.surface},
        )  # fmt: skip


def _held_at(place: int, long: int) -> tuple[str, int]:
    """Which end of a name is held and where, so that a narrower picture does not cut it off."""
    if place < _GRID / 3:
        return "left", max(0, place - long // 2)
    if place > 2 * _GRID / 3:
        return "right", min(_GRID - 1, place + long // 2)
    return "center", place


def roomiest(bottom: np.ndarray, top: np.ndarray, width: int) -> tuple[int, float, float]:
    """Where the highest box of a width fits between two lines: its place, middle and height."""
    reach = min(max(0, width // 2), (len(top) - 1) // 2)
    windows = [slice(place - reach, place + reach + 1) for place in range(reach, len(top) - reach)]
    ceilings = np.array([top[window].min() for window in windows])
    floors = np.array([bottom[window].max() for window in windows])
    best = int((ceilings - floors).argmax())
    middle = float(ceilings[best] + floors[best]) / 2
    return best + reach, middle, float(ceilings[best] - floors[best])


def _add_events(
    figure: go.Figure,
    timeline: Timeline,
    x: pd.Series,
    categories: Mapping[str, str],
    colours: Palette,
) -> None:
    """One thin bar per event, as high as it moved the interest; of a long history, per group."""
    group = events_per_bar(len(x))
    strongest = timeline.events.groupby(np.arange(len(x)) // group)["drift"].idxmax()
    events = timeline.events.loc[strongest]
    told = [
        f"{in_chart(title, 60)}<br>{day(int(moment))}, event {step:,}"
        for title, moment, step in zip(
            events["title"], events["timestamp"], events["step"], strict=True
        )
    ]
    figure.add_bar(
        x=x.loc[strongest], y=events["drift"], row=2, col=1, customdata=told, name="",
        marker={
            "color": [categories.get(name, colours.muted) for name in events["category"]],
            "line": {"width": 0},
        },
        width=_bar_width(x) * group if pd.api.types.is_numeric_dtype(x) else _bar_width(x),
        unselected={"marker": {"opacity": 1}},
        hovertemplate="%{customdata}<br>moved the taste by %{y:.3f}<extra></extra>",
    )  # fmt: skip


def events_per_bar(num_events: int) -> int:
    """How many events share a bar of the strip."""
    return max(1, -(-num_events // MOST_BARS))


def _mark_period(
    figure: go.Figure, x: pd.Series, period: tuple[int, int], colours: Palette
) -> None:
    """The chosen stretch, behind the flags."""
    first, last = (x.iloc[min(step, len(x)) - 1] for step in period)
    if pd.api.types.is_numeric_dtype(x):
        first, last = first - 0.5, last + 0.5
    figure.add_shape(
        type="rect", x0=first, x1=last, y0=0, y1=1, xref="x", yref="paper",
        line={"color": colours.selected, "width": 2}, fillcolor=softened(colours.selected, 0.1),
    )  # fmt: skip


def _bar_width(x: pd.Series) -> float:
    if pd.api.types.is_numeric_dtype(x):
        return 0.8
    span = (x.max() - x.min()).total_seconds() * 1000
    return max(span / 320, 3_600_000.0)  # milliseconds; wide enough to be seen


def _flag_turns(figure: go.Figure, timeline: Timeline, x: pd.Series, colours: Palette) -> None:
    """A numbered flag at every turning point; the list beside the picture tells what turned."""
    steps = timeline.events["step"].to_numpy()
    for number, turn in enumerate(timeline.turning_points.itertuples(), start=1):
        place = x.iloc[int(np.searchsorted(steps, turn.step))]
        figure.add_shape(
            type="line", x0=place, x1=place, y0=0, y1=1.0, xref="x", yref="paper",
            line={"color": colours.text, "width": 1.4, "dash": "3px,3px"}, opacity=0.75,
        )  # fmt: skip
        figure.add_annotation(
            x=place, y=1.0, xref="x", yref="paper", yanchor="bottom", showarrow=False,
            text=f"<b>{number}</b>", font={"color": colours.raised, "size": 12},
            bgcolor=colours.text, borderpad=3, width=16,
        )  # fmt: skip


def _set_axes(figure: go.Figure, timeline: Timeline, x: pd.Series, axis: Axis) -> None:
    """Fixed ranges: the picture stands still whatever is hovered."""
    first, last = x.iloc[0], x.iloc[-1]
    pad = (last - first) / 150 if last > first else (0.5 if axis == "event" else pd.Timedelta("1D"))
    figure.update_xaxes(range=[first - pad, last + pad], showgrid=False, fixedrange=True)
    figure.update_xaxes(showticklabels=False, row=1, col=1)
    figure.update_xaxes(title_text="Event number" if axis == "event" else None, row=2, col=1)
    if axis == "event" and last - first < FEW:
        figure.update_xaxes(dtick=1)
    figure.update_yaxes(fixedrange=True, showgrid=False)
    figure.update_yaxes(
        range=[0, 1], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1], row=1, col=1
    )
    highest = float(timeline.events["drift"].max() or 0) or 1.0
    figure.update_yaxes(
        range=[0, highest * 1.08],
        showticklabels=False,
        title_text="pull of<br>each event",
        row=2,
        col=1,
    )


def _hover_title(axis: Axis, group: int) -> str:
    moment = "event %{x:,.0f}" if axis == "event" else "%{x|%-d %b %Y}"
    what = "events" if axis == "event" else "days"
    return (
        f"<b>Mean of the {group} {what} up to {moment}</b>"
        if group > 1
        else f"<b>After {moment}</b>"
    )
