"""How the taste moved and will: the stream of shares, the fan, the strip of events, the brush."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from recengine.engine.forecasts.results import FutureTaste
from recengine.engine.results import Timeline
from recengine.ui import widgets
from recengine.ui.charts import timeline as charts
from recengine.ui.charts.calendar import at_moments, calendar_bars
from recengine.ui.charts.fan import Fan
from recengine.ui.text import days, plain
from recengine.ui.timeline import marks, themes
from recengine.ui.timeline.controls import CATEGORIES, THEMES, Looking
from recengine.ui.view import View

_KEY = "journey_stream"
_QUIET = {"displayModeBar": False}
_WAYS = {False: "drag across the picture, or move these ends", True: "move these ends"}


def draw(view: View, timeline: Timeline, looking: Looking, future: FutureTaste | None) -> str:
    """Draw the stream and the brush below it; returns the key of the chart."""
    with st.container(gap="xxsmall"):
        _say_how_to_read(view, timeline, looking, future)
    colours = themes.colours(view, timeline, looking)
    key = f"{_KEY}_{looking.axis}"
    if looking.calendar:
        _draw_calendar(view, timeline, looking, colours)
        _draw_brush(timeline, looking)
        return key
    # forecasts are of categories, so they have no place among themes
    drawn = future if looking.kind == CATEGORIES else None
    fan = None if drawn is None else Fan(drawn, looking.focus, looking.band)
    st.plotly_chart(
        charts.stream(
            timeline,
            colours,
            view.palette,
            looking.axis,
            focus=looking.focus,
            fan=fan,
            period=marks.period(timeline),
        ),
        theme=None,
        config=_QUIET,
        key=key,
        on_select=lambda: _heard(key, timeline, looking),
        selection_mode="box",
        alt=_described(timeline, looking, drawn),
    )
    _draw_brush(timeline, looking)
    return key


def _draw_calendar(
    view: View, timeline: Timeline, looking: Looking, colours: Mapping[str, str]
) -> None:
    """Shares at regular moments: bars with gaps where nothing is known."""
    found = view.answers.calendar(view.request)
    shares = found.shares if looking.kind == CATEGORIES else at_moments(timeline.shares, found)
    st.plotly_chart(
        calendar_bars(found, shares, colours, view.palette, focus=looking.focus),
        theme=None,
        config=_QUIET,
        key=f"{_KEY}_calendar",
        alt=f"{charts.describe(timeline)} {found.sentence}",
    )
    headings = {
        "timestamp": "End of period, Unix seconds (UTC)",
        "events": "Events",
        "age_days": "Days since the last event",
        **{name: f"Share of {name}" for name in shares.columns},
    }
    table = pd.concat([found.table, shares], axis=1)
    widgets.numbers(table, "timeline_calendar", headings, found.sentence, "Numbers by the calendar")


def _say_how_to_read(
    view: View, timeline: Timeline, looking: Looking, future: FutureTaste | None
) -> None:
    if timeline.bulk_dates:
        st.caption(
            ":material/info: Most of these events follow one another within minutes, as if typed "
            "in at a few sittings: event numbers tell their order, dates say little."
        )
    for remark in timeline.date_remarks:
        st.caption(f":material/info: {plain(remark)}")
    if looking.calendar:
        st.caption(plain(view.answers.calendar(view.request).sentence))
        return
    if looking.kind == THEMES:
        st.caption("Each band is one theme: items that the ranker holds to be alike.")
        return
    fan = ""
    if future is not None:
        fan = f" The fan is meant to hold {looking.band} of 100 futures of the lowest."
    st.caption(f"Each band is one category; its height is its share of the taste.{fan}")


def _described(timeline: Timeline, looking: Looking, future: FutureTaste | None) -> str:
    told = charts.describe(timeline)
    if future is None:
        return told
    last = future.shares[
        (future.shares["category"] == looking.focus) & (future.shares["ahead"] == future.ahead[-1])
    ]
    if last.empty:
        return told
    low, high = last[f"low{looking.band}"].iat[0], last[f"high{looking.band}"].iat[0]
    return (
        f"{told} In {future.ahead[-1]} {future.unit} {looking.focus} is expected at "
        f"{last['mean'].iat[0]:.0%}, with {looking.band} % between {low:.0%} and {high:.0%}."
    )


def _heard(key: str, timeline: Timeline, looking: Looking) -> None:
    """A box across the picture chooses a stretch."""
    if boxes := st.session_state[key].selection.box:
        ends = boxes[0]["x"]
        first, last = charts.steps_between(timeline.events, looking.axis, (ends[0], ends[-1]))
        marks.choose_period(first, last)


def _draw_brush(timeline: Timeline, looking: Looking) -> None:
    """The stretch as two numbers, for fingers and for the keyboard."""
    length = len(timeline.events)
    if length < 2:
        return
    key = f"timeline_brush_{timeline.user_id}"
    st.session_state[key] = marks.period(timeline) or (1, length)
    with st.container(horizontal=True, vertical_alignment="bottom", key="brush"):
        st.slider(
            f"Look into a stretch of events: {_WAYS[looking.calendar]}",
            1,
            length,
            key=key,
            on_change=lambda: marks.choose_period(*st.session_state[key]),
            help="Below: what happened in it, and what would have been recommended at its end.",
        )
        if (chosen := marks.period(timeline)) is not None:
            first, last = (int(timeline.events["timestamp"].iat[step - 1]) for step in chosen)
            st.button(
                plain(days(first, last)),
                icon=":material/close:",
                help="Let go of this stretch",
                on_click=marks.choose_period,
                args=(0, 0),
                key="brush_close",
            )
