"""Forecasts judged by what followed, question by question, against persistence.

Everything that made the forecasts is older than the moments of asking: the ranker whose vectors
are foretold, the forecaster, and its calibration.
Axes: question, horizon, sample, dim, category, place = first places of a list, vector = one list
per horizon.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Bool, Float, Float64, Int64
from torch import Tensor

from recengine.data.progress import Progress, silent
from recengine.evaluation.accuracy import ndcg, recall
from recengine.interests.forecasting.base import Forecast, Horizons, Unit
from recengine.interests.forecasting.calibrating import (
    LEVELS,
    Intervals,
    coverage,
    interval_factors,
    raw_intervals,
    widened,
)
from recengine.interests.forecasting.forecaster import Forecaster
from recengine.interests.forecasting.scores import (
    crps,
    energy_scores,
    histogram,
    jensen_shannon,
    pit,
)
from recengine.interests.forecasting.sequences import InterestSequences, Questions, Targets
from recengine.interests.forecasting.task import ForecastTask

SAMPLES = 40
LISTED = 10
AT_ONCE = 50  # questions whose draws are held together

Shares = Callable[[Float[Tensor, "*row dim"]], Float[Tensor, "*row category"]]
Lists = Callable[[int, Float[Tensor, "vector dim"]], Int64[np.ndarray, "vector place"]]


@dataclass(frozen=True)
class Exam:
    """What is asked, in one unit.

    Attributes:
        horizons: how far ahead.
        sequences: with everything that happened.
        questions: the moments of asking.
        targets: what became of them.
        shares: category shares of vectors.
        lists: the first ten items for a row of `sequences`, by vectors in place of its interest.
        relevant: for each question and horizon, indices of the new items chosen by then.
    """

    horizons: Horizons
    sequences: InterestSequences
    questions: Questions
    targets: Targets
    shares: Shares
    lists: Lists
    relevant: list[list[np.ndarray]]

    @property
    def people(self) -> Int64[np.ndarray, "question"]:
        """Whom each question is about."""
        return self.sequences.people[self.questions.rows]


@dataclass(frozen=True)
class Verdict:
    """One forecaster's answers, judged.

    Attributes:
        scores: one number per question and horizon by metric; NaN where nothing is known.
        coverage: how often intervals of the shares held what came, (horizon, level), by "raw" and
            "calibrated".
        widths: of the calibrated intervals of the shares, mean: (horizon, level).
        pit: of the shares, share in each of ten bins, by horizon.
    """

    scores: Mapping[str, Float64[np.ndarray, "question horizon"]]
    coverage: Mapping[str, Float64[np.ndarray, "horizon level"]]
    widths: Float64[np.ndarray, "horizon level"]
    pit: Float64[np.ndarray, "horizon bin"]


@dataclass
class _Kept:
    """What is collected over the parts of an exam."""

    scores: dict[str, list[np.ndarray]] = field(default_factory=dict)
    samples: list[Tensor] = field(default_factory=list)
    shares: list[Tensor] = field(default_factory=list)


def share_factors(
    forecaster: Forecaster, task: ForecastTask, unit: Unit, shares: Shares
) -> Float[Tensor, "learnt level"]:
    """Calibration of the category shares on the validation stretch of a task."""
    questions, horizons = task.validation_questions(unit), Horizons.learnt(unit)
    targets = task.validation_targets(unit)
    parts = [
        shares(_forecast(forecaster, task.sequences, questions.take(rows), horizons).samples)
        for rows in _parts(len(questions))
    ]
    return interval_factors(torch.cat(parts), shares(targets.vectors), targets.known)


def judge(
    forecaster: Forecaster,
    exam: Exam,
    factors: Float[Tensor, "learnt level"],
    progress: Progress = silent,
) -> Verdict:
    """Ask a forecaster all questions of an exam.

    Args:
        forecaster: fitted before the exam.
        exam: questions and what followed.
        factors: its calibration for the shares.
        progress: told how far it is.
    """
    realised, known = exam.shares(exam.targets.vectors), exam.targets.known
    kept = _Kept()
    for rows in _parts(len(exam.questions)):
        found = _forecast(forecaster, exam.sequences, exam.questions.take(rows), exam.horizons)
        truth = exam.targets.vectors[rows]
        shares = exam.shares(found.samples)
        mean = shares.mean(dim=1)
        scores = {
            "energy": energy_scores(found.samples, truth),
            "distance": (found.mean - truth).norm(dim=-1),
            "crps": crps(shares, realised[rows]).mean(dim=-1),
            "jensen-shannon": jensen_shannon(mean, realised[rows]),
            **_list_scores(exam, rows, found.mean),
        }
        for name, each in scores.items():
            kept.scores.setdefault(name, []).append(np.asarray(each, dtype=np.float64))
        kept.shares.append(shares)
        progress(f"Judging {forecaster.label}", int(rows[-1]) + 1, len(exam.questions))
    samples = torch.cat(kept.shares)
    unknown = ~known.numpy()
    scores = {name: np.concatenate(each) for name, each in kept.scores.items()}
    for each in scores.values():
        each[unknown] = np.nan
    intervals = {
        "raw": raw_intervals(samples)[1],
        "calibrated": widened(samples, factors, exam.horizons),
    }
    ranks = pit(samples, realised).numpy()
    return Verdict(
        scores=scores,
        coverage={
            name: coverage(each, realised, known).double().numpy()
            for name, each in intervals.items()
        },
        widths=_widths(intervals["calibrated"], known),
        pit=np.stack(
            [
                histogram(ranks[known.numpy()[:, place], place].ravel().astype(np.float64))
                for place in range(known.shape[1])
            ]
        ),
    )


def relevant_items(
    sequences: InterestSequences,
    items: np.ndarray,
    questions: Questions,
    targets: Targets,
    candidates: Bool[np.ndarray, "vocab"],
) -> list[list[np.ndarray]]:
    """The items that each person chose for the first time between asking and each horizon.

    Args:
        sequences: of the questions.
        items: item index of every row of the log.
        questions, targets: as asked.
        candidates: items that can be recommended.
    """
    chosen = items[sequences.log_rows].astype(np.int64)
    found = []
    for row, ends in zip(questions.rows, targets.rows, strict=True):
        seen = chosen[sequences.offsets[sequences.people[row]] : row + 1]
        windows = [np.unique(chosen[row + 1 : end + 1]) for end in ends]
        found.append([each[candidates[each] & ~np.isin(each, seen)] for each in windows])
    return found


def _list_scores(
    exam: Exam, rows: np.ndarray, means: Float[Tensor, "question horizon dim"]
) -> dict[str, Float64[np.ndarray, "question horizon"]]:
    """NDCG and recall of the first ten against what was chosen; NaN if nothing new was."""
    shape = (len(rows), len(exam.horizons.ahead))
    hits = np.zeros((*shape, LISTED), dtype=bool)
    counts = np.zeros(shape, dtype=np.int64)
    for place, row in enumerate(rows):
        lists = exam.lists(int(exam.questions.rows[row]), means[place])
        for horizon, relevant in enumerate(exam.relevant[row]):
            hits[place, horizon] = np.isin(lists[horizon], relevant)
            counts[place, horizon] = len(relevant)
    flat, total = hits.reshape(-1, LISTED), counts.ravel()
    return {
        f"ndcg@{LISTED}": ndcg(flat, total).reshape(shape),
        f"recall@{LISTED}": recall(flat, total).reshape(shape),
    }


def _forecast(
    forecaster: Forecaster, sequences: InterestSequences, questions: Questions, horizons: Horizons
) -> Forecast:
    return forecaster.forecast(sequences.past(questions), horizons, num_samples=SAMPLES)


def _parts(count: int) -> list[np.ndarray]:
    return [np.arange(first, min(first + AT_ONCE, count)) for first in range(0, count, AT_ONCE)]


def _widths(
    intervals: Intervals, known: Bool[Tensor, "question horizon"]
) -> Float64[np.ndarray, "horizon level"]:
    width = (intervals.high.clamp(0, 1) - intervals.low.clamp(0, 1)).mean(dim=2).double()
    weight = known[..., None].double()
    total = (width * weight).sum(dim=0) / weight.sum(dim=0).clamp(min=1)
    assert total.shape[1] == len(LEVELS)
    return total.numpy()
