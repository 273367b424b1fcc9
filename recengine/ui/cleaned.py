"""What was left out of the data before anything was computed; which kinds of behaviour stayed."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from recengine.data.cleaning import behaviour_class
from recengine.data.dataset import Dataset
from recengine.types import EVENT
from recengine.ui import widgets
from recengine.ui.text import count, plain

_STEP_COLUMNS = {
    "what": "Left out",
    "events": "Events",
    "people": "People without any left",
    "items": "Items without any left",
    "rule": "Rule",
    "setting": "Set to",
}
_KIND_COLUMNS = {"kind": "Kind of event", "class": "Kind of behaviour", "events": "Events"}


def draw(dataset: Dataset) -> None:
    """The report of the cleaning: one sentence, and its tables in drawers."""
    st.caption(f":material/mop: {plain(_sentence(dataset))}")
    if dataset.cleaning:
        steps = pd.DataFrame([asdict(step) for step in dataset.cleaning])
        what = "What the rules of cleaning left out, and why"
        widgets.numbers(steps, "cleaning", _STEP_COLUMNS, what, "What was left out, and why")
    counts = dataset.interactions[EVENT].value_counts()
    kinds = pd.DataFrame(
        {
            "kind": counts.index.astype(str),
            "class": [behaviour_class(str(kind)) for kind in counts.index],
            "events": counts.to_numpy(),
        }
    )
    title = "Kinds of behaviour"
    widgets.numbers(kinds, "behaviour", _KIND_COLUMNS, "Events by kind of behaviour", title)


def _sentence(dataset: Dataset) -> str:
    if dataset.simulated:
        return "Simulated events need no cleaning: nothing was left out."
    if not dataset.cleaning:
        return "The rules of cleaning found nothing to leave out."
    gone = sum(step.events for step in dataset.cleaning)
    most = max(dataset.cleaning, key=lambda step: step.events)
    rest = "" if len(dataset.cleaning) == 1 else f"most of them, {most.events:,}, as "
    whole = gone + len(dataset.interactions)
    return f"Cleaning left out {gone:,} of {count(whole, 'event')}: {rest}{most.what}."
