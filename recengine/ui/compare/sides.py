"""Two requests side by side: the lists with lines between them, how far they agree, and why."""

import math
from dataclasses import replace

import streamlit as st

from recengine.engine.comparison.results import SideBySide
from recengine.types import Request
from recengine.ui import actions, address, frame, sidebar, states, widgets
from recengine.ui.address import AGAINST, BESIDE
from recengine.ui.charts import rank_scatter
from recengine.ui.charts.lists_map import lists_map
from recengine.ui.compare.aligned import aligned_lists
from recengine.ui.compare.choices import CONTROLS, PAGE
from recengine.ui.compare.leaned import draw_leaned
from recengine.ui.others import another_moment, another_person, spoken_moment
from recengine.ui.text import plain
from recengine.ui.view import View

RANKERS, PEOPLE, MOMENTS, PINNED = "ranker", "person", "moment", "pinned"
_QUIET = {"displayModeBar": False}
_SIDES = ("first", "second")
_COLUMNS = {
    "title": "Title",
    "item_id": "Item",
    "rank_first": "Place, left",
    "rank_second": "Place, right",
}
_NO_MAP = "Only the unified ranker bends items; this list lies on the map for everyone, below."
_METHOD = """
Both lists are made now, from everything that each person did, with the ranker and the moment of
each side. **Shared** counts the items in both lists. **Agreement** is the rank correlation
(Spearman) over all items that compete on both sides: 1 if the whole catalogue is in the same
order, 0 if one order says nothing about the other.

**Leaned on** sums, for each event of the history, what speaks for the items of the list, and shows
the largest shares. That is exact for rankers whose score is a sum over events. Others are asked
again without one event after the other: what the items of the list lose is shown. Events that stand
in for each other hide each other then.
"""


def draw_sides(view: View) -> None:
    """The whole view."""
    headline = st.container()
    second = _choose_second(view)
    if second is None:
        return
    with st.skeleton(height=560):
        both = view.answers.side_by_side(view.request, second)
    with headline:
        widgets.answer(both.sentence, _agreement(both))
    names = side_names(view, both)
    lists, pictures = st.columns([0.58, 0.42], gap="medium")
    with lists, st.container(border=True, key="card_lists", height="stretch"):
        st.html(aligned_lists(both, names))
        _draw_doors(view, both, names)
    with pictures, st.container(border=True, key="card_scatter", height="stretch"):
        st.subheader("The whole catalogue", anchor=False)
        figure = rank_scatter.scatter(both.scatter, names, view.palette)
        st.plotly_chart(
            figure, theme=None, config=_QUIET, key="compare_scatter",
            alt=f"Place of each item on the left and on the right. {_agreement(both)}",
        )  # fmt: skip
        st.caption("On the line both agree; the further off, the more they differ.")
    _draw_places(view, both, names)
    with st.container(border=True, key="card_leaned"):
        st.subheader("Which events each list leans on", anchor=False)
        draw_leaned(view, both, names)
    widgets.method(_METHOD)
    name = f"side_by_side_{view.request.user_id}"
    widgets.numbers(both.items, name, _COLUMNS, "Items of either list with both places")


def _draw_places(view: View, both: SideBySide, names: tuple[str, str]) -> None:
    """Both lists on the map for everyone, where one of them comes from a ranker that bends none."""
    requests = both.first.request, both.second.request
    if both.places.empty or all(view.engine.dynamic(each.ranker) for each in requests):
        return
    with st.container(border=True, key="card_places"):
        st.subheader("Where the lists lie", anchor=False)
        figure = lists_map(both.places, names, view.palette)
        said = "Items of both lists at their places on the map for everyone"
        st.plotly_chart(figure, theme=None, config=_QUIET, key="compare_places", alt=said)
        st.caption(
            "Every item stands at its place on the map for everyone, where like lies near like. "
            "Only the unified ranker bends items around a person; of all others the list alone "
            "differs."
        )


def _agreement(both: SideBySide) -> str:
    length = max(len(both.first.items), len(both.second.items))
    shared = f"{both.shared} of {length} items in both lists"
    if math.isnan(both.agreement):
        return f"{shared}."
    return f"{shared}; agreement over the whole catalogue {both.agreement:.2f} of 1."


def side_names(view: View, both: SideBySide) -> tuple[str, str]:
    """What to call the sides: by what differs between them."""
    first, second = both.first.request, both.second.request
    labels = view.engine.ranker_labels
    parts: list[tuple[str, str]] = []
    if first.user_id != second.user_id:
        parts.append((f"Person {first.user_id}", f"Person {second.user_id}"))
    if first.ranker != second.ranker:
        parts.append((labels.get(first.ranker, first.ranker),
                      labels.get(second.ranker, second.ranker)))  # fmt: skip
    if dict(first.context) != dict(second.context):
        parts.append((spoken_moment(first), spoken_moment(second)))
    if not parts:
        return "Left", "Right"
    left, right = (", ".join(side) for side in zip(*parts, strict=True))
    return left, right


def _choose_second(view: View) -> Request | None:
    options = {RANKERS: "Two rankers", PEOPLE: "Two people"}
    if view.dataset.context_features:
        options[MOMENTS] = "Two moments"
    if view.pinned is not None and view.pinned != view.request:
        options[PINNED] = "With the pinned one"
    beside = CONTROLS.segmented("What differs", BESIDE, options, RANKERS)
    if beside == PINNED and view.pinned is not None:
        st.caption(plain(f"Pinned: {actions.spoken(view.pinned, view)}"))
        return view.pinned
    if beside == PEOPLE:
        return another_person(view, CONTROLS)
    if beside == MOMENTS:
        return another_moment(view, CONTROLS)
    return _another_ranker(view)


def _another_ranker(view: View) -> Request | None:
    label = view.engine.ranker_labels
    ordered = sidebar.rankers_best_first(view.answers)
    others = {name: label[name] for name in ordered if name != view.request.ranker}
    if not others:
        states.empty(
            "There is only one ranker",
            "Train another one below; then two lists stand here side by side.",
            ":material/difference:",
        )
        return None
    asked = address.chosen(PAGE, AGAINST)
    if asked == view.request.ranker:  # chosen in the sidebar meanwhile: hold it against the best
        address.choose(PAGE, **{AGAINST: ""})
    chosen = CONTROLS.menu("Held against it", AGAINST, others, next(iter(others)))
    return replace(view.request, ranker=chosen)


def _draw_doors(view: View, both: SideBySide, names: tuple[str, str]) -> None:
    """The same question on the map, for each side."""
    columns = st.columns(2)
    for column, side, listed, name in zip(
        columns, _SIDES, (both.first, both.second), names, strict=True
    ):
        able = view.engine.dynamic(listed.request.ranker)
        column.button(
            "On the map",
            icon=":material/bubble_chart:",
            key=f"compare_map_{side}",
            type="tertiary",
            disabled=not able,
            on_click=_to_map,
            args=(listed.request, view),
            help=f"The catalogue for {plain(name)}" if able else _NO_MAP,
        )


def _to_map(request: Request, view: View) -> None:
    sidebar.show_request(request, view.answers)
    frame.go("item_map")
