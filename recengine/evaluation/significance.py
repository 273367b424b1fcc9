"""Do rankers differ, or is it noise? Paired bootstrap over people, with Holm's correction.

Papers: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 13 and 16; Sakai,
"Evaluating Evaluation Metrics Based on the Bootstrap", SIGIR 2006; Holm, "A Simple Sequentially
Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 1979.
Differs: the p-value is twice the smaller share of resampled differences on either side of 0 (the
inverse of the percentile interval), so that it never contradicts the interval.
Axes: question, rival, resample.
"""

from collections.abc import Callable
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
    of_mean: Callable[[np.ndarray], np.ndarray] = np.asarray,
    seed: int = 0,
) -> list[Difference]:
    """Differences of the rivals' figures to the baseline's, of the same questions each time.

    A value that does not exist (NaN) on either side leaves the question out for all; without any
    other the differences are NaN.

    Args:
        rivals, baseline: one value per question.
        people: whom each question is about; everybody is asked once if not given.
        of_mean: what is reported for a mean over questions, such as its root.
        seed: of the draws.
    """
    both = np.column_stack([rivals, baseline])
    known = ~np.isnan(both).any(axis=1)
    if not known.any():
        nothing = Interval(float("nan"), float("nan"), float("nan"))
        return [Difference(nothing, float("nan"))] * rivals.shape[1]
    both, people = both[known], None if people is None else people[known]
    drawn = of_mean(resampled_means(both, people=people, seed=seed))
    resampled = drawn[:, :-1] - drawn[:, -1:]
    reported = of_mean(both.mean(axis=0))
    ahead = reported[:-1] - reported[-1]
    lows, highs = np.quantile(resampled, TAILS, axis=0)
    smaller = np.minimum((resampled <= 0).sum(axis=0), (resampled >= 0).sum(axis=0))
    p_values = np.minimum(1, 2 * (1 + smaller) / (1 + len(resampled)))
    columns = zip(ahead, lows, highs, p_values, strict=True)
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
