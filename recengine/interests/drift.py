"""How far an interest moved with each event, and at which events it turned.

A turning point is a step where the mean shares of the events after it differ from those before it
by clearly more than two halves of a quiet stretch differ from each other in the same history.
Axes: step = moments in a history, dim = model width, category = columns of the shares.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

MIN_EVENTS = 12  # below that a turn cannot be told from chance


@dataclass(frozen=True)
class TurningPoint:
    """A step at which the taste turned.

    Attributes:
        step: number of the first event after the turn, from 1.
        lost, gained: columns of the shares that fell and rose most.
        size: half the sum of absolute changes of the shares: the part of the taste that moved.
        cause_step: number of the event near the turn that pushed most in its direction, from 1.
    """

    step: int
    lost: int
    gained: int
    size: float
    cause_step: int


def cosine_drift(interest: Float[np.ndarray, "step dim"]) -> Float64[np.ndarray, "step"]:
    """Cosine distance of each vector from the one before; 0 for the first."""
    lengths = np.linalg.norm(interest, axis=1, keepdims=True)
    unit = interest / np.where(lengths > 0, lengths, 1)
    drift = np.zeros(len(interest))
    drift[1:] = 1 - np.einsum("sd,sd->s", unit[1:], unit[:-1])
    return np.clip(drift, 0, 2)


def default_window(num_steps: int) -> int:
    """How many events each side of a turn are compared: a sixth of the history, 4 to 30."""
    return int(np.clip(num_steps // 6, 4, 30))


def turning_points(
    shares: Float[np.ndarray, "step category"],
    *,
    window: int = 0,
    min_size: float = 0.1,
    min_ratio: float = 4.0,
    max_points: int = 8,
) -> tuple[TurningPoint, ...]:
    """Steps at which the taste turned, in order of time, at least a window apart.

    Args:
        shares: category shares per step; rows sum to 1.
        window: events compared on each side; 0 for `default_window`.
        min_size: part of the taste that must have moved.
        min_ratio: how many times the ordinary unrest a turn must be; slow drift alone gives 2.8.
        max_points: how many of the largest to keep.
    """
    num_steps = len(shares)
    window = window or default_window(num_steps)
    if num_steps < max(MIN_EVENTS, 2 * window):
        return ()
    change = _mean_change(shares, window)
    sizes = np.abs(change).sum(axis=1) / 2
    half = max(1, window // 2)
    # means of half as many events differ sqrt(2) times as much by chance alone
    unrest = np.median(np.abs(_mean_change(shares, half)).sum(axis=1) / 2) / np.sqrt(2)
    threshold = max(min_size, min_ratio * float(unrest))
    peaks: list[int] = []
    for boundary in np.argsort(-sizes, kind="stable"):
        if sizes[boundary] < threshold or len(peaks) == max_points:
            break
        around = sizes[max(0, boundary - window + 1) : boundary + window]
        is_summit = sizes[boundary] == around.max()  # and not the shoulder of a larger one
        if is_summit and all(abs(boundary - peak) >= window for peak in peaks):
            peaks.append(int(boundary))
    return tuple(_turn(shares, change[peak], peak + window, half) for peak in sorted(peaks))


def _mean_change(
    shares: Float[np.ndarray, "step category"], window: int
) -> Float64[np.ndarray, "boundary category"]:
    """Mean of the window after each boundary minus that before; row 0 lies at step `window`."""
    totals = np.cumsum(shares, axis=0, dtype=np.float64)
    totals = np.concatenate([np.zeros((1, shares.shape[1])), totals])
    sums = totals[window:] - totals[:-window]
    return (sums[window:] - sums[:-window]) / window


def _turn(
    shares: Float[np.ndarray, "step category"],
    change: Float64[np.ndarray, "category"],
    first_after: int,
    reach: int,
) -> TurningPoint:
    """Describe the turn between the steps before and from `first_after` (counted from 0)."""
    start = max(1, first_after - reach)
    pushes = np.diff(shares[start - 1 : first_after + reach], axis=0) @ change
    return TurningPoint(
        step=first_after + 1,
        lost=int(change.argmin()),
        gained=int(change.argmax()),
        size=float(np.abs(change).sum() / 2),
        cause_step=start + int(pushes.argmax()) + 1,
    )
