"""Paired comparisons over the same questions: figures to keep, and what they come to when read.

Values and differences are kept as plain rows; what follows from all rows together (corrected
p-values, verdicts) is computed when they are read.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from recengine.evaluation.accuracy import hit_rate_at_k, ndcg_at_k, nearness
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.significance import differences, holm

NDCG, HITS, NEARNESS = "ndcg@10", "hr@10", "nearness"
LEVEL = 0.05
BETTER, WORSE, NOISE = "better", "worse", "no clear difference"
_METRICS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    NDCG: partial(ndcg_at_k, k=10),
    HITS: partial(hit_rate_at_k, k=10),
    NEARNESS: nearness,
}


def compared(
    ranks: np.ndarray, baseline: np.ndarray | None, people: np.ndarray, metric: str = NDCG
) -> dict[str, Any]:
    """Value of one metric with its interval, and how far it is ahead of a baseline's.

    Args:
        ranks: of the held-out items.
        baseline: ranks of the same items by the baseline; None for the baseline itself.
        people: whom each question is about.
        metric: "ndcg@10", "hr@10" or "nearness".
    """
    values = _METRICS[metric](ranks)
    interval = bootstrap_mean(values, people=people)
    row = {"value": interval.mean, "low": interval.low, "high": interval.high}
    if baseline is None:
        return row
    (ahead,) = differences(values[:, None], _METRICS[metric](baseline), people=people)
    found = ahead.interval
    bounds = {"difference": found.mean, "diff_low": found.low, "diff_high": found.high}
    return row | bounds | {"p": ahead.p_value}


def judged(table: pd.DataFrame, together: Sequence[str]) -> pd.DataFrame:
    """With p-values corrected for all comparisons of a group, and what each comes to in words.

    Args:
        table: rows of `compared`.
        together: columns whose values tell the groups apart.
    """
    table = table.reset_index(drop=True)
    for name in ("difference", "diff_low", "diff_high", "p"):
        table[name] = table[name].astype(float) if name in table else np.nan
    table["p_holm"] = np.nan
    for _, rows in table[table["p"].notna()].groupby([*together]):
        table.loc[rows.index, "p_holm"] = holm(rows["p"].to_numpy(dtype=np.float64))
    table["verdict"] = [_verdict(row) for row in table.itertuples()]
    return table.drop(columns="p")


def _verdict(row: Any) -> str:
    if np.isnan(row.p_holm):
        return ""
    if row.p_holm >= LEVEL or row.diff_low <= 0 <= row.diff_high:
        return NOISE
    return BETTER if row.difference > 0 else WORSE
