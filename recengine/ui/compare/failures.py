"""The choices that a ranker put worst, of everybody or of a slice, one click from the person."""

import math

import pandas as pd
import streamlit as st

from recengine.engine.comparison.results import Misses
from recengine.ui import widgets
from recengine.ui.address import PROTOCOL, SLICE, VALUE
from recengine.ui.compare.apart import measured_rankers, no_answers, open_sides
from recengine.ui.compare.choices import CONTROLS
from recengine.ui.text import plain
from recengine.ui.view import View

_SHOWN = 12
_COLUMNS = {
    "user_id": "Person",
    "title": "Choice",
    "year": "Year",
    "rank": "Place",
    "listed": "Listed instead",
    "rescuer": "Found by",
    "rescuer_rank": "Its place there",
}


def draw_errors(view: View) -> None:
    """The whole view."""
    headline = st.container()
    protocols = {name: name for name in view.engine.measured_protocols()}
    what = "the held-out choices that this ranker put worst, for everybody or for a slice"
    if not protocols:
        no_answers(view, what)
        return
    ranker = view.request.ranker
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare_controls"):
        protocol = CONTROLS.menu("Protocol", PROTOCOL, protocols, next(iter(protocols)))
        whole = view.answers.misses(ranker, protocol)
        if whole is None:
            no_answers(view, what)
            return
        found = _of_slice(view, whole, ranker, protocol)
    with headline:
        widgets.answer(found.sentence, _caption(found))
    _draw_people(view, found, measured_rankers(view, protocol))
    columns = {name: label for name, label in _COLUMNS.items() if name in found.table}
    widgets.numbers(found.table, f"errors_{ranker}", columns, "Held-out choices, worst first")


def _of_slice(view: View, whole: Misses, ranker: str, protocol: str) -> Misses:
    names = {name: name for name in whole.slices}
    name = CONTROLS.optional_menu("Slice", SLICE, names, "Everybody")
    if not name:
        return whole
    values = {value: value for value in whole.slices[name]}
    value = CONTROLS.menu("Of it", VALUE, values, next(iter(values)))
    return view.answers.misses(ranker, protocol, name, value) or whole


def _caption(found: Misses) -> str:
    if math.isnan(found.median_rank):
        return ""
    hits = found.among_ten / max(found.questions, 1)
    return (
        f"{found.among_ten:,} of {found.questions:,} choices ({hits:.0%}) stood among the first "
        f"ten; half stood at number {found.median_rank:,.0f} or better."
    )


def _draw_people(view: View, found: Misses, labels: dict[str, str]) -> None:
    grid = st.grid(2, min_column_width=320, gap="small", key="missed_people")
    for place, row in enumerate(found.table.head(_SHOWN).itertuples()):
        year = "" if pd.isna(row.year) else f" ({int(row.year)})"
        listed = (
            f" · listed instead: {plain(', '.join(row.listed))}" if "listed" in found.table else ""
        )
        rescued = (
            f" · {plain(labels.get(row.rescuer, row.rescuer))} had it at {row.rescuer_rank:,}"
            if row.rescuer
            else ""
        )
        grid.button(
            f"**{plain(row.title)}**{year} put at number {row.rank:,} "
            f":gray[Person {plain(row.user_id)}{listed}{rescued}]",
            key=f"story_miss_{place}",
            on_click=open_sides,
            args=(view, str(row.user_id), row.rescuer),
            width="stretch",
            wrap=True,
        )
