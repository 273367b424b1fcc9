"""From verdicts, question by question, to figures with intervals over people.

Axes: question, horizon.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from recengine.engine.forecasts.measured import ForecastBoard, Rows
from recengine.evaluation.bootstrap import bootstrap_mean, resampled_means
from recengine.interests.forecasting.base import GRID, Unit
from recengine.interests.forecasting.calibrating import LEVELS
from recengine.interests.forecasting.judging import Verdict

RESAMPLES = 1000
TAILS = (0.025, 0.975)


def with_figures(
    board: ForecastBoard,
    name: str,
    how: dict[str, Any],
    verdicts: Mapping[Unit, Verdict],
    persistence: Mapping[Unit, Verdict],
    people: Mapping[Unit, Int64[np.ndarray, "question"]],
) -> ForecastBoard:
    """The results with one forecaster's figures anew.

    Args:
        board: results so far; its own lists are left alone.
        name: of the forecaster.
        how: it was made.
        verdicts: on the forecaster, by unit.
        persistence: on the baseline, for the same questions.
        people: whom each question is about, by unit.
    """
    board = board.without(name)
    board.methods[name] = how
    for unit, verdict in verdicts.items():
        base = persistence[unit]
        board.rows.extend(_figures(name, unit, verdict, base, people[unit]))
        board.skills.append(_skill(name, unit, verdict, base, people[unit]))
        for place, ahead in enumerate(GRID[unit]):
            if np.isnan(verdict.coverage["raw"][place]).any():
                continue
            where = {"method": name, "unit": unit, "ahead": ahead}
            board.pit.append({**where, "bins": verdict.pit[place].round(4).tolist()})
            answers = int((~np.isnan(verdict.scores["energy"][:, place])).sum())
            board.calibration.extend(
                {
                    **where,
                    "level": level,
                    "raw": float(verdict.coverage["raw"][place, column]),
                    "calibrated": float(verdict.coverage["calibrated"][place, column]),
                    "width": float(verdict.widths[place, column]),
                    "answers": answers,
                }
                for column, level in enumerate(LEVELS)
            )
    return board


def _figures(name: str, unit: Unit, verdict: Verdict, base: Verdict, people: np.ndarray) -> Rows:
    """Mean of every metric with its interval, and how far it is from persistence."""
    rows: Rows = []
    for metric, scores in verdict.scores.items():
        others = base.scores[metric]
        for place, ahead in enumerate((0, *GRID[unit])):
            own, theirs = (
                (_row_means(scores), _row_means(others))
                if ahead == 0
                else (scores[:, place - 1], others[:, place - 1])
            )
            if np.isnan(own).all():
                continue
            mean = bootstrap_mean(own, people=people, resamples=RESAMPLES)
            apart = bootstrap_mean(own - theirs, people=people, resamples=RESAMPLES)
            rows.append(
                {
                    "method": name,
                    "unit": unit,
                    "ahead": ahead,
                    "metric": metric,
                    "value": mean.mean,
                    "low": mean.low,
                    "high": mean.high,
                    "difference": apart.mean,
                    "diff_low": apart.low,
                    "diff_high": apart.high,
                }
            )
    return rows


def _skill(
    name: str, unit: Unit, verdict: Verdict, base: Verdict, people: np.ndarray
) -> dict[str, Any]:
    """Share of persistence's energy score that is saved, over the same draws of people."""
    own, theirs = _row_means(verdict.scores["energy"]), _row_means(base.scores["energy"])
    known = ~np.isnan(own)
    both = np.stack([own, theirs], axis=1)[known]
    drawn = resampled_means(both, people=people[known], resamples=RESAMPLES)
    low, high = np.quantile(1 - drawn[:, 0] / drawn[:, 1], TAILS)
    return {
        "method": name,
        "unit": unit,
        "skill": float(1 - both[:, 0].mean() / both[:, 1].mean()),
        "low": float(low),
        "high": float(high),
        "people": len(np.unique(people[known])),
    }


def _row_means(
    scores: Float64[np.ndarray, "question horizon"],
) -> Float64[np.ndarray, "question"]:
    """Mean over the known horizons of each question; NaN where there is none."""
    known = ~np.isnan(scores)
    total, count = np.where(known, scores, 0).sum(axis=1), known.sum(axis=1)
    return np.divide(total, count, out=np.full(len(scores), np.nan), where=count > 0)
