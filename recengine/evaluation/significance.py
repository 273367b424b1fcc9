"""Do rankers differ, or is it noise? Paired bootstrap over people, with Holm's correction.

Papers: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 13 and 16; Sakai,
"Evaluating Evaluation Metrics Based on the Bootstrap", SIGIR 2006; Holm, "A Simple Sequentially
Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 1979.
Differs: the p-value is twice the smaller share of resampled differences on either side of 0 (the
inverse of the percentile interval), so that it never contradicts the interval.
Axes: question, rival, resample.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int

from recengine.evaluation.bootstrap import TAILS, Interval, resampled_means


@dataclass(frozen=True)
class Difference:
    """How far a ranker is ahead of a baseline, and how probable that is without any difference."""

    interval: Interval
    p_value: float


def differences(
    rivals: Float64[np.ndarray, "question rival"],
    baseline: Float64[np.ndarray, "question"],
    *,
    people: Int[np.ndarray, "question"] | None = None,
    seed: int = 0,
) -> list[Difference]:
    """Mean differences of the rivals to the baseline, question by question.

    A value that does not exist (NaN) on either side leaves the question out for all.
    """
    ahead = rivals - baseline[:, None]
    known = ~np.isnan(ahead).any(axis=1)
    ahead, people = ahead[known], None if people is None else people[known]
    resampled = resampled_means(ahead, people=people, seed=seed)
    lows, highs = np.quantile(resampled, TAILS, axis=0)
    smaller = np.minimum((resampled <= 0).sum(axis=0), (resampled >= 0).sum(axis=0))
    p_values = np.minimum(1, 2 * (1 + smaller) / (1 + len(resampled)))
    columns = zip(ahead.mean(axis=0), lows, highs, p_values, strict=True)
    return [
        Difference(Interval(float(mean), float(low), float(high)), float(p))
        for mean, low, high, p in columns
    ]


def holm(p_values: Float64[np.ndarray, "rival"]) -> Float64[np.ndarray, "rival"]:
    """P-values that hold for all comparisons together.

    The smallest is multiplied by the number of comparisons, the next by one fewer, and so on; none
    falls below the one before it, none exceeds 1.
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    stepped = np.minimum(1, np.maximum.accumulate(p_values[order] * factors))
    adjusted = np.empty(len(p_values))
    adjusted[order] = stepped
    return adjusted
