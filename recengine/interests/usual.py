"""What is usual in a log: how common each interest is, when it is, and how strong it can be.

Turns are told from chance against this. Of the people of a log a sample suffices.
Axes: event = events of the sample, category = columns of the shares, code = values of a context
feature (0 is unknown), level = strengths that an interest can have, part = stretches of histories.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64, Int

from recengine.data.dataset import Log

LEVELS = np.array([0.01, 0.03, 0.06, 0.1, 0.16, 0.24, 0.35, 0.5, 0.7])  # shares of a taste
MAX_PEOPLE = 3000  # looked at
PARTS = 3  # stretches of each history in which an interest counts as steady
PSEUDO_EVENTS = 50  # of usual taste added to each moment, so that rare ones do not exaggerate
ROUNDS = 60  # of expectation and maximisation; the weights have settled long before


@dataclass(frozen=True, eq=False)
class UsualTaste:
    """What people usually choose.

    Attributes:
        shares: of each category in all events.
        moments: one table per context feature: log of how much more often each category is chosen
            at each of its values.
        level_weights: how common each of `LEVELS` is, category by category; rows sum to 1.
    """

    shares: Float64[np.ndarray, " category"]
    moments: tuple[Float64[np.ndarray, "_ category"], ...]
    level_weights: Float64[np.ndarray, "category level"]

    def exposure(
        self,
        chosen: Float[np.ndarray, "event category"],
        contexts: Int[np.ndarray, "event context"],
    ) -> Float64[np.ndarray, "event category"]:
        """How many chances each category had at each event of one person; 1 in an ordinary moment.

        A rainy day gives rain gear more chances than one, so that choosing it says less of a taste.
        """
        lift = np.zeros(chosen.shape)
        for table, codes in zip(self.moments, contexts.T, strict=True):
            lift += table[codes]
        chances = np.exp(lift)
        own = 0.3 * self.shares + 0.7 * chosen.mean(axis=0) if len(chosen) else self.shares
        return chances / np.maximum(chances @ own, 1e-9)[:, None]


def usual_taste(
    log: Log,
    item_categories: Float[np.ndarray, "item category"],
    num_codes: Sequence[int],
    seed: int = 0,
) -> UsualTaste:
    """Learn what is usual from the log.

    Args:
        log: everybody's events.
        item_categories: how each item splits; rows sum to 1 (see `complete_categories`).
        num_codes: how many codes each context feature has.
        seed: of the choice of people.
    """
    people = np.flatnonzero(log.lengths > 0)
    if len(people) > MAX_PEOPLE:
        people = np.sort(np.random.default_rng(seed).choice(people, MAX_PEOPLE, replace=False))
    spans = [np.arange(log.offsets[user], log.offsets[user + 1]) for user in people]
    rows = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
    chosen = item_categories[log.items[rows] - 1].astype(np.float64)
    contexts = log.contexts[rows]
    shares = (chosen.sum(axis=0) + 1 / chosen.shape[1]) / (len(chosen) + 1)
    moments = tuple(
        _lift(chosen, contexts[:, feature], count, shares)
        for feature, count in enumerate(num_codes)
    )
    even = np.full((chosen.shape[1], len(LEVELS)), 1 / len(LEVELS))
    usual = UsualTaste(shares, moments, even)
    counts, exposures = [], []
    start = 0
    for span in spans:
        own = slice(start, start + len(span))
        start += len(span)
        exposure = usual.exposure(chosen[own], contexts[own])
        for part in np.array_split(np.arange(len(span)), min(PARTS, len(span))):
            counts.append(chosen[own][part].sum(axis=0))
            exposures.append(exposure[part].sum(axis=0))
    if not counts:
        return usual
    weights = _level_weights(np.stack(counts), np.stack(exposures))
    return UsualTaste(shares, moments, weights)


def _lift(
    chosen: Float64[np.ndarray, "event category"],
    codes: Int[np.ndarray, " event"],
    num_codes: int,
    shares: Float64[np.ndarray, " category"],
) -> Float64[np.ndarray, "code category"]:
    """Log of the share of each category at each value over its share at any time."""
    sums = np.stack(
        [np.bincount(codes, column, minlength=num_codes) for column in chosen.T], axis=1
    )
    events = np.bincount(codes, minlength=num_codes)[:, None]
    return np.log((sums + PSEUDO_EVENTS * shares) / (events + PSEUDO_EVENTS) / shares)


def _level_weights(
    counts: Float64[np.ndarray, "part category"], exposures: Float64[np.ndarray, "part category"]
) -> Float64[np.ndarray, "category level"]:
    """How common each level is: non-parametric maximum likelihood of a Poisson mixture."""
    fit = counts[..., None] * np.log(LEVELS) - exposures[..., None] * LEVELS
    fit = np.exp(fit - fit.max(axis=-1, keepdims=True))
    weights = np.full(fit.shape[1:], 1 / len(LEVELS))
    for _ in range(ROUNDS):
        share = fit * weights
        share /= share.sum(axis=-1, keepdims=True)
        weights = share.mean(axis=0) + 1e-4  # no level is impossible
        weights /= weights.sum(axis=-1, keepdims=True)
    return weights
