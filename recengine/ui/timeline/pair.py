"""Two side by side: two people's tastes, or two interests of one person."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from recengine.engine.results import Timeline
from recengine.ui import states, widgets
from recengine.ui.address import INTEREST, OTHER, PAIR, USER
from recengine.ui.charts import pair as charts
from recengine.ui.charts import timeline as stream
from recengine.ui.charts.fan import OTHER as REST
from recengine.ui.charts.fan import Fan
from recengine.ui.charts.timeline import bands
from recengine.ui.others import other_people
from recengine.ui.text import plain
from recengine.ui.timeline import ahead, controls
from recengine.ui.timeline.marks import CONTROLS, PAGE
from recengine.ui.view import View

PEOPLE, INTERESTS = "people", "interests"
_PAIRS = {PEOPLE: "Two people", INTERESTS: "Two interests"}
_QUIET = {"displayModeBar": False}
_COLUMNS = {
    "category": "Category",
    "first_start": "Left, at the start",
    "first_now": "Left, now",
    "second_start": "Right, at the start",
    "second_now": "Right, now",
}


def draw(view: View) -> None:
    """The whole view."""
    headline = st.container()
    which = CONTROLS.segmented("What to hold side by side", PAIR, _PAIRS, PEOPLE)
    if which == PEOPLE:
        _draw_people(view, headline)
    else:
        _draw_interests(view, headline)


def _draw_people(view: View, headline: DeltaGenerator) -> None:
    lengths = view.dataset.log.lengths
    others = {
        each: label
        for each, label in other_people(view, PAGE).items()
        if lengths[view.dataset.user_index(each)]
    }
    if not others:
        states.empty(
            "Nobody else",
            "No other person of this data has done anything yet.",
            ":material/group:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="pair_controls"):
        first_other = next(iter(others))
        other = CONTROLS.menu("The other person", OTHER + USER, others, first_other)
        request = view.request.for_user(other)
        with st.skeleton(height=420):
            first, second = view.answers.timeline(view.request), view.answers.timeline(request)
        axis = controls.choose_axis(bulk=controls.only_order(first, second))
    pair = view.answers.taste_pair(view.request, request)
    with headline:
        widgets.answer(
            pair.sentence,
            f"Distance of the two tastes: {pair.apart_start:.2f} at the start of their histories, "
            f"{pair.apart_now:.2f} now (Jensen-Shannon, 0 the same, 1 nothing in common).",
        )
    both = (first, second)
    for column, each in zip(st.columns(2, gap="medium"), both, strict=True):
        column.subheader(f"Person {plain(each.user_id)}", anchor=False)
        column.caption(plain(each.sentence))
    for column, each in zip(st.columns(2, gap="medium"), both, strict=True):
        column.plotly_chart(
            stream.stream(each, view.categories, view.palette, axis),
            theme=None,
            config=_QUIET,
            key=f"pair_stream_{each.user_id}_{axis}",
            alt=stream.describe(each),
        )
    name = f"pair_{first.user_id}_{second.user_id}"
    widgets.numbers(pair.shares, name, _COLUMNS, "Shares of both at the start and now")


def _draw_interests(view: View, headline: DeltaGenerator) -> None:
    timeline = view.answers.timeline(view.request)
    if len(bands(timeline.shares).columns.drop(REST, errors="ignore")) < 2:
        states.empty(
            "One interest only",
            "The items of this data have one category between them.",
            ":material/category:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="pair_controls"):
        first = controls.choose_interest(timeline, INTEREST, "One interest")
        second = controls.choose_interest(timeline, OTHER + INTEREST, "The other", skip=first)
        axis = controls.choose_axis(bulk=controls.only_order(timeline))
        steps, unit = controls.choose_ahead(axis)
        band = controls.choose_band()
    looking = controls.Looking(axis, first, steps, unit, band)
    future = ahead.ask(view, looking)
    fans = [] if future is None else [Fan(future, name, band) for name in (first, second)]
    sentence = view.engine.evolution.two_interests(timeline, first, second)
    with headline:
        widgets.answer(sentence)
    st.plotly_chart(
        charts.lines(timeline, (first, second), view.categories, view.palette, axis, fans),
        theme=None,
        config=_QUIET,
        key=f"pair_lines_{axis}",
        alt=sentence,
    )
    _draw_numbers(timeline, first, second)


def _draw_numbers(timeline: Timeline, first: str, second: str) -> None:
    table = timeline.events[["step", "title"]].assign(
        first=timeline.shares[first].to_numpy(), second=timeline.shares[second].to_numpy()
    )
    labels = {"step": "Event", "title": "Title", "first": first, "second": second}
    widgets.numbers(table, f"interests_{timeline.user_id}", labels, "Shares of the two interests")
