"""The person's own view: what is known, what counts, and how the list follows."""

import pandas as pd
import streamlit as st

from recengine.engine.results import ListChange, Recommendations
from recengine.types import TITLE
from recengine.ui import edits, keywords, widgets
from recengine.ui.aligned import Place, aligned, moved
from recengine.ui.states import calm_errors
from recengine.ui.text import MISSING, count, day, plain, share
from recengine.ui.timeline import leaving
from recengine.ui.view import View

_EVENTS, _INTERESTS = "own_events", "own_interests"
_MOST_INTERESTS = 24
_METHOD = """
An event that is **switched off** is not read by the ranker, as if it had not happened; its item
does not come back as a recommendation either. An interest that is switched off is a category:
events with items of it are not read, and its items are not offered. Nothing is deleted, and
nothing is trained again: what the ranker learnt from this person and everybody together stays in
its weights.
"""


def draw(view: View) -> None:
    """The whole view."""
    control = view.engine.control
    change = control.change(view.request)
    everything = "Everything counts: switch an event or an interest off, and watch the list follow."
    said = f"With {edits.off(view.request)} switched off: {change.sentence}"
    widgets.answer(said if view.request.edited else everything)
    left, right = st.columns([0.48, 0.52], gap="medium")
    with left, st.container(border=True, key="card_own", height="stretch"):
        _draw_interests(view, control.interests(view.request))
        _draw_events(view, control.events(view.request))
        _draw_words(view)
    with right, st.container(border=True, key="card_own_lists", height="stretch"):
        _draw_lists(view, change)
    widgets.method(_METHOD)
    leaving.draw(view)
    _draw_numbers(view, control.events(view.request))


def _draw_interests(view: View, table: pd.DataFrame) -> None:
    st.subheader("Interests that count", anchor=False)
    known = table[(table["events"] > 0) | table["muted"]].head(_MOST_INTERESTS)
    share_of = dict(zip(known["interest"], known["share"], strict=True))
    usual = view.engine.control.interests(view.request.unedited())["interest"]  # nothing jumps
    shares = {name: share_of[name] for name in usual if name in share_of}
    names = [str(name) for name in shares]
    counting = [name for name in names if name not in view.request.muted]
    st.session_state[_INTERESTS] = counting
    st.pills(
        "Interests that count",
        names,
        format_func=lambda name: (
            plain(name)
            if pd.isna(shares.get(name)) or name not in counting
            else f"{plain(name)} {share(shares[name])}"
        ),
        selection_mode="multi",
        key=_INTERESTS,
        on_change=lambda: edits.mute(
            view, [name for name in names if name not in st.session_state[_INTERESTS]]
        ),
        label_visibility="collapsed",
        wrap=True,
    )
    st.caption("Tap one to switch it off, and again to let it count.")


def _draw_events(view: View, events: pd.DataFrame) -> None:
    st.subheader("Events that count", anchor=False)
    newest = events.iloc[::-1].reset_index(drop=True)
    counting = int(events["counts"].sum())
    st.caption(f"{counting:,} of {count(len(events), 'event')} count; the newest stand first.")
    st.dataframe(
        pd.DataFrame(
            {
                "Counts": newest["counts"].map({True: "✓", False: "off"}),
                "Event": newest["number"],
                "When": [day(int(moment)) for moment in newest["timestamp"]],
                "Title": newest[TITLE],
                "Value": newest["value"],
            }
        ),
        hide_index=True,
        placeholder=MISSING,
        height=360,
        key=_EVENTS,
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "Counts": st.column_config.TextColumn(width=56),
            "Event": st.column_config.NumberColumn(width=52),
            "When": st.column_config.TextColumn(width=92),
            "Title": st.column_config.TextColumn(width=210),
            "Value": st.column_config.NumberColumn(format="%g", width=48),
        },
        alt="Every event of this person, and whether it counts",
    )
    rows = [row for row in st.session_state[_EVENTS].selection.rows if row < len(newest)]
    _draw_switches(view, {int(number) for number in newest["number"].iloc[rows]})


@calm_errors()
def _draw_words(view: View) -> None:
    """The words of what counts; last in its card, as they come late."""
    found = keywords.around(view, (0,))
    if found is not None:
        st.html(keywords.chips("In words", found[0].table))
        st.caption(plain(found[0].note))


def _draw_switches(view: View, chosen: set[int]) -> None:
    """What can be done with the events that are marked in the table, and with all of them."""
    off = set(view.request.without)
    with st.container(horizontal=True, key="own_buttons"):
        st.button(
            f"Switch {count(len(chosen - off), 'event')} off" if chosen - off else "Switch off",
            icon=":material/visibility_off:",
            disabled=not chosen - off,
            on_click=edits.leave_out,
            args=(view, off | chosen),
            help="Mark events in the table first.",
            key="own_off",
        )
        st.button(
            "Let them count",
            icon=":material/visibility:",
            disabled=not chosen & off,
            on_click=edits.leave_out,
            args=(view, off - chosen),
            key="own_on",
        )
        st.button(
            "Let everything count",
            icon=":material/undo:",
            disabled=not view.request.edited,
            on_click=edits.let_all_count,
            args=(view,),
            key="own_undo",
        )


def _draw_lists(view: View, change: ListChange) -> None:
    st.subheader("The list follows", anchor=False)
    whole = view.answers.recommend(view.request.unedited())
    mine = view.answers.recommend(view.request)
    ranks = change.changes.set_index("item_id")
    st.html(
        aligned(
            _places(whole, ranks["rank_after"]),
            _places(mine, ranks["rank_before"]),
            ("With everything", "As it is set now"),
        )
    )
    st.caption(plain(mine.sentence))


def _places(listed: Recommendations, elsewhere: pd.Series) -> list[Place]:
    length = len(listed.items)
    return [
        Place(
            str(row.item_id),
            str(row.title),
            note=moved(row.rank, there) if 0 < there <= length else f"{there:,}" if there else "",
            said=f"number {there:,} in the other list" if there else "not offered in the other",
            alone=not 0 < there <= length,
        )
        for row in listed.items.itertuples()
        for there in [int(elsewhere.get(row.item_id, 0))]
    ]


def _draw_numbers(view: View, events: pd.DataFrame) -> None:
    labels = {
        "number": "Event",
        TITLE: "Title",
        "timestamp": "Unix seconds (UTC)",
        "event": "Kind",
        "value": "Value",
        "counts": "Counts",
        "because": "Switched off by",
    }
    widgets.numbers(events, f"events_{view.request.user_id}", labels, "Every event of this person")
