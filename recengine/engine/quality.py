"""How good the rankers are, as measured; nothing is claimed that no file of results says."""

from typing import Any

import numpy as np
import pandas as pd

from recengine.data.workspace import read_json
from recengine.engine.assets import results_file
from recengine.engine.results import Leaderboard, Quality, StoredAnswers
from recengine.engine.state import State

COLUMNS = ["ranker", "label", "metric", "value", "low", "high", "seeds", "seconds"]


def measured_quality(state: State) -> Quality:
    """The figures kept for a dataset, or an empty table that says how to make them."""
    path = results_file(state.dataset.name, state.workspace)
    if path is None:
        return Quality(
            table=pd.DataFrame(columns=COLUMNS),
            protocol="",
            made_with=f"recengine evaluate {state.dataset.name}",
            sentence="Nobody has measured the rankers on this data yet.",
        )
    return quality_of(read_json(path))


def measured_protocols(state: State) -> tuple[str, ...]:
    """Protocols with a file of results."""
    return ("P-A",) if results_file(state.dataset.name, state.workspace) else ()


def leaderboard(state: State, protocol: str, against: str) -> Leaderboard:  # noqa: ARG001
    """Every measured ranker under one protocol, each against the same baseline."""
    quality = measured_quality(state)
    blank = quality.table.assign(
        difference=np.nan, diff_low=np.nan, diff_high=np.nan, p_holm=np.nan, verdict=""
    )
    columns = ["ranker", "slice", "value", "people", "metric", "mean", "low", "high", "enough"]
    return Leaderboard(
        table=blank,
        metrics={},
        slices=pd.DataFrame(columns=columns),
        baseline=against,
        facts={},
        protocol=quality.protocol,
        made_with=quality.made_with,
        sentence=quality.sentence,
    )


def stored_answers(state: State, protocol: str) -> StoredAnswers | None:  # noqa: ARG001
    """The answers kept beside the figures."""
    return None


def quality_of(results: dict[str, Any]) -> Quality:
    """A file of results as a table and a sentence."""
    table = pd.DataFrame(results["rows"])[COLUMNS]
    return Quality(
        table=table,
        protocol=f"{results['protocol']}; {results['questions']:,} people asked",
        made_with=results["made_with"],
        sentence=_sentence(table[table["metric"] == "ndcg@10"], results["differences"]),
    )


def _sentence(table: pd.DataFrame, differences: list[dict[str, Any]]) -> str:
    """Who wins, judged person by person: a lead counts if its interval leaves out 0."""
    if len(table) < 2:
        return "Only one ranker was measured, so there is nothing to compare it with."
    first, second, *_ = table.sort_values("value", ascending=False).itertuples()
    figures = f"NDCG@10 {first.value:.3f} against {second.value:.3f}"
    paired = [
        each
        for each in differences
        if each["metric"] == "ndcg@10"
        and {each["ranker"], each["against"]} == {first.ranker, second.ranker}
    ]
    if not paired or paired[0]["low"] <= 0 <= paired[0]["high"]:
        return f"{first.label} and {second.label} are too close to tell: {figures}."
    lead = first.value / second.value - 1
    return (
        f"{first.label} puts the right item highest: {figures} for {second.label}, {lead:.0%} more."
    )
