"""How sure a mean is: percentile bootstrap over people.

People are drawn, not questions: all questions of one person stay together (a cluster bootstrap).

Paper: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 13 and 15.
Axes: question, person, resample, column.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int

RESAMPLES = 2000
CHUNK = 100  # resamples computed at once
TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


def bootstrap_mean(
    values: Float64[np.ndarray, "question"],
    *,
    people: Int[np.ndarray, "question"] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Interval:
    """Mean over questions, and the interval it would fall into with other people like them.

    NaN values are left out; without any other the interval is NaN throughout.

    Args:
        values: one per question.
        people: whom each question is about; everybody is asked once if not given.
        seed: of the draws; the same seed draws the same people.
        resamples: how often people are drawn.
    """
    known = ~np.isnan(values)
    if not known.any():
        return Interval(float("nan"), float("nan"), float("nan"))
    people = None if people is None else people[known]
    means = resampled_means(values[known, None], people=people, seed=seed, resamples=resamples)
    low, high = np.quantile(means[:, 0], TAILS)
    return Interval(float(values[known].mean()), float(low), float(high))


def resampled_means(
    values: Float64[np.ndarray, "question column"],
    *,
    people: Int[np.ndarray, "question"] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Float64[np.ndarray, "resample column"]:
    """Means of every column over the same draws of people, so that columns can be compared."""
    counts = np.ones(len(values))
    if people is not None and len(unique := np.unique(people)) < len(values):
        owner = np.searchsorted(unique, people)
        counts = np.bincount(owner).astype(np.float64)
        sums = np.zeros((len(unique), values.shape[1]))
        np.add.at(sums, owner, values)
        values = sums
    drawn = _draws(len(values), seed, resamples)
    return np.concatenate([(each @ values) / (each @ counts)[:, None] for each in drawn])


def _draws(people: int, seed: int, resamples: int) -> Iterator[np.ndarray]:
    """How often each person is drawn, some resamples at a time."""
    rng = np.random.default_rng(seed)
    for first in range(0, resamples, CHUNK):
        times = min(CHUNK, resamples - first)
        chosen = rng.integers(0, people, (times, people)) + people * np.arange(times)[:, None]
        counts = np.bincount(chosen.ravel(), minlength=times * people)
        yield counts.reshape(times, people).astype(np.float64)
