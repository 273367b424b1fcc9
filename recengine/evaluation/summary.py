"""From answers to reported figures: each metric's mean with its interval, over all seeds.

Axes: question, column = metrics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int

from recengine.evaluation.background import Background
from recengine.evaluation.bootstrap import TAILS, Interval, bootstrap_mean, resampled_means
from recengine.evaluation.metrics import REPORTED
from recengine.evaluation.ranking import Answers

NAN = float("nan")


@dataclass(frozen=True)
class Figure:
    """One reported figure.

    Attributes:
        metric: its name.
        interval: mean over seeds; NaN bounds if it is no mean over people.
        by_seed: the figure of each seed.
        by_question: the mean over seeds of what was measured for each question (NaN: left out);
            None if it is no mean over people.
    """

    metric: str
    interval: Interval
    by_seed: tuple[float, ...]
    by_question: Float64[np.ndarray, "question"] | None = None


def summarise(
    per_seed: Sequence[Answers], background: Background, people: Int[np.ndarray, "question"]
) -> list[Figure]:
    """Every metric that the answers allow, in the order of `REPORTED`."""
    figures, columns = {}, {}
    for metric in REPORTED:
        measured = [metric.measure(answers, background) for answers in per_seed]
        values = np.array(measured)  # one row per seed, or one number per seed
        if values.ndim == 1:
            interval = Interval(float(values.mean()), NAN, NAN)
            figures[metric.name] = Figure(metric.name, interval, _plain(values))
        else:
            columns[metric.name] = values
    means = {name: each.mean(axis=0) for name, each in columns.items()}
    intervals = _intervals(means, people)
    for metric in REPORTED:
        if metric.name in columns and not np.isnan(intervals[metric.name].mean):
            parts = intervals[metric.name]
            bounds = metric.of_mean(np.array([parts.mean, parts.low, parts.high]))
            seeds = metric.of_mean(np.nanmean(columns[metric.name], axis=1))
            interval = Interval(*_plain(bounds))
            by_question = means[metric.name]
            figures[metric.name] = Figure(metric.name, interval, _plain(seeds), by_question)
    ordered = (figures[metric.name] for metric in REPORTED if metric.name in figures)
    return [figure for figure in ordered if not np.isnan(figure.interval.mean)]


def _intervals(
    columns: Mapping[str, Float64[np.ndarray, "question"]], people: np.ndarray
) -> dict[str, Interval]:
    """All complete columns over the same draws; those with gaps on their own."""
    complete = {name: values for name, values in columns.items() if not np.isnan(values).any()}
    intervals = {
        name: bootstrap_mean(values, people=people)
        for name, values in columns.items()
        if name not in complete
    }
    table = np.stack(list(complete.values()), axis=1)
    lows, highs = np.quantile(resampled_means(table, people=people), TAILS, axis=0)
    means = table.mean(axis=0)
    for name, *bounds in zip(complete, means, lows, highs, strict=True):
        intervals[name] = Interval(*_plain(bounds))
    return intervals


def _plain(numbers: object) -> tuple[float, ...]:
    return tuple(float(number) for number in np.asarray(numbers))
