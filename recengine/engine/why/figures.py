"""Figures of the methods of explanation, from what each of them measured person by person.

Axes: person, method.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float64

from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.significance import differences, holm
from recengine.explanations import Method
from recengine.explanations.controls import CONTROLS, RECENCY
from recengine.explanations.faithfulness import MEASURES, TRUTHS

SURE = 0.05  # p-value, all methods of a ranker together, from which a method is trusted


def rows_of(
    ranker: str,
    methods: Sequence[Method],
    values: Mapping[str, Float64[np.ndarray, "person method"]],
) -> list[dict[str, Any]]:
    """One row per method and measure: the mean, and how far it is ahead of the recency control.

    Args:
        ranker, methods: who was tested, and how it was explained.
        values: of each measure, and of what stands beside it; NaN where it has no meaning.
    """
    names = [method.name for method in methods]
    recency = names.index(RECENCY.name)
    trusted = _trusted(names, values["faithfulness"])
    rows = []
    for measure in filter(values.__contains__, MEASURES):
        by_method = values[measure]
        sign = -1.0 if MEASURES[measure].better == "lower" else 1.0
        for column, method in enumerate(methods):
            interval = bootstrap_mean(by_method[:, column])
            ahead = _ahead(sign * by_method[:, column], sign * by_method[:, recency])
            rows.append(
                {
                    "ranker": ranker,
                    "method": method.name,
                    "label": method.label,
                    "control": method.name in CONTROLS,
                    "metric": measure,
                    **_bounded("", (interval.mean, interval.low, interval.high)),
                    **_bounded("ahead", ahead if column != recency else (np.nan,) * 3),
                    "trusted": trusted[column],
                    "people": int((~np.isnan(by_method[:, column])).sum()),
                    **_beside(measure, values, column),
                }
            )
    return rows


def _beside(
    measure: str, values: Mapping[str, Float64[np.ndarray, "person method"]], column: int
) -> dict[str, float | None]:
    """What a measure is to be compared with, over the same people; None where nothing is."""
    names = TRUTHS.get(measure, {})
    found = {what: values[name][:, column] for what, name in names.items() if name in values}
    means = {what: each[~np.isnan(each)] for what, each in found.items()}
    return {
        what: round(float(means[what].mean()), 4) if len(means.get(what, ())) else None
        for what in ("chance", "fixed")
    }


def _ahead(
    own: Float64[np.ndarray, " person"], control: Float64[np.ndarray, " person"]
) -> tuple[float, float, float]:
    if not (~np.isnan(own) & ~np.isnan(control)).any():
        return (np.nan,) * 3
    interval = differences(own[:, None], control)[0].interval
    return interval.mean, interval.low, interval.high


def _trusted(names: Sequence[str], faithful: Float64[np.ndarray, "person method"]) -> list[bool]:
    """Which methods beat the recency control by more than chance explains, all taken together."""
    recency = names.index(RECENCY.name)
    rivals = [column for column, name in enumerate(names) if name not in CONTROLS]
    found = differences(faithful[:, rivals], faithful[:, recency])
    p_values = holm(np.array([each.p_value for each in found]))
    passed = {
        rivals[place]
        for place, each in enumerate(found)
        if p_values[place] < SURE and each.interval.mean > 0
    }
    return [column in passed for column in range(len(names))]


def _bounded(prefix: str, values: tuple[float, float, float]) -> dict[str, float | None]:
    keys = (f"{prefix}{'_' if prefix else ''}{end}" for end in ("low", "high"))
    plain = [None if np.isnan(value) else round(float(value), 4) for value in values]
    return dict(zip((prefix or "value", *keys), plain, strict=True))
