"""The chosen stretch: what happened in it, and what would have been recommended at its end."""

import pandas as pd
import streamlit as st

from recengine.engine.evolution.results import ListThen, Period
from recengine.engine.results import Recommendations, Timeline
from recengine.types import TITLE
from recengine.ui import address, widgets
from recengine.ui.address import THEN
from recengine.ui.aligned import Place, aligned
from recengine.ui.text import MISSING, count, day, days, markup, plain, share
from recengine.ui.timeline import marks
from recengine.ui.timeline.marks import CONTROLS, PAGE
from recengine.ui.view import View

FITTED, HINDSIGHT = "fitted", "hindsight"
_RANKERS = {FITTED: "As it could have been", HINDSIGHT: "Today's ranker, looking back"}
_MOST_SHARES = 6
_COLUMNS = {
    "rank": "Place then",
    "title": "Title",
    "year": "Year",
    "rank_now": "Place today",
    "chosen_at": "Chosen at event",
    "reason": "Reason",
}


def draw(view: View, timeline: Timeline) -> None:
    """The stretch and the list of then; nothing where none is chosen."""
    chosen = marks.period(timeline)
    if chosen is None:
        return
    found = view.engine.evolution.period(timeline, *chosen)
    st.subheader(_when(found), anchor=False)
    st.markdown(plain(found.sentence))
    left, right = st.columns([0.4, 0.6], gap="medium")
    with left, st.container(border=True, key="card_stretch", height="stretch"):
        _draw_events(timeline, found)
    with right, st.container(border=True, key="card_then", height="stretch"):
        _draw_list(view, found)
        if timeline.bulk_dates:
            st.caption(
                ":material/info: This history looks typed in at a few sittings: “later” is further "
                "down the form, not later in life."
            )


def _when(found: Period) -> str:
    first, last = (int(found.events["timestamp"].iat[place]) for place in (0, -1))
    numbers = f"event {found.first:,}" if found.first == found.last else (
        f"events {found.first:,} to {found.last:,}"
    )  # fmt: skip
    return f"{days(first, last)}, {numbers}"


def _draw_events(timeline: Timeline, found: Period) -> None:
    moved = "".join(
        f"<span>{markup(row.category)} {share(row.before)} → <b>{share(row.after)}</b></span>"
        for row in found.shares.head(_MOST_SHARES).itertuples()
    )
    st.html(f'<div class="re-moved">{moved}</div>')
    st.dataframe(
        pd.DataFrame(
            {
                "Event": found.events["step"],
                "Title": found.events[TITLE],
                **({"Source": found.events["source"]} if "source" in found.events else {}),
                "Value": found.events["value"],
                "Pull": found.events["drift"],
            }
        ),
        hide_index=True,
        placeholder=MISSING,
        height=372,
        column_config={
            "Event": st.column_config.NumberColumn(width=52),
            "Value": st.column_config.NumberColumn(format="%g", width=48),
            "Pull": st.column_config.ProgressColumn(
                format=" ",
                min_value=0,
                max_value=float(timeline.events["drift"].max() or 1.0),
                width=64,
            ),
        },
        alt="The events of the chosen stretch, with how far each moved the taste",
    )


def _draw_list(view: View, found: Period) -> None:
    looking_back = address.chosen(PAGE, THEN) == HINDSIGHT
    with st.skeleton(height=420):
        then = view.answers.list_then(view.request, found.last, looking_back)
    if looking_back or then.request.ranker != view.request.ranker:
        CONTROLS.segmented("Which ranker", THEN, _RANKERS, FITTED)
    known = count(then.known_events, "event")
    cut = day(then.cut)
    if then.hindsight:
        st.warning(plain(then.hindsight), icon=":material/visibility:", title="It knows too much")
    else:
        st.caption(
            f"{plain(then.label)}, computed from {known} of everybody before {cut}, and this "
            f"person's first {count(then.step, 'event')}. Nothing later is in it."
        )
    st.markdown(f"**{plain(then.sentence)}**")
    if then.items.empty:
        return
    today = view.answers.recommend(view.request)
    names = (f"After event {then.step:,}", "Today")
    st.html(aligned(_then(then), _today(today, then), names))
    name = f"list_then_{view.request.user_id}_{then.step}"
    what = "The list of then, with what was chosen later"
    widgets.numbers(then.items, name, _COLUMNS, what, "Numbers of the list of then")


def _then(then: ListThen) -> list[Place]:
    return [
        Place(
            str(row.item_id),
            str(row.title),
            note=f"✓ {row.chosen_at:,}" if row.chosen_at else f"{row.rank_now:,}",
            said=f"chosen later, at event {row.chosen_at:,}"
            if row.chosen_at
            else f"number {row.rank_now:,} today",
            alone=not row.chosen_at and row.rank_now > len(then.items),
            marked=bool(row.chosen_at),
        )
        for row in then.items.itertuples()
    ]


def _today(today: Recommendations, then: ListThen) -> list[Place]:
    before = set(then.items["item_id"])
    return [
        Place(
            str(row.item_id),
            str(row.title),
            said="listed then already" if row.item_id in before else "not listed then",
            alone=row.item_id not in before,
        )
        for row in today.items.itertuples()
    ]
