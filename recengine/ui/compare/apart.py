"""For whom two rankers differ most, as people to click through."""

import pandas as pd
import streamlit as st

from recengine.engine.comparison.results import Disagreements
from recengine.ui import address, frame, sidebar, states, widgets
from recengine.ui.address import AGAINST, BESIDE, PROTOCOL, SHOW
from recengine.ui.compare.choices import CONTROLS, PAGE
from recengine.ui.text import count, markup, plain
from recengine.ui.view import View

_SHOWN = 12
_COLUMNS = {
    "user_id": "Person",
    "title": "Choice",
    "rank_first": "Place, first",
    "rank_second": "Place, second",
    "factor": "Times lower",
    "shared": "Items shared",
}


def draw_disagreements(view: View) -> None:
    """The whole view."""
    headline = st.container()
    protocols = {name: name for name in view.engine.measured_protocols()}
    if not protocols:
        no_answers(view, "the people for whom two rankers differ most, one click away")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare_controls"):
        protocol = CONTROLS.menu("Protocol", PROTOCOL, protocols, next(iter(protocols)))
        measured = measured_rankers(view, protocol)
        if not _is_measured(view, measured):
            return
        others = {name: label for name, label in measured.items() if name != view.request.ranker}
        if not others:
            no_answers(view, "where two measured rankers differ; only one was measured")
            return
        if address.chosen(PAGE, AGAINST) == view.request.ranker:
            address.choose(PAGE, **{AGAINST: ""})
        against = CONTROLS.menu("Held against it", AGAINST, others, next(iter(others)))
    found = view.answers.disagreements(view.request.ranker, against, protocol)
    if found is None:
        no_answers(view, "the people for whom two rankers differ most, one click away")
        return
    with headline:
        widgets.answer(found.sentence, _caption(found))
    st.html(_tally(found, measured[found.first], measured[found.second]))
    st.subheader("Where they are furthest apart", anchor=False)
    _draw_people(view, found, measured)
    columns = {name: label for name, label in _COLUMNS.items() if name in found.people}
    widgets.numbers(found.people, f"disagreements_{against}", columns, "Questions, furthest first")


def measured_rankers(view: View, protocol: str) -> dict[str, str]:
    """Label by measured ranker, best first."""
    table = view.answers.leaderboard(protocol, "").table
    return dict(zip(table["ranker"], table["label"], strict=True))


def no_answers(view: View, what: str) -> None:
    """What would be here, and the command that brings it."""
    made_with = view.answers.quality().made_with
    states.empty(
        "The answers of the rankers were not kept",
        f"Here would be {what}. Measure once more: `{made_with}`",
        ":material/quiz:",
    )


def _is_measured(view: View, measured: dict[str, str]) -> bool:
    if view.request.ranker in measured:
        return True
    label = view.engine.ranker_labels.get(view.request.ranker, view.request.ranker)
    states.empty(
        f"{plain(label)} was not measured",
        f"Choose another ranker in the sidebar, or measure this one: "
        f"`recengine evaluate {view.dataset.name} --ranker {view.request.ranker}`",
        ":material/straighten:",
    )
    return False


def _caption(found: Disagreements) -> str:
    asked = "Each asked for the choice that was held out, before it was made."
    if found.nothing_shared is None:
        return asked
    people = count(found.nothing_shared, "person has", "people have")
    return f"{asked} {people} two lists of ten with nothing in common."


def _tally(found: Disagreements, first: str, second: str) -> str:
    """Who puts the choice higher how often, as one bar of three parts."""
    even = found.questions - found.first_closer - found.second_closer
    parts = (
        ("first", f"{first} higher", found.first_closer),
        ("even", "the same place", even),
        ("second", f"{second} higher", found.second_closer),
    )
    whole = max(found.questions, 1)
    bars = "".join(
        f'<i class="re-{kind}" style="width:{number / whole:.2%}" '
        f'title="{markup(name)}: {number:,}"></i>'
        for kind, name, number in parts
    )
    keys = "".join(
        f'<span><i class="re-{kind}"></i>{markup(name)} <b>{number:,}</b></span>'
        for kind, name, number in parts
    )
    return f'<div class="re-tally"><div>{bars}</div><p>{keys}</p></div>'


def _draw_people(view: View, found: Disagreements, labels: dict[str, str]) -> None:
    grid = st.grid(2, min_column_width=320, gap="small", key="apart_people")
    for place, row in enumerate(found.people.head(_SHOWN).itertuples()):
        year = "" if pd.isna(row.year) else f" ({int(row.year)})"
        shared = f" · {row.shared} of ten shared" if "shared" in found.people else ""
        grid.button(
            f"**Person {plain(row.user_id)}** chose {plain(row.title)}{year} "
            f":gray[{plain(labels[found.first])} number {row.rank_first:,} · "
            f"{plain(labels[found.second])} number {row.rank_second:,}{shared}]",
            key=f"story_apart_{place}",
            on_click=open_sides,
            args=(view, str(row.user_id), found.second),
            width="stretch",
            wrap=True,
        )


def open_sides(view: View, user_id: str, against: str) -> None:
    """Callback: put somebody on show, with both rankers side by side."""
    address.choose(PAGE, **{SHOW: "sides", BESIDE: "ranker", AGAINST: against})
    sidebar.meet(user_id, {}, view.answers)
    frame.go(PAGE)
