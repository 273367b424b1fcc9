"""What the person on show switched off, events and interests: kept, in the address, on every page.

An edit belongs to one person of one dataset; with another person everything counts. In the address
it is short: `without=3,17-20&muted=Horror|Drama`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import streamlit as st

from recengine.data.dataset import Dataset
from recengine.errors import ConfigError
from recengine.types import Request, read_steps, steps_text
from recengine.ui import address
from recengine.ui.address import MUTED, WITHOUT
from recengine.ui.text import count, plain
from recengine.ui.view import Answers, View

_BETWEEN = "|"  # stands between interests; their names may hold commas
_KEPT = "edits_in_session"


@dataclass(frozen=True)
class Edits:
    """What does not count: numbers of events from 1, and categories."""

    without: tuple[int, ...] = ()
    muted: tuple[str, ...] = ()

    def spelled(self) -> dict[str, str]:
        """As the address holds them."""
        return {WITHOUT: steps_text(self.without), MUTED: _BETWEEN.join(self.muted)}


def settle(
    answers: Answers, user_id: str, asked: Mapping[str, str], note: Callable[[str], None]
) -> Edits:
    """What is switched off now: what an address asks for, or what was before."""
    if {WITHOUT, MUTED, address.USER} & set(asked):  # a whole address may switch nothing off
        put(answers.serial, user_id, _read(asked, user_id, answers.engine.dataset, note))
    return of(answers.serial, user_id)


def of(serial: str, user_id: str) -> Edits:
    """What one person switched off so far."""
    kept: dict[tuple[str, str], Edits] = st.session_state.get(_KEPT, {})
    return kept.get((serial, user_id), Edits())


def put(serial: str, user_id: str, edits: Edits) -> None:
    """Replace what is switched off."""
    st.session_state.setdefault(_KEPT, {})[serial, user_id] = edits


def leave_out(view: View, steps: Iterable[int]) -> None:
    """Callback: let exactly these events not count."""
    _change(view, Edits(tuple(sorted(steps)), view.request.muted))


def mute(view: View, interests: Iterable[str]) -> None:
    """Callback: switch exactly these interests off."""
    _change(view, Edits(view.request.without, tuple(interests)))


def let_all_count(view: View) -> None:
    """Callback: nothing is switched off any more."""
    _change(view, Edits())


def remind(view: View) -> None:
    """Say on every page that something is switched off, and offer to let it count again."""
    if not view.request.edited:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="edits_reminder"):
        st.caption(f":material/visibility_off: {off(view.request)} switched off, on every page.")
        st.button(
            "Let everything count",
            icon=":material/undo:",
            type="tertiary",
            on_click=let_all_count,
            args=(view,),
            key="edits_undo",
        )


def off(request: Request) -> str:
    """What is switched off: "3 events and 1 interest"."""
    parts = (
        count(len(request.without), "event") if request.without else "",
        count(len(request.muted), "interest") if request.muted else "",
    )
    return " and ".join(filter(None, parts))


def _read(
    asked: Mapping[str, str], user_id: str, dataset: Dataset, note: Callable[[str], None]
) -> Edits:
    """What an address switches off; nonsense is passed over with a note."""
    try:
        steps = read_steps(asked.get(WITHOUT, ""))
    except ConfigError as error:
        note(plain(error))
        steps = ()
    events = int(dataset.log.lengths[dataset.user_index(user_id)])
    named = filter(None, asked.get(MUTED, "").split(_BETWEEN))
    return Edits(
        tuple(step for step in steps if 1 <= step <= events),
        tuple(name for name in named if name in dataset.categories),
    )


def _change(view: View, edits: Edits) -> None:
    """Callback: what counts from now on; every page's question changes, so all of it runs again."""
    put(view.answers.serial, view.request.user_id, edits)
    address.changed_by_hand()
    st.rerun()
