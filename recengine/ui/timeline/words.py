"""The taste in words: what was chosen before and after each turn, and around the chosen moment."""

import pandas as pd
import streamlit as st

from recengine.engine.interests.results import InterestKeywords
from recengine.engine.results import Timeline
from recengine.ui import keywords, widgets
from recengine.ui.states import calm_errors
from recengine.ui.text import markup, plain
from recengine.ui.timeline import marks
from recengine.ui.view import View

_BEFORE, _AFTER, _NOW, _TODAY = "Before", "After", "Now", "Today"
_LABELS = {
    "moment": "Moment",
    "side": "Side",
    "word": "Word",
    "weight": "Weight",
    "items": "Items",
    "examples": "Such as",
}


@calm_errors()
def draw(view: View, timeline: Timeline) -> None:
    """Words beside every turn, then of the chosen moment; last in its column, as it comes late."""
    st.subheader("In words", anchor=False)
    turns = timeline.turning_points
    names = [
        f"{number} · {turn.from_category} → {turn.to_category}"
        for number, turn in enumerate(turns.itertuples(), start=1)
    ]
    step = marks.cursor(timeline)
    names.append(_TODAY if step == len(timeline.events) else f"Event {step:,}")
    moments = [*(int(turn) - 1 for turn in turns["step"]), step]
    found = keywords.around(view, moments)
    if found is None:
        return
    st.html("".join(map(_told, names, found)))
    st.caption(plain(f"Bold: on one side only. {found[-1].note}"))
    table = pd.concat(
        [
            words.assign(moment=name, side=side, examples=words["examples"].map(", ".join))
            for name, each in zip(names, found, strict=True)
            for side, words in ((_BEFORE, each.table), (_AFTER, each.later))
        ]
    )
    name = f"timeline_words_{view.request.user_id}"
    widgets.numbers(table, name, _LABELS, "Words before and after each moment", "Numbers of words")


def _told(name: str, found: InterestKeywords) -> str:
    """A moment with the words of its two sides; at the end of the history there is one."""
    before, after = found.table, found.later
    sides = keywords.chips(_BEFORE, before, after) + keywords.chips(_AFTER, after, before)
    if after.empty and name == _TODAY:
        sides = keywords.chips(_NOW, before)
    return f'<div class="re-words"><b>{markup(name)}</b>{sides}</div>'
