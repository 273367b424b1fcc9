"""How sure a mean is: percentile bootstrap over people.

Paper: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
Axes: person, resample.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

RESAMPLES = 2000


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


def bootstrap_mean(
    values: Float64[np.ndarray, "person"], *, seed: int = 0, resamples: int = RESAMPLES
) -> Interval:
    """Mean over people, and the interval it would fall into with other people like them.

    Give paired differences to learn whether one ranker beats another: they differ if the interval
    leaves out 0.
    """
    rng = np.random.default_rng(seed)
    means = np.array(
        [values[rng.integers(0, len(values), len(values))].mean() for _ in range(resamples)]
    )
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(values.mean()), float(low), float(high))
