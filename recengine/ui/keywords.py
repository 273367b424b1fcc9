"""Keywords of an interest: read beside the page, and drawn as chips that name their items."""

from collections.abc import Sequence

import pandas as pd

from recengine.engine.interests.results import InterestKeywords
from recengine.types import Request
from recengine.ui.background import streamed
from recengine.ui.text import markup
from recengine.ui.view import View


def around(view: View, steps: Sequence[int]) -> tuple[InterestKeywords, ...] | None:
    """The words around some moments; None while the encoder reads, its progress being drawn.

    They belong to the history alone: another moment or ranker has the same.
    """
    now = view.request
    request = Request(user_id=now.user_id, without=now.without, muted=now.muted)
    ask, moments = view.engine.interests.keywords, tuple(steps)
    found: tuple[InterestKeywords, ...] | None = streamed(
        view.answers.name_of(ask, request, moments),
        lambda p: ask(request, moments, progress=p),
        "Reading the words of the items",
    )
    return found


def chips(label: str, table: pd.DataFrame, other: pd.DataFrame | None = None) -> str:
    """A row of words behind a label, as HTML; bold what another side, if there is one, has not."""
    shared = None if other is None or other.empty else set(other["word"])
    words = "".join(
        f'<span class="re-chip" title="{markup(", ".join(row.examples))}">'
        f"{_word(row.word, alone=shared is not None and row.word not in shared)}</span>"
        for row in table.itertuples()
    )
    words = words or '<span class="re-facts">no word stands out</span>'
    return f'<div class="re-group"><span class="re-label">{markup(label)}</span>{words}</div>'


def _word(word: str, *, alone: bool) -> str:
    return f"<b>{markup(word)}</b>" if alone else markup(word)
