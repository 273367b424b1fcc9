"""How good the rankers are, as measured; nothing is claimed that no file of results says."""

from typing import Any

import pandas as pd

from recengine.data.workspace import read_json
from recengine.engine.assets import results_file
from recengine.engine.results import Quality
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


def quality_of(results: dict[str, Any]) -> Quality:
    """A file of results as a table and a sentence."""
    table = pd.DataFrame(results["rows"])[COLUMNS]
    return Quality(
        table=table,
        protocol=f"{results['protocol']}; {results['questions']:,} people asked",
        made_with=results["made_with"],
        sentence=_sentence(table[table["metric"] == "ndcg@10"]),
    )


def _sentence(table: pd.DataFrame) -> str:
    if len(table) < 2:
        return "Only one ranker was measured, so there is nothing to compare it with."
    first, second, *_ = table.sort_values("value", ascending=False).itertuples()
    lead = first.value / second.value - 1
    if first.low > second.high:
        return (
            f"{first.label} puts the right item highest: NDCG@10 {first.value:.3f} "
            f"against {second.value:.3f} for {second.label}, {lead:.0%} more."
        )
    return (
        f"{first.label} and {second.label} are too close to tell: NDCG@10 {first.value:.3f} "
        f"against {second.value:.3f}, with overlapping intervals."
    )
