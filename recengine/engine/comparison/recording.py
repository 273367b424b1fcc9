"""What is written down of a ranker's answers: its figures, its answers, and figures of groups."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from recengine.data.splits import Questions
from recengine.engine.comparison.measurements import (
    LISTED,
    SLICE_COLUMNS,
    KeptAnswers,
    RankerAnswers,
    digest_of,
)
from recengine.evaluation.metrics import METRICS, mean_over_seeds
from recengine.evaluation.ranking import Answers
from recengine.evaluation.slices import Slice
from recengine.evaluation.summary import Figure

SLICED = ("ndcg@10", "hr@10")


def figure_row(name: str, label: str, figure: Figure, seconds: float) -> dict[str, Any]:
    """One row of the figures, as `Measurements.rows` has them."""
    interval = figure.interval
    bounded = not np.isnan(interval.low)
    return {
        "ranker": name,
        "label": label,
        "metric": figure.metric,
        "value": interval.mean,
        "low": interval.low if bounded else None,
        "high": interval.high if bounded else None,
        "seeds": len(figure.by_seed),
        "by_seed": list(figure.by_seed),
        "seconds": seconds,
    }


def with_answers(
    kept: KeptAnswers | None,
    name: str,
    per_seed: Sequence[Answers],
    figures: Sequence[Figure],
    asked: Questions,
) -> KeptAnswers:
    """The kept answers with those of one ranker, in the place of its earlier ones."""
    values = {
        each.metric: each.by_question.astype(np.float32)
        for each in figures
        if each.by_question is not None and METRICS[each.metric].needs != "ranks"
    }
    ranks = np.stack([answers.ranks for answers in per_seed])
    own = RankerAnswers(ranks, per_seed[0].lists[:, :LISTED], values)
    others = kept.rankers if kept else {}
    return KeptAnswers(
        users=asked.users,
        questions=digest_of(asked),
        competitors=per_seed[0].competitors,
        rankers={**others, name: own},
    )


def with_slices(
    kept: pd.DataFrame,
    name: str,
    per_seed: Sequence[Answers],
    slices: Sequence[Slice],
    asked: Questions,
) -> pd.DataFrame:
    """The kept figures of groups with those of one ranker, in the place of its earlier ones."""
    rows = []
    for metric in SLICED:
        values = mean_over_seeds(
            metric, [answers.ranks for answers in per_seed], per_seed[0].competitors
        )
        for each in slices:
            interval = each.interval(values, asked.users)
            bounds = (interval.mean, interval.low, interval.high)
            rows.append((name, each.name, each.value, each.people, metric, *bounds, each.enough))
    own = pd.DataFrame(rows, columns=SLICE_COLUMNS)
    others = kept[kept["ranker"] != name]
    return pd.concat([others, own], ignore_index=True) if len(others) else own
