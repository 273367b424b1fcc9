"""The page Timeline: how the taste moved, what moved it, and its way across the map."""

import pandas as pd
import streamlit as st

from recengine.engine.results import Timeline
from recengine.types import TITLE
from recengine.ui import atlas, map_component, pictures, rankers, states, widgets
from recengine.ui.charts import timeline as charts
from recengine.ui.map_component import Look
from recengine.ui.states import calm_errors
from recengine.ui.text import count, day, plain
from recengine.ui.view import View

MAP, PICTURE = "journey_map", "journey_stream"
_CURSOR = "journey_cursor"
_BY_EVENT, _BY_DATE = "By event", "By date"
_AROUND = 4  # events shown before and after the chosen moment
_METHOD = """
After every event the ranker has an interest vector: what this person wants next. Its **shares** are
the ranker's own probabilities over the whole catalogue, added up by category (an item with several
categories splits its share); they always sum to 100 %.

The **pull** of an event is the cosine distance between the interest before and after it. A
**turning point** is where the shares of the following events differ most from those of the events
before, by more than chance would give for this person; the event named is the one with the
strongest pull towards the new taste. The **way on the map** puts each interest vector where items
of its kind lie.
"""


@st.fragment
@calm_errors()
def draw(view: View) -> None:
    """The whole page."""
    pictures.style()
    if rankers.needs_interest(view, "follow an interest over time"):
        return
    if not view.person.num_events:
        widgets.answer("Nothing has happened yet, so there is no taste to follow.")
        states.empty(
            "No events yet",
            "Here the shares of this person's interests would flow from event to event. "
            "Pick a story in the sidebar to meet somebody with a history.",
            ":material/timeline:",
        )
        return
    timeline = _ask(view)
    widgets.answer(timeline.sentence)
    chart = _draw_stream(view, timeline)
    picture, beside = st.columns([0.66, 0.34], gap="medium")
    with beside:
        _draw_turns(timeline)
        _draw_moment(timeline)
    with picture:
        _draw_way(view, timeline, chart)
    _draw_numbers(view, timeline)


def _ask(view: View) -> Timeline:
    """The answer; a place is held for it only while there is no picture on the page yet."""
    with st.container():
        if MAP in st.session_state:
            return view.answers.timeline(view.request)
        with st.skeleton(height=520):
            return view.answers.timeline(view.request)


def _draw_stream(view: View, timeline: Timeline) -> str:
    """Draw the picture of the shares; returns the key of the chart."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="medium", key="stream_controls"
    ):
        axis = st.segmented_control(
            "Axis",
            [_BY_EVENT, _BY_DATE],
            default=_BY_EVENT if timeline.bulk_dates else _BY_DATE,
            required=True,
            key=f"journey_axis_{timeline.bulk_dates}",
            persist_state="session",
            label_visibility="collapsed",
        )
        if timeline.bulk_dates:
            st.caption(
                ":material/info: Most events carry the same few moments (a bulk import), so event "
                "numbers tell the order honestly and dates do not."
            )
        else:
            st.caption("Each band is one category; its height is its share of the taste.")
    by: charts.Axis = "event" if axis == _BY_EVENT else "date"
    key = f"{PICTURE}_{by}"
    st.plotly_chart(
        charts.stream(timeline, view.categories, view.palette, by),
        theme=None,
        config={"displayModeBar": False},
        key=key,
        on_select=lambda: _travel_to_bar(key, timeline.user_id),
        selection_mode="points",
        alt=charts.describe(timeline),
    )
    return key


def _travel_to_bar(key: str, user_id: str) -> None:
    """A clicked bar of the strip: go to the moment of its event."""
    points = st.session_state[key].selection.points
    if points:
        _travel_to(int(points[0]["point_index"]) + 1, user_id)


def _travel_to(step: int, user_id: str) -> None:
    st.session_state[_CURSOR] = (user_id, step)


def _cursor(timeline: Timeline) -> int:
    """The step that was chosen last for this person; else their last one."""
    user_id, step = st.session_state.get(_CURSOR, ("", 0))
    return step if user_id == timeline.user_id else int(timeline.events["step"].iat[-1])


def _draw_turns(timeline: Timeline) -> None:
    turns = timeline.turning_points
    st.subheader(
        count(len(turns), "turning point") if len(turns) else "No turning point", anchor=False
    )
    if turns.empty:
        st.caption(
            "The taste moved slowly or stayed; no event turned it by more than chance would."
        )
        return
    with st.container(gap="xxsmall", key="turns"):
        for number, turn in enumerate(turns.itertuples(), start=1):
            when = f"event {turn.step:,}" if timeline.bulk_dates else day(int(turn.timestamp))
            st.button(
                f"**{number}** · {plain(turn.from_category)} → {plain(turn.to_category)}"
                f" :gray[{when}, with {plain(turn.title)}]",
                key=f"turn_{number}",
                type="tertiary",
                on_click=_travel_to,
                args=(int(turn.step), timeline.user_id),
                help="Show this moment on the map",
            )


def _draw_moment(timeline: Timeline) -> None:
    """What happened around the chosen moment."""
    step = _cursor(timeline)
    events = timeline.events
    near = events[(events["step"] >= step - _AROUND) & (events["step"] <= step + _AROUND)]
    st.subheader(f"Around event {step:,}", anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                "": near["step"].eq(step).map({True: "▶", False: ""}),
                "Event": near["step"],
                "Title": near[TITLE],
                "Value": near["value"],
                "Pull": near["drift"],
            }
        ),
        hide_index=True,
        height="content",
        column_config={
            "": st.column_config.TextColumn(width=16),
            "Event": st.column_config.NumberColumn(width=52),
            "Value": st.column_config.NumberColumn(format="%g", width=48),
            "Pull": st.column_config.ProgressColumn(
                format=" ", min_value=0, max_value=float(events["drift"].max() or 1.0), width=64
            ),
        },
        alt="The events around the chosen moment, with how far each moved the taste",
    )


def _draw_way(view: View, timeline: Timeline, chart: str) -> None:
    """The interest on its way across the map, played by the slider below it."""
    st.subheader("Its way across the map", anchor=False)
    item_map = view.answers.item_map(view.request)
    map_component.draw_map(
        _packed(atlas.question(view), view, timeline),
        Look(
            mode="path",
            cursor=_cursor(timeline),
            beside=f"st-key-{chart}",
            height=500,
            roles=("history", "interest"),
        ),
        categories=view.dataset.categories,
        sentence=timeline.sentence,
        name=f"way_{view.request.user_id}",
        key=MAP,
        on={"moment": lambda: _travel_to(int(st.session_state[MAP].moment), timeline.user_id)},
    )
    with st.container(horizontal=True, vertical_alignment="center", key="journey_footnote"):
        drawn = f"{len(item_map.items):,} of {item_map.num_items:,} items drawn"
        st.caption(f"{drawn}, where they lie for everyone; map trust {item_map.trust:.2f}")
        widgets.method(_METHOD)


@st.cache_resource(max_entries=32, show_spinner=False)
def _packed(asked: tuple, _view: View, _timeline: Timeline) -> dict:  # noqa: ARG001
    item_map = _view.answers.item_map(_view.request)
    packed = map_component.pack(item_map, _view.dataset.categories, path=_timeline.path)
    return {**packed, "events": map_component.event_columns(_timeline)}


def _draw_numbers(view: View, timeline: Timeline) -> None:
    shares = timeline.shares.drop(columns="step", errors="ignore")
    table = pd.concat([timeline.events.reset_index(drop=True), shares], axis=1)
    labels = {
        "step": "Event",
        TITLE: "Title",
        "timestamp": "Unix seconds (UTC)",
        "event": "Kind",
        "value": "Value",
        "drift": "Pull",
        **{name: f"Share of {name}" for name in shares.columns},
    }
    widgets.numbers(table, f"timeline_{view.request.user_id}", labels, "Events and category shares")
