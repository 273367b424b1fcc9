"""One person's taste: how it moved, what turned it, where it goes, and the lists of then."""

import pandas as pd
import streamlit as st

from recengine.engine.results import Timeline
from recengine.types import TITLE
from recengine.ui import states, widgets
from recengine.ui.text import plain
from recengine.ui.timeline import ahead, controls, stream, themes, then, turns, way, words
from recengine.ui.view import View

_METHOD = """
After every event the ranker has an interest vector: what this person wants next. Its **shares** are
the ranker's own probabilities over the whole catalogue, added up by category (an item with several
categories splits its share); they always sum to 100 %.

The **pull** of an event is the cosine distance between the interest before and after it. A
**turning point** is where the shares of the following events differ most from those of the events
before, by more than chance would give for this person; the event named is the one with the
strongest pull towards the new taste. The **way on the map** puts each interest vector where items
of its kind lie.

**Themes** are groups of items whose vectors point the same way, found by k-means and named by the
words that mark them out; nobody listed them. **By calendar**, each period shows the interest after
its last event; where more than 90 days passed without one, nothing is drawn.

**In words**, each side of a moment has the words (and pairs of words) that the texts of its events
hold more often than the catalogue; of these, the text encoder picks those near the mean of the
texts that say different things (KeyBERT with maximal marginal relevance). The nearer an event is to
the moment, the more it counts: ten events further, half as much.

The **list of then** knows nothing of what came later: the history ends with the chosen event, of
everybody else only the days before count, and only items that somebody had met by then compete.
"""


def draw(view: View) -> None:
    """The whole view."""
    if not view.person.num_events:
        widgets.answer("Nothing has happened yet, so there is no taste to follow.")
        states.empty(
            "No events yet",
            "Here the shares of this person's interests would flow from event to event. "
            "Pick a story in the sidebar to meet somebody with a history.",
            ":material/timeline:",
        )
        return
    told = _ask(view)
    if told.events.empty:
        widgets.answer("Every event is switched off, so there is no taste to follow.")
        states.empty(
            "Everything is switched off",
            "Let events count again, here above or under **Your data**.",
            ":material/visibility_off:",
        )
        return
    timeline = themes.in_themes(view, told) if controls.in_themes() else told
    widgets.answer(timeline.sentence)
    looking = controls.choose(timeline)
    # what comes and goes has a place of its own, so that the pictures stay where they are
    with st.container():
        future = ahead.ask(view, looking)
    chart = stream.draw(view, timeline, looking, future)
    with st.container():
        then.draw(view, timeline)
    picture, beside = st.columns([0.66, 0.34], gap="medium")
    with beside:
        turns.draw_turns(view, timeline)
        turns.draw_moment(timeline)
        words.draw(view, timeline)
    with picture:
        way.draw(view, timeline, looking, future, beside=chart)
        widgets.method(_METHOD)
        st.caption(f":material/schedule: {plain(view.engine.interests.dates().sentence)}")
    if future is not None:
        ahead.draw(view, told, looking, future)
    if looking.kind == controls.THEMES:
        themes.draw(view)
    _draw_numbers(view, timeline)


def _ask(view: View) -> Timeline:
    """The answer; a place is held for it only while there is no picture on the page yet."""
    with st.container():
        if way.MAP in st.session_state:
            return view.answers.timeline(view.request)
        with st.skeleton(height=520):
            return view.answers.timeline(view.request)


def _draw_numbers(view: View, timeline: Timeline) -> None:
    shares = timeline.shares.drop(columns="step", errors="ignore")
    table = pd.concat([timeline.events.reset_index(drop=True), shares], axis=1)
    labels = {
        "step": "Event",
        TITLE: "Title",
        "timestamp": "Unix seconds (UTC)",
        "event": "Kind",
        "value": "Value",
        **({"source": "Source"} if "source" in table else {}),
        "drift": "Pull",
        **{name: f"Share of {name}" for name in shares.columns},
    }
    widgets.numbers(table, f"timeline_{view.request.user_id}", labels, "Events and shares")
