"""What somebody said in this session: what it did to their answers, and whether it helps."""

from dataclasses import replace

import pandas as pd

from recengine.engine.feedback.proof import stored_proof
from recengine.engine.feedback.results import FeedbackProof, Told
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.wording import listed, number
from recengine.training.adaptation import learns
from recengine.types import LESS, MORE, NOT_NOW, TITLE, Request

COLUMNS = ["item_id", TITLE, "verdict", "weight", "rank_before", "rank_now"]
NAMED = 2  # items that a sentence names


class Feedback:
    """Questions about the feedback in a request."""

    def __init__(self, state: State) -> None:
        self._state = state

    def learns(self, ranker: str = "") -> bool:
        """Whether feedback on an item carries to others; if not, only "not now" has an effect."""
        return learns(self._state.ranker(ranker))

    def told(self, request: Request) -> Told:
        """What was said, and what came of it."""
        state = self._state
        able = self.learns(request.ranker)
        now, before = state.answer(request), state.answer(replace(request, feedback=()))
        weights = dict(zip(now.learnt.items.tolist(), now.learnt.weights.tolist(), strict=True))
        last = dict(request.feedback)
        rows = []
        for item_id, verdict in request.feedback:
            item = state.dataset.item_index(item_id)
            stands = last[item_id] == verdict
            rows.append(
                (
                    item_id,
                    state.title(item),
                    verdict,
                    weights.get(item, 0.0) if stands else 0.0,
                    int(before.ranks[item]),
                    int(now.ranks[item]),
                )
            )
        table = pd.DataFrame(rows, columns=COLUMNS)
        return Told(table, able, self._sentence(now, before, request.k, able))

    def proof(self, ranker: str = "") -> FeedbackProof | None:
        """Whether feedback helped held-out people; None if nobody measured it."""
        state = self._state
        name = state.ready(ranker)
        return stored_proof(state.dataset.name, state.dataset.fingerprint, state.workspace, name)

    def _sentence(self, now: Answer, before: Answer, length: int, able: bool) -> str:
        if not now.request.feedback:
            return ""
        said = _said(self._state, now)
        if not able and any(verdict != NOT_NOW for _, verdict in now.request.feedback):
            label = self._state.ranker(now.request.ranker).label
            return f"{said}; with {label}, only “not now” changes the list."
        old = set(before.order[:length].tolist())
        new = [item for item in now.order[:length].tolist() if item not in old]
        if not new:
            return f"{said}; the same {number(length)} items stay."
        named = listed([self._state.title(item) for item in new[:NAMED]])
        more = f", {named} first" if len(new) > NAMED else f": {named}"
        verb = "is" if len(new) == 1 else "are"
        return f"{said}; {number(len(new))} of the {number(length)} {verb} new{more}."


def _said(state: State, answer: Answer) -> str:
    """ "More like Alien, less like Heat", with what is hidden counted."""
    last = {state.dataset.item_index(item): verdict for item, verdict in answer.request.feedback}
    parts = []
    for wish in (MORE, LESS):
        titles = [state.title(item) for item, verdict in last.items() if verdict == wish]
        shown = titles[:NAMED] + ([f"{len(titles) - NAMED} others"] if len(titles) > NAMED else [])
        if titles:
            parts.append(f"{wish} like {listed(shown)}")
    hidden = sum(verdict == NOT_NOW for verdict in last.values())
    if hidden:
        parts.append(f"{number(hidden)} hidden for now")
    said = ", ".join(parts)
    return said[:1].upper() + said[1:]
