"""The interest on its way across the map, and the cone of where it may go next."""

from dataclasses import replace
from typing import Any

import streamlit as st

from recengine.engine.forecasts.results import FutureTaste
from recengine.engine.results import Timeline
from recengine.types import Request
from recengine.ui import atlas, map_component, states
from recengine.ui.map_component import Look
from recengine.ui.timeline import marks
from recengine.ui.timeline.controls import Looking
from recengine.ui.view import View

MAP = "journey_map"


def draw(
    view: View,
    timeline: Timeline,
    looking: Looking,
    future: FutureTaste | None,
    *,
    beside: str,
) -> None:
    """The map, played by the slider below it; `beside` is the key of the chart with its cursor."""
    st.subheader("Its way across the map", anchor=False)
    mapped = map_request(view)
    if mapped is None or timeline.path.empty:
        states.empty(
            "There is no map to walk on",
            "Maps are laid out by the unified ranker. Train it, and the way is drawn here.",
            ":material/map:",
        )
        return
    item_map = view.answers.item_map(mapped)
    packed = _packed(
        (*atlas.question(view), looking.ahead, looking.unit, _method(future)),
        view,
        mapped,
        timeline,
        future,
    )
    map_component.draw_map(
        packed,
        Look(
            mode="path",
            cursor=marks.cursor(timeline),
            beside=f"st-key-{beside}",
            band=looking.band,
            height=500,
            roles=("history", "interest"),
        ),
        categories=view.dataset.categories,
        sentence=timeline.sentence,
        name=f"way_{view.request.user_id}",
        key=MAP,
        on={"moment": lambda: marks.travel_to(int(st.session_state[MAP].moment))},
    )  # fmt: skip
    drawn = f"{packed['items'].num_rows:,} of {item_map.num_items:,} items drawn"
    cone = "" if future is None else f"; the cone holds {looking.band} of 100 ways on"
    st.caption(
        f"{drawn}, where they lie for everyone; map trust {item_map.trust:.2f}{cone}",
    )


def map_request(view: View) -> Request | None:
    """The question for the map: to a ranker that has one; None if there is no such ranker."""
    if view.dynamic:
        return view.request
    able = [name for name in view.engine.ranker_names if view.engine.dynamic(name)]
    return replace(view.request, ranker=able[0]) if able else None


def _method(future: FutureTaste | None) -> str:
    return "" if future is None else future.method


@st.cache_resource(max_entries=32, show_spinner=False)
def _packed(
    asked: tuple,  # noqa: ARG001
    _view: View,
    _mapped: Request,
    _timeline: Timeline,
    _future: FutureTaste | None,
) -> dict[str, Any]:
    packed = map_component.pack(
        _view.answers.item_map(_mapped),
        _view.dataset.categories,
        path=_timeline.path,
        future=None if _future is None else _future.path,
        most=map_component.AT_FIRST,
    )
    return {**packed, "events": map_component.event_columns(_timeline)}
