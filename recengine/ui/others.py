"""Somebody else or another moment, to hold beside the question on show; both in the address."""

import streamlit as st

from recengine.types import UNKNOWN, Request
from recengine.ui import address, resources
from recengine.ui.address import OTHER, USER
from recengine.ui.choices import Choices
from recengine.ui.sidebar import spoken_value
from recengine.ui.view import View


def other_people(view: View, page: str) -> dict[str, str]:
    """Everybody else who is listed or named by the address, with what they are called."""
    labels = dict(resources.person_labels(view.answers.serial, view.answers))
    asked = address.chosen(page, OTHER + USER)
    if asked in view.dataset.user_ids:
        labels.setdefault(asked, asked)  # not among the listed ones, but there
    labels.pop(view.request.user_id, None)
    return labels


def another_person(view: View, controls: Choices) -> Request:
    """The question on show, asked for somebody else; as it is where there is nobody else."""
    labels = other_people(view, controls.page) or {view.request.user_id: "Nobody else"}
    first = next(iter(labels))
    return view.request.for_user(controls.menu("The other person", OTHER + USER, labels, first))


def another_moment(view: View, controls: Choices) -> Request:
    """The question on show, asked in a moment that is put together feature by feature."""
    with st.container(border=True, key="other_moment", horizontal=True, gap="medium"):
        chosen = {
            feature.name: controls.optional_menu(
                feature.label,
                OTHER + feature.name,
                {value: spoken_value(value) for value in feature.values},
                "Left open",
            )
            for feature in view.dataset.context_features
        }
    known = {name: value for name, value in chosen.items() if value and value != UNKNOWN}
    return view.request.with_context(known)


def spoken_moment(request: Request) -> str:
    """A moment in a few words: "Evening, Sat"."""
    return ", ".join(map(spoken_value, request.context.values())) or "Any moment"
