"""Intervals that hold what they promise: draws give their form, earlier questions their width.

For every learnt horizon and level a factor widens or narrows the intervals of the draws, such that
they would have held what came in the validation stretch as often as they promise (split conformal
prediction). Few answers move it only part of the way from 1, and a horizon with hardly any borrows
the factor of the nearest one that has enough. Between the learnt horizons factors are interpolated.

Papers: Romano, Patterson & Candes, "Conformalized Quantile Regression", NeurIPS 2019,
arXiv:1905.03222; Sousa et al., arXiv:2207.02274 (the multiplicative form).
Axes: question, sample, horizon, part = numbers that are foretold, level, learnt = horizons of the
learnt grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from recengine.interests.forecasting.base import Horizons

LEVELS = (0.5, 0.8, 0.95)
THINNEST = 1e-6  # half an interval's width at least, so that a ratio to it is defined
MIN_ANSWERS = 30  # fewer calibrate nothing, and measure nothing
STEADY_ANSWERS = 30  # move the logarithm of a factor half of the way from 0


@dataclass(frozen=True)
class Intervals:
    """Bounds at each level."""

    low: Float[Tensor, "question horizon part level"]
    high: Float[Tensor, "question horizon part level"]


def raw_intervals(
    samples: Float[Tensor, "question sample horizon part"],
) -> tuple[Float[Tensor, "question horizon part"], Intervals]:
    """Median, and central intervals of the draws."""
    levels = torch.tensor(LEVELS)
    asked = torch.cat([torch.tensor([0.5]), (1 - levels) / 2, (1 + levels) / 2])
    found = samples.quantile(asked, dim=1).movedim(0, -1)
    count = len(LEVELS)
    return found[..., 0], Intervals(found[..., 1 : 1 + count], found[..., 1 + count :])


def interval_factors(
    samples: Float[Tensor, "question sample learnt part"],
    realised: Float[Tensor, "question learnt part"],
    known: Bool[Tensor, "question learnt"],
) -> Float[Tensor, "learnt level"]:
    """By how much intervals must be wider so that they hold what came, so often."""
    median, raw = raw_intervals(samples)
    off = (realised - median)[..., None]
    above = off / (raw.high - median[..., None]).clamp(min=THINNEST)
    below = -off / (median[..., None] - raw.low).clamp(min=THINNEST)
    return _quantiles(torch.where(off > 0, above, below), known)


def widened(
    samples: Float[Tensor, "question sample horizon part"],
    factors: Float[Tensor, "learnt level"],
    horizons: Horizons,
) -> Intervals:
    """Intervals of the draws, made as wide as the factors say."""
    median, raw = raw_intervals(samples)
    middle = median[..., None]
    wider = at_horizons(factors, horizons)[:, None]
    return Intervals(middle - wider * (middle - raw.low), middle + wider * (raw.high - middle))


def raw_radii(
    samples: Float[Tensor, "question sample horizon part"],
    centre: Float[Tensor, "question horizon part"],
) -> Float[Tensor, "question horizon level"]:
    """How far from a centre the nearest of the draws lie, a share of them given by the level."""
    apart = (samples - centre[:, None]).norm(dim=-1)
    return apart.quantile(torch.tensor(LEVELS), dim=1).movedim(0, -1)


def radius_factors(
    samples: Float[Tensor, "question sample learnt part"],
    centre: Float[Tensor, "question learnt part"],
    realised: Float[Tensor, "question learnt part"],
    known: Bool[Tensor, "question learnt"],
) -> Float[Tensor, "learnt level"]:
    """By how much circles around a centre must be larger so that they hold what came, so often."""
    apart = (realised - centre).norm(dim=-1)
    ratio = apart[..., None] / raw_radii(samples, centre).clamp(min=THINNEST)
    return _quantiles(ratio[:, :, None], known)


def at_horizons(
    factors: Float[Tensor, "learnt level"], horizons: Horizons
) -> Float[Tensor, "horizon level"]:
    """Factors at any horizons, between those of the learnt ones."""
    position = horizons.position().clamp(0, len(factors) - 1)
    below = position.floor().long().clamp(max=len(factors) - 2)
    part = (position - below)[:, None]
    return factors[below] * (1 - part) + factors[below + 1] * part


def lenders(answers: Sequence[int]) -> list[int | None]:
    """Place of the horizon whose factor each learnt horizon takes; None if no horizon has enough.

    Args:
        answers: how many calibrate each learnt horizon.
    """
    enough = [place for place, count in enumerate(answers) if count >= MIN_ANSWERS]
    return [
        min(enough, key=lambda place: (abs(place - own), -answers[place]), default=None)
        for own in range(len(answers))
    ]


def coverage(
    intervals: Intervals,
    realised: Float[Tensor, "question horizon part"],
    known: Bool[Tensor, "question horizon"],
) -> Float[Tensor, "horizon level"]:
    """How often the intervals held what came; NaN where nothing is known."""
    value = realised[..., None]
    inside = ((value >= intervals.low) & (value <= intervals.high)).float().mean(dim=2)
    weight = known[..., None].float()
    answers = weight.sum(dim=0).where(known.any(dim=0)[:, None], torch.nan)
    return (inside * weight).sum(dim=0) / answers


def _quantiles(
    ratios: Float[Tensor, "question learnt part level"], known: Bool[Tensor, "question learnt"]
) -> Float[Tensor, "learnt level"]:
    factors = torch.ones(ratios.shape[1], len(LEVELS))
    for place, lender in enumerate(lenders(known.sum(dim=0).tolist())):
        if lender is None:
            continue
        rows = ratios[known[:, lender], lender]
        count = len(rows)
        for column, level in enumerate(LEVELS):
            # the finite-sample step of conformal prediction, counting questions, not parts
            share = min(1.0, level * (1 + 1 / count))
            factor = _quantile(rows[..., column].flatten(), share)
            factors[place, column] = factor ** (count / (count + STEADY_ANSWERS))
    return factors


def _quantile(values: Float[Tensor, " value"], share: float) -> Float[Tensor, ""]:
    """Like torch.quantile, which refuses more than sixteen million values."""
    place = min(len(values), max(1, round(share * len(values))))
    return values.kthvalue(place).values
