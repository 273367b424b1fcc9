"""Where one stands in a timeline: the chosen event and the chosen stretch, both in the address.

They belong to one person; somebody else's timeline begins anew, at its newest event.
"""

import streamlit as st

from recengine.engine.results import Timeline
from recengine.ui import address
from recengine.ui.address import (
    AT,
    BY,
    FIRST,
    GROUP,
    INTEREST,
    LAST,
    METHOD,
    OTHER,
    USER,
)  # fmt: skip
from recengine.ui.choices import Choices
from recengine.ui.view import View

PAGE = "timeline"
CONTROLS = Choices(PAGE)
_OF_PERSON = (AT, FIRST, LAST)
_OF_DATA = (INTEREST, METHOD, BY, GROUP, OTHER + USER, OTHER + INTEREST)
_OWNER = "timeline_owner"


def begin(view: View) -> None:
    """Let go of marks that were left by another person, unless a link brought them."""
    owner = (view.answers.serial, view.request.user_id)
    present = _present()
    was, seen = st.session_state.get(_OWNER, (owner, present))
    left_over = present == seen and any(present)
    if was != owner and left_over:
        names = _OF_PERSON if was[0] == owner[0] else (*_OF_PERSON, *_OF_DATA)
        address.choose(PAGE, **dict.fromkeys(names, ""))
    st.session_state[_OWNER] = (owner, _present())


def cursor(timeline: Timeline) -> int:
    """The event that was chosen, else the newest."""
    length = len(timeline.events)
    step = _number(AT)
    return step if 1 <= step <= length else length


def travel_to(step: int) -> None:
    """Callback: choose an event."""
    address.choose(PAGE, **{AT: str(step)})


def period(timeline: Timeline) -> tuple[int, int] | None:
    """First and last event of the chosen stretch; None if none is chosen."""
    first, last = _number(FIRST), _number(LAST)
    return (first, last) if 1 <= first <= last <= len(timeline.events) else None


def choose_period(first: int, last: int) -> None:
    """Callback: choose a stretch; (0, 0) lets go of it."""
    chosen = (str(first), str(last)) if first else ("", "")
    address.choose(PAGE, **dict(zip((FIRST, LAST), chosen, strict=True)))


def forget_person() -> None:
    """Let go of everything that was chosen for the person on show."""
    address.choose(PAGE, **dict.fromkeys(_OF_PERSON, ""))


def _present() -> tuple[str, ...]:
    return tuple(address.chosen(PAGE, name) for name in (*_OF_PERSON, *_OF_DATA))


def _number(name: str) -> int:
    """A whole number of the address; 0 if it is none."""
    asked = address.chosen(PAGE, name)
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
