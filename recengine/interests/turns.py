"""At which events a taste turned, how sure that is, and which events say so.

What somebody chooses is counted, category by category, with the moment taken into account
(`UsualTaste.exposure`). A stretch of steady taste chooses each category at one of a few levels, of
which it is known how common they are. A turn is a place where one, two or three categories change
their level and all others keep theirs. Its evidence is the marginal likelihood with a turn, its
place unknown, over the one without; stretches are split as long as that is clear, the clearest
place first (binary segmentation: Scott & Knott, Biometrics 1974; evidence averaged over places as
in Barry & Hartigan, JASA 1993; levels by non-parametric maximum likelihood: Laird, JASA 1978).

Measured against the truth of the simulated shop (turn_quality.py) this finds more, with fewer
false alarms, than kernel and least-squares change points, which know neither the moments nor that
most of a taste stays as it is.

Axes: step = events of one history, oldest first; category = columns of the shares; place = events
that a turn may come before.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
from jaxtyping import Float, Float64, Int
from scipy.special import logsumexp

from recengine.interests.usual import LEVELS, UsualTaste

MIN_EVENTS = 12  # below that a turn cannot be told from chance
FEW_EVENTS = 60  # up to here only the clearest turns are found
MIN_STRETCH = 3  # events between two turns
MIN_EVIDENCE = 0.5  # log odds of a turn against none, both thought equally likely before
CHANGING = {1: 0.1, 2: 0.8, 3: 0.1}  # how likely it is that so many categories change in a turn
AROUND = 3  # events to each side within which the place of a turn is sought as one
SURE = 0.8  # probability that the true place lies within the range given
REACH = 10  # events from the turn on that may have caused it
MAX_CAUSES = 3
MAX_POINTS = 8


@dataclass(frozen=True)
class TurningPoint:
    """An event at which the taste turned.

    Attributes:
        step: number of the first event after the turn, from 1.
        first, last: range of steps in which it lies with a probability of 80 %.
        certainty: probability that there is a turn at all, 0.5 being no idea.
        lost, gained: columns of the shares that fell and rose most.
        size: half the sum of absolute changes of the shares: the part of the taste that moved.
        causes: numbers of the events that speak most for it, oldest first.
    """

    step: int
    first: int
    last: int
    certainty: float
    lost: int
    gained: int
    size: float
    causes: tuple[int, ...]


@dataclass(frozen=True)
class _Split:
    """A stretch cut in two; places count the events before them in the whole history.

    Attributes:
        start, stop: the stretch.
        place: of the cut.
        first, last: places between which it lies with a probability of 80 %.
        evidence: log odds of a turn in the stretch.
    """

    start: int
    stop: int
    place: int
    first: int
    last: int
    evidence: float


def turning_points(
    chosen: Float[np.ndarray, "step category"],
    contexts: Int[np.ndarray, "step context"],
    usual: UsualTaste,
    *,
    min_evidence: float = MIN_EVIDENCE,
) -> tuple[TurningPoint, ...]:
    """Events at which the taste turned, in order of time.

    Args:
        chosen: how the item of each event splits among categories; rows sum to 1.
        contexts: codes of the moment of each event.
        usual: what is usual in the log.
        min_evidence: log odds that a turn must have; higher finds fewer and surer ones.
    """
    if len(chosen) < MIN_EVENTS:
        return ()
    counts = chosen.astype(np.float64)
    history = _History(counts, usual.exposure(counts, contexts), usual, min_evidence)
    splits = history.confirmed(history.cuts(0, len(counts)))
    kept = sorted(splits, key=lambda split: -split.evidence)[:MAX_POINTS]
    return tuple(_described(split, counts) for split in sorted(kept, key=lambda each: each.place))


@dataclass(frozen=True)
class _History:
    """What one person chose, and how many chances each category had."""

    counts: Float64[np.ndarray, "step category"]
    exposure: Float64[np.ndarray, "step category"]
    usual: UsualTaste
    min_evidence: float

    def cuts(self, start: int, stop: int) -> list[int]:
        """Places at which a stretch is to be cut: the clearest, then those of both parts."""
        split = self.split(start, stop)
        if split is None or split.evidence < self.min_evidence:
            return []
        return [*self.cuts(start, split.place), split.place, *self.cuts(split.place, stop)]

    def confirmed(self, cuts: list[int]) -> list[_Split]:
        """Each cut placed anew between its neighbours, the least certain left out while unclear."""
        while cuts:
            bounds = [0, *cuts, len(self.counts)]
            splits = [
                self.split(start, stop) for start, stop in zip(bounds, bounds[2:], strict=False)
            ]
            evidence = [-np.inf if split is None else split.evidence for split in splits]
            weakest = int(np.argmin(evidence))
            if evidence[weakest] >= self.min_evidence:
                return [split for split in splits if split is not None]
            cuts = [*cuts[:weakest], *cuts[weakest + 1 :]]
        return []

    def split(self, start: int, stop: int) -> _Split | None:
        """The best cut of a stretch; None if it is too short for one."""
        if stop - start < 2 * MIN_STRETCH:
            return None
        own = slice(start, stop)
        gain = split_gains(self.counts[own], self.exposure[own], self.usual)
        gain[: MIN_STRETCH - 1] = gain[len(gain) - MIN_STRETCH + 1 :] = -np.inf
        total = logsumexp(gain)
        chance = np.exp(gain - total)
        first, last = _range(chance)
        return _Split(
            start=start,
            stop=stop,
            place=start + 1 + _likeliest(chance),
            first=start + 1 + first,
            last=start + 1 + last,
            evidence=float(total - np.log(np.isfinite(gain).sum())),
        )


def split_gains(
    counts: Float64[np.ndarray, "step category"],
    exposure: Float64[np.ndarray, "step category"],
    usual: UsualTaste,
) -> Float64[np.ndarray, " place"]:
    """Log of how much likelier a turn after each event but the last makes what was chosen."""
    known = np.log(usual.level_weights)
    fit = np.cumsum(counts, axis=0)[..., None] * np.log(LEVELS)
    fit -= np.cumsum(exposure, axis=0)[..., None] * LEVELS
    whole = fit[-1]
    left = logsumexp(fit[:-1] + known, axis=-1)
    right = logsumexp(whole - fit[:-1] + known, axis=-1)
    change = left + right - logsumexp(whole + known, axis=-1)
    sets = [np.zeros(len(change)), *np.full((max(CHANGING), len(change)), -np.inf)]
    for category in change.T:  # sets[size]: log of the sum over all sets of so many categories
        for size in range(max(CHANGING), 0, -1):
            sets[size] = np.logaddexp(sets[size], sets[size - 1] + category)
    sizes = {size: weight for size, weight in CHANGING.items() if size <= change.shape[1]}
    each = [
        np.log(weight / comb(change.shape[1], size)) + sets[size] for size, weight in sizes.items()
    ]
    likely: Float64[np.ndarray, " place"] = logsumexp(np.stack(each), axis=0)
    return likely


def _likeliest(chance: Float64[np.ndarray, " place"]) -> int:
    """Middle of the few places that hold most of a distribution."""
    nearby = np.convolve(chance, np.ones(2 * AROUND + 1), mode="same")
    start = max(0, int(nearby.argmax()) - AROUND)
    few = chance[start : start + 2 * AROUND + 1]
    return start + round(float(few @ np.arange(len(few)) / few.sum()))


def _range(chance: Float64[np.ndarray, " place"]) -> tuple[int, int]:
    """First and last place of the middle `SURE` of a distribution."""
    below = np.cumsum(chance)
    rest = (1 - SURE) / 2
    last = min(int(np.searchsorted(below, 1 - rest)), len(chance) - 1)
    return min(int(np.searchsorted(below, rest)), last), last


def _described(split: _Split, counts: Float64[np.ndarray, "step category"]) -> TurningPoint:
    before = counts[split.start : split.place].mean(axis=0)
    after = counts[split.place : split.stop].mean(axis=0)
    change = after - before
    near = counts[split.place : min(split.place + REACH, split.stop)] @ change
    strongest = [int(each) for each in np.argsort(-near, kind="stable")[:MAX_CAUSES]]
    causes = sorted(split.place + each + 1 for each in strongest if near[each] > 0)
    return TurningPoint(
        step=split.place + 1,
        first=min(split.first + 1, split.place + 1),
        last=max(split.last + 1, split.place + 1),
        certainty=float(1 / (1 + np.exp(-split.evidence))),
        lost=int(change.argmin()),
        gained=int(change.argmax()),
        size=float(np.abs(change).sum() / 2),
        causes=tuple(causes) or (split.place + 1,),
    )
