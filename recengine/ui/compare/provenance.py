"""How each figure of the leaderboard was made: command, seeds, data, version, time, machine."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from recengine.engine.comparison.results import Leaderboard
from recengine.ui import widgets
from recengine.ui.text import plain
from recengine.ui.view import View

_COLUMNS = {
    "label": "Ranker",
    "made_with": "Command",
    "seeds": "Seeds",
    "data_fingerprint": "Data",
    "version": "Version",
    "made": "Made (UTC)",
    "machine": "Machine",
    "seconds": "Training, seconds",
    "temperatures": "Temperature",
    "config": "Settings",
}
_RAW = "none, probabilities are those of raw scores"  # of results from before there was one


def draw_provenance(board: Leaderboard) -> None:
    """A drawer with one line for each measured ranker."""
    widgets.numbers(
        measured_rankers(board),
        "how_measured",
        _COLUMNS,
        "How each ranker was measured",
        title="How each ranker was measured",
    )


def measured_rankers(board: Leaderboard) -> pd.DataFrame:
    """The columns of the drawer as text, best ranker first; empty where it is not known."""
    labels = dict(zip(board.table["ranker"], board.table["label"], strict=True))
    rows = [
        {name: _written(name, fact) for name, fact in _facts(board, ranker).items()}
        for ranker in labels
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object).fillna("")
    return table.assign(label=list(labels.values()))


def in_use(view: View, board: Leaderboard) -> str:
    """How the ranker in use was measured, and whether the one on show is the same; Markdown."""
    name = view.request.ranker
    facts = _facts(board, name)
    lines = [
        f"- {heading}: {plain(_written(key, facts[key]))}"
        for key, heading in _COLUMNS.items()
        if key in facts and key not in ("label", "made_with")
    ]
    if "made_with" in facts:
        lines.insert(0, f"Measured with `{facts['made_with']}`.\n")
    shown = view.engine.ranker_facts(name)
    if settings := shown.get("settings"):
        lines.append(f"- On show: with settings {plain(settings)}")
    if adapter := shown.get("adapter"):
        lines.append(
            f"- On show: trained on item texts as read with the adapter {plain(adapter['method'])} "
            f"({plain(adapter['file'])})"
        )
    return "\n".join(lines)


def _facts(board: Leaderboard, ranker: str) -> dict[str, Any]:
    """How a ranker was measured, without temperatures if it had none; empty if nothing is known."""
    facts = board.facts.get(ranker, {})
    return {"temperatures": (), **facts} if facts else {}


def _written(name: str, fact: Any) -> str:
    if name == "temperatures":
        return ", ".join(f"{temperature:.3g}" for temperature in fact) or _RAW
    if name == "config":
        return ", ".join(f"{key}={value}" for key, value in _flat(fact or {}))
    if name == "seeds":
        return ", ".join(map(str, fact))
    if name == "made":
        return f"{datetime.strptime(fact, '%Y%m%dT%H%M%S'):%Y-%m-%d %H:%M}"
    return f"{fact:,.1f}" if isinstance(fact, float) else str(fact)


def _flat(settings: Mapping[str, Any], start: str = "") -> Iterator[tuple[str, Any]]:
    """Settings without nesting: model.dropout=0.2."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{start}{name}.")
        else:
            yield f"{start}{name}", value
