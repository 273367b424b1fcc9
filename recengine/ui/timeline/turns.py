"""Which events turned the taste, and what happened around the chosen moment."""

from typing import Any

import pandas as pd
import streamlit as st

from recengine.engine.results import Timeline
from recengine.types import TITLE
from recengine.ui.text import MISSING, count, day, plain
from recengine.ui.timeline import marks
from recengine.ui.view import View

_AROUND = 4  # events shown before and after the chosen moment


def draw_turns(view: View, timeline: Timeline) -> None:
    """The turning points, each a step away from being looked at."""
    turns = timeline.turning_points
    st.subheader(
        count(len(turns), "turning point") if len(turns) else "No turning point", anchor=False
    )
    if turns.empty:
        st.caption(plain(timeline.turns_note or "No turn that chance does not explain."))
        return
    with st.container(gap="xxsmall", key="turns"):
        for number, turn in enumerate(turns.itertuples(), start=1):
            when = f"event {turn.step:,}" if timeline.bulk_dates else day(int(turn.timestamp))
            st.button(
                f"**{number}** · {plain(turn.from_category)} → {plain(turn.to_category)}"
                f" :gray[{when}, with {plain(turn.title)}]",
                key=f"turn_{number}",
                type="tertiary",
                on_click=marks.travel_to,
                args=(int(turn.step),),
                help=_how_sure(turn),
            )
    trust = view.answers.once(view.engine.interests.turn_trust)
    st.caption(f":material/verified: {plain(trust)}")


def _how_sure(turn: Any) -> str:
    """Where the turn lies and what made it, as sure as it is."""
    first, last = int(turn.first_step), int(turn.last_step)
    where = f"at event {first:,}" if first == last else f"between events {first:,} and {last:,}"
    causes = ", ".join(plain(title) for title in turn.cause_titles)
    return (
        f"Show this moment on the map. The turn lies {where} in eight of ten cases, and is no "
        f"chance with {turn.certainty:.0%}. It came with {causes}."
    )


def draw_moment(timeline: Timeline) -> None:
    """What happened around the chosen moment."""
    step = marks.cursor(timeline)
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
        placeholder=MISSING,
        height="content",
        column_config={
            "": st.column_config.TextColumn(width=16),
            "Event": st.column_config.NumberColumn(width=52),
            "Title": st.column_config.TextColumn(width=150),
            "Value": st.column_config.NumberColumn(format="%g", width=48),
            "Pull": st.column_config.ProgressColumn(
                format=" ", min_value=0, max_value=float(events["drift"].max() or 1.0), width=64
            ),
        },
        alt="The events around the chosen moment, with how far each moved the taste",
    )
