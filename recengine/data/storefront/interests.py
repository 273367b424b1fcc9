"""How the interests of the simulated customers move: lasting leanings, slow turns, sudden jumps.

Axes: users, categories, changes = at most two turns per person, event.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float64, Int64

from recengine.data.storefront.words import CATEGORY_NAMES
from recengine.types import TIMESTAMP, USER_ID

_MAIN_STRENGTH = 2.4  # log-odds of the main interest over the others
_SECOND_STRENGTH = 1.2
_SWAY = 0.3  # log-odds of the small wandering that is always there
_NUM_CHANGE_SHARES = (0.25, 0.5, 0.25)  # people with none, one, two turns
_JUMP_SHARE = 0.55
_SLOW_LENGTH = 0.3  # of a person's events
_DAY = 86_400.0
_NEVER = 1e15  # Unix seconds, past every date; finite, so that it can be subtracted


@dataclass(frozen=True, eq=False)
class Interests:
    """Log-odds by category of every person at any time, in closed form.

    Attributes:
        base: before any turn.
        sources: category that each turn leaves.
        targets: category that it goes to.
        begins: when it begins, Unix seconds; far away where there is no such turn.
        ends: when it is complete; equal to `begins` for a jump.
        steps: the person's event at which it begins, counted from 0.
        periods: of the small wandering, in seconds.
        phases: of the small wandering, in radians.
    """

    base: Float64[np.ndarray, "users categories"]
    sources: Int64[np.ndarray, "users changes"]
    targets: Int64[np.ndarray, "users changes"]
    begins: Float64[np.ndarray, "users changes"]
    ends: Float64[np.ndarray, "users changes"]
    steps: Int64[np.ndarray, "users changes"]
    periods: Float64[np.ndarray, "users categories"]
    phases: Float64[np.ndarray, "users categories"]

    def at(
        self, users: Int64[np.ndarray, "event"], times: Int64[np.ndarray, "event"]
    ) -> Float64[np.ndarray, "event categories"]:
        """Log-odds by category of each of `users` at each of `times` (Unix seconds)."""
        angle = 2 * np.pi * times[:, None] / self.periods[users] + self.phases[users]
        total = self.base[users] + _SWAY * np.sin(angle)
        rows = np.arange(len(users))
        for change in range(self.begins.shape[1]):
            begin, end = self.begins[users, change], self.ends[users, change]
            # One second on, so that a jump is complete at its own event.
            moved = np.clip((times - begin + 1) / np.maximum(end - begin, 1), 0, 1)
            total[rows, self.sources[users, change]] -= _MAIN_STRENGTH * moved
            total[rows, self.targets[users, change]] += _MAIN_STRENGTH * moved
        return total

    def log(self, user_ids: np.ndarray) -> pd.DataFrame:
        """Every turn: user_id, timestamp, step, kind, from_category, to_category, end."""
        users, changes = np.nonzero(self.begins < _NEVER)
        begins, ends = self.begins[users, changes], self.ends[users, changes]
        names = np.array(CATEGORY_NAMES)
        return pd.DataFrame(
            {
                USER_ID: user_ids[users],
                TIMESTAMP: begins.astype(np.int64),
                "step": self.steps[users, changes],
                "kind": np.where(begins == ends, "jump", "slow"),
                "from_category": names[self.sources[users, changes]],
                "to_category": names[self.targets[users, changes]],
                "end": ends.astype(np.int64),
            }
        )


def make_interests(
    leanings: Float64[np.ndarray, "users categories"],
    counts: Int64[np.ndarray, "users"],
    times: Int64[np.ndarray, "event"],
    rng: np.random.Generator,
) -> Interests:
    """Invent main interests, and turns that fall on events of the person.

    Args:
        leanings: lasting log-odds by category.
        counts: events of each user.
        times: Unix seconds of all events, by user, then time.
        rng: source of chance.
    """
    num_users, num_categories = leanings.shape
    ranked = np.argsort(-(leanings + rng.normal(size=leanings.shape)), axis=1)
    everyone = np.arange(num_users)
    base = leanings.copy()
    base[everyone, ranked[:, 0]] += _MAIN_STRENGTH
    base[everyone, ranked[:, 1]] += _SECOND_STRENGTH
    # The new main interest is none of the two strongest, so that a turn is a turn.
    new = 2 + rng.permuted(np.tile(np.arange(num_categories - 2), (num_users, 1)), axis=1)[:, :2]
    targets = np.take_along_axis(ranked, new, axis=1)
    sources = np.stack([ranked[:, 0], targets[:, 0]], axis=1)
    begins, ends, steps = _turning_times(counts, times, rng)
    return Interests(
        base=base,
        sources=sources,
        targets=targets,
        begins=begins,
        ends=ends,
        steps=steps,
        periods=_DAY * rng.uniform(150, 400, size=leanings.shape),
        phases=rng.uniform(0, 2 * np.pi, size=leanings.shape),
    )


def _turning_times(
    counts: Int64[np.ndarray, "users"],
    times: Int64[np.ndarray, "event"],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    num_users = len(counts)
    how_many = rng.choice(3, size=num_users, p=_NUM_CHANGE_SHARES)
    only = np.stack([rng.uniform(0.3, 0.7, num_users), np.ones(num_users)], axis=1)
    both = np.stack([rng.uniform(0.2, 0.4, num_users), rng.uniform(0.6, 0.8, num_users)], axis=1)
    place = np.where(how_many[:, None] == 2, both, only)
    length = np.where(rng.random((num_users, 2)) < _JUMP_SHARE, 0.0, _SLOW_LENGTH)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])[:, None]
    last = counts[:, None] - 1
    steps = np.minimum((place * counts[:, None]).astype(np.int64), last)
    end_steps = np.minimum(((place + length) * counts[:, None]).astype(np.int64), last)
    happens = np.arange(2) < how_many[:, None]
    begins = np.where(happens, times[starts + steps].astype(float), _NEVER)
    ends = np.where(happens, times[starts + end_steps].astype(float), _NEVER)
    return begins, ends, steps
