"""Which events each of two lists leans on; where no sum says so, asked by leaving events out."""

from functools import partial

import pandas as pd
import streamlit as st

from recengine.data.progress import Progress
from recengine.engine.comparison.results import SideBySide
from recengine.types import Request
from recengine.ui.background import streamed
from recengine.ui.compare.aligned import leaned_on
from recengine.ui.text import plain
from recengine.ui.view import View

_SIDES = ("first", "second")
_NO_EVENTS = "Nothing of the history speaks for this list."
_ASKABLE = "No sum over events: leave them out one by one to find out."
_NOT_READ = "Leaving out any one event changes nothing, or there are no events."


def draw_leaned(view: View, both: SideBySide, names: tuple[str, str]) -> None:
    """The shares of both sides, and the switch that asks where they are not known."""
    leaned, asked = both.leaned, False
    if both.askable:
        asked = st.toggle(
            plain(f"Leave out one event after the other: {_who(both, names)}"),
            key="compare_leave_out",
            help="The ranker is asked again without each event; that takes a moment.",
        )
    if asked:
        found = _asked(view, both, names)
        if found is None:  # on its way, its progress being drawn
            return
        leaned = pd.concat([leaned, *found], ignore_index=True)
    note = _NOT_READ if asked else _ASKABLE
    first, second = (note if side in both.askable else _NO_EVENTS for side in _SIDES)
    st.html(leaned_on(leaned, names, (first, second)))


def _who(both: SideBySide, names: tuple[str, str]) -> str:
    return " and ".join(
        name for side, name in zip(_SIDES, names, strict=True) if side in both.askable
    )


def _leaned(view: View, request: Request, progress: Progress) -> pd.DataFrame:
    return view.engine.leaned(request, progress)


def _asked(view: View, both: SideBySide, names: tuple[str, str]) -> list[pd.DataFrame] | None:
    """What leaving out gives for each askable side; None until the last one is there."""
    tables = []
    sides = zip(_SIDES, (both.first.request, both.second.request), names, strict=True)
    for side, request, name in sides:
        if side not in both.askable:
            continue
        found = streamed(
            view.answers.name_of(view.engine.leaned, request),
            partial(_leaned, view, request),
            f"Leaving out events: {name}",
        )
        if found is None:
            return None
        tables.append(found.assign(side=side))
    return tables
