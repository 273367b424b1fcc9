"""How the picture of a taste is drawn: in what, along what, the one in focus, how far ahead."""

from dataclasses import dataclass

import streamlit as st

from recengine.engine.results import Timeline
from recengine.ui import address
from recengine.ui.address import AHEAD, AXIS, BAND, INTEREST, KIND
from recengine.ui.charts.fan import BANDS, OTHER
from recengine.ui.charts.timeline import Axis, bands
from recengine.ui.timeline.marks import CONTROLS, PAGE

CATEGORIES, THEMES = "categories", "themes"
_KINDS = {CATEGORIES: "Categories", THEMES: "Themes"}
_AXES = {"event": "By event", "date": "By date"}
_CALENDAR = "calendar"
_EVENTS = (5, 10, 20, 30)
_DAYS = (7, 14, 30)
_BANDS = {str(band): f"{band} %" for band in BANDS}


@dataclass(frozen=True)
class Looking:
    """What the controls say.

    Attributes:
        kind: whether interests are categories or themes.
        axis: by event number or by date.
        calendar: whether the shares stand at regular moments of the calendar instead.
        focus: the interest at the bottom of the stream, with the fan.
        ahead: how far the forecast goes.
        unit: of `ahead`; events on the axis of events, days on that of dates.
        band: the widest interval drawn, in per cent.
    """

    axis: Axis
    focus: str
    ahead: int
    unit: str
    band: int
    kind: str = CATEGORIES
    calendar: bool = False


def in_themes() -> bool:
    """Whether interests are shown as themes; known before the control is drawn."""
    return address.chosen(PAGE, KIND) == THEMES


def choose(timeline: Timeline) -> Looking:
    """Draw the controls of the stream; the timeline is in the kind of interests on show."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="stream_controls"
    ):
        kind = CONTROLS.segmented(
            "Interests as", KIND, _KINDS, CATEGORIES, labelled=True, frees=(INTEREST,)
        )
        axes = {**_AXES, _CALENDAR: "By calendar"}
        first = _first_axis(bulk=only_order(timeline))
        chosen = CONTROLS.segmented("Axis", AXIS, axes, first, labelled=True)
        axis: Axis = "event" if chosen == "event" else "date"
        focus = choose_interest(timeline, INTEREST, "Interest at the bottom")
        ahead, unit = choose_ahead(axis)
        band = choose_band()
    return Looking(axis, focus, ahead, unit, band, kind, chosen == _CALENDAR)


def only_order(*timelines: Timeline) -> bool:
    """Whether dates say little of one of them: typed in, or one second for all."""
    return any(
        each.bulk_dates or bool((each.events["timestamp"].diff().fillna(0) == 0).all())
        for each in timelines
    )


def choose_axis(*, bulk: bool) -> Axis:
    """By event or by date; dates of what was typed in are not offered first."""
    if address.chosen(PAGE, AXIS) == _CALENDAR:  # chosen where there is one
        address.choose(PAGE, **{AXIS: "date"})
    axis = CONTROLS.segmented("Axis", AXIS, _AXES, _first_axis(bulk=bulk), labelled=True)
    return "event" if axis == "event" else "date"


def _first_axis(*, bulk: bool) -> str:
    return "event" if bulk else "date"


def choose_interest(timeline: Timeline, name: str, label: str, skip: str = "") -> str:
    """One of the bands, today's leader first; any category that the address asks for counts."""
    shown = bands(timeline.shares)
    options = {str(each): str(each) for each in shown if each not in (OTHER, skip)}
    asked = address.chosen(PAGE, name)
    if asked in timeline.shares and asked not in ("step", skip):
        options.setdefault(asked, asked)
    return CONTROLS.menu(label, name, options, next(iter(options)), width=165)


def choose_ahead(axis: Axis) -> tuple[int, str]:
    """How far the forecast goes: in events on the axis of events, in days on that of dates."""
    unit, steps = ("events", _EVENTS) if axis == "event" else ("days", _DAYS)
    options = {str(step): f"{step} {unit}" for step in steps}
    if address.chosen(PAGE, AHEAD) not in options:  # chosen on the other axis
        address.choose(PAGE, **{AHEAD: ""})
    return int(CONTROLS.menu("Ahead", AHEAD, options, str(steps[1]), width=110)), unit


def choose_band() -> int:
    """The widest interval drawn, in per cent."""
    return int(CONTROLS.segmented("Futures in the fan", BAND, _BANDS, "80", labelled=True))
