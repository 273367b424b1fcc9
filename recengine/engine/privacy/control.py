"""The person's own view: what counts, what is switched off, and what that changes."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from recengine.data.progress import Progress, silent
from recengine.engine import lists
from recengine.engine.edits import events_left_out, muted_items
from recengine.engine.people import history
from recengine.engine.privacy.erasing import Erasure, erase_person
from recengine.engine.privacy.exporting import export_person
from recengine.engine.results import ListChange
from recengine.engine.state import State
from recengine.engine.timelines import interest_path, shares_of
from recengine.models.base import InterestModel
from recengine.types import CATEGORIES, Request


class Control:
    """See, switch off, switch on again: a request carries what is off, so an address does too.

    And take everything home, or have it erased.
    """

    def __init__(self, state: State, source: str = "") -> None:
        """Ask a state; `source` is what it was opened by, its dataset's name if left out."""
        self._state = state
        self._source = source or state.dataset.name

    def events(self, request: Request) -> pd.DataFrame:
        """Everything the person did, and whether it counts.

        Columns: number (what `Request.without` names), item_id, title, year, categories,
        timestamp, event, value, counts (False if it is left out or muted), because ("event", or the
        muted interest that it belongs to, or "").

        Raises:
            UnknownNameError: unknown person or interest.
            ConfigError: an event number that the person has not.
        """
        table = history(self._state, request.user_id).rename(columns={"step": "number"})
        table["counts"] = ~events_left_out(self._state.dataset, request)
        off = set(request.without)
        table["because"] = [
            "event" if number in off else next((n for n in request.muted if n in names), "")
            for number, names in zip(table["number"], table[CATEGORIES], strict=True)
        ]
        return table

    def interests(self, request: Request) -> pd.DataFrame:
        """Every interest that the person or the ranker knows of.

        Columns: interest, share (of today's interest with the edits; not a number for rankers
        without interest vectors), events (of the whole history with such items), muted. The
        strongest come first.

        Raises:
            UnknownNameError: unknown person or interest.
        """
        state = self._state
        dataset = state.dataset
        items = dataset.log.items[dataset.log.span(dataset.user_index(request.user_id))] - 1
        share = dict.fromkeys(dataset.categories, float("nan"))
        if isinstance(state.ranker(request.ranker), InterestModel):
            edited = state.edited(request)
            last = interest_path(edited, request.user_id, request.ranker)[-1:]
            values, names = shares_of(edited, request.ranker, last)
            now = values[0] if len(values) else np.full(len(names), np.nan)
            share |= dict(zip(names, map(float, now), strict=True))
        counts = [int(muted_items(dataset, (name,))[items].sum()) for name in dataset.categories]
        table = pd.DataFrame(
            {
                "interest": dataset.categories,
                "share": [share[name] for name in dataset.categories],
                "events": counts,
                "muted": [name in request.muted for name in dataset.categories],
            }
        )
        order = ["share", "events"]
        return table.sort_values(order, ascending=False, kind="stable").reset_index(drop=True)

    def change(self, request: Request) -> ListChange:
        """How the list differs from the one with nothing switched off.

        Raises:
            UnknownNameError: unknown person or interest.
            ConfigError: an event number that the person has not.
        """
        return lists.compare_lists(self._state, request.unedited(), request)

    def export(self, user_id: str) -> bytes:
        """Everything that is kept about a person, as a zip file.

        Raises:
            UnknownNameError: no such person.
        """
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "person.zip"
            export_person(self._source, user_id, self._state.workspace, target)
            return target.read_bytes()

    def erase(self, user_id: str, progress: Progress = silent) -> Erasure:
        """Take a person out of the workspace; an engine that is open must be opened anew.

        Raises:
            UnknownNameError: no such person.
            StorageError: the workspace cannot be written.
        """
        return erase_person(self._source, user_id, self._state.workspace, progress)
