"""What was measured about item texts, on disk: <dataset>-text.json, one section per question.

Sections keep rows as plain lists; what follows from all rows together (corrected p-values,
verdicts, sentences) is computed when they are read.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine.assets import results_file, safe_name
from recengine.engine.workshop import circumstances
from recengine.evaluation.accuracy import hit_rate_at_k, ndcg_at_k
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.significance import differences, holm

KIND = "text"
ADAPTED, SIZES, READING = "adapted", "sizes", "reading"
NDCG, HITS = "ndcg@10", "hr@10"
LEVEL = 0.05
_METRICS = {NDCG: ndcg_at_k, HITS: hit_rate_at_k}


def read_section(dataset: Dataset, section: str, workspace: Workspace) -> dict[str, Any] | None:
    """What was measured on this very data; None if nothing was.

    Raises:
        StorageError: the file is damaged.
    """
    path = results_file(dataset.name, KIND, workspace)
    content = {} if path is None else read_json(path)
    if content.get("data_fingerprint") != dataset.fingerprint:
        return None
    return content.get(section)


def write_section(
    dataset: Dataset,
    section: str,
    workspace: Workspace,
    rows: Sequence[dict[str, Any]],
    made_with: str,
    facts: dict[str, Any],
) -> None:
    """Keep a section beside the others of the same data."""
    path = results_file(dataset.name, KIND, workspace)
    kept = {} if path is None else read_json(path)
    if kept.get("data_fingerprint") != dataset.fingerprint:
        kept = {"dataset": dataset.name, "data_fingerprint": dataset.fingerprint}
    told = {"made_with": made_with, **facts, **circumstances()}
    kept[section] = {"facts": told, "rows": list(rows)}
    write_json(workspace.folder("results") / f"{safe_name(dataset.name)}-{KIND}.json", kept)


def compared(
    ranks: np.ndarray, baseline: np.ndarray | None, people: np.ndarray, metric: str = NDCG
) -> dict[str, Any]:
    """Value of one metric with its interval, and how far it is ahead of a baseline's.

    Args:
        ranks: of the held-out items.
        baseline: ranks of the same items by the baseline; None for the baseline itself.
        people: whom each question is about.
        metric: "ndcg@10" or "hr@10".
    """
    values = _METRICS[metric](ranks, 10)
    interval = bootstrap_mean(values, people=people)
    row = {"value": interval.mean, "low": interval.low, "high": interval.high}
    if baseline is None:
        return row
    (ahead,) = differences(values[:, None], _METRICS[metric](baseline, 10), people=people)
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
        return "no clear difference"
    return "better" if row.difference > 0 else "worse"
