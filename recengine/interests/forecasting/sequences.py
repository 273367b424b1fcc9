"""Interest vectors of many people over time, and questions about their future.

A question has an anchor: a moment up to which everything is known. Axes: step = rows of all
people, one person after the other, oldest first; question; horizon; dim.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Int64
from torch import Tensor

from recengine.interests.forecasting.base import MAX_AHEAD, PAST_LENGTH, Horizons, Past, Unit

DAY = 86_400.0
MIN_PAST = 5  # vectors that must be known before somebody's future is asked about


@dataclass(frozen=True)
class Questions:
    """Anchors: the last row that is known, and the moment of asking in Unix seconds."""

    rows: Int64[np.ndarray, "question"]
    moments: Int64[np.ndarray, "question"]

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, chosen: np.ndarray) -> "Questions":
        """Some of them."""
        return Questions(self.rows[chosen], self.moments[chosen])


@dataclass(frozen=True)
class Targets:
    """What became of it.

    Attributes:
        vectors: the realised vectors, arbitrary where not known.
        known: whether there is one: the horizon lies within what is looked at, and something
            happened by then.
        rows: the row after whose event each was read.
    """

    vectors: Float[Tensor, "question horizon dim"]
    known: Bool[Tensor, "question horizon"]
    rows: Int64[np.ndarray, "question horizon"]


@dataclass(frozen=True)
class InterestSequences:
    """Interest vectors after every event of some people.

    Attributes:
        offsets: steps of person p are the rows offsets[p] to offsets[p + 1].
        vectors: interest vector after each event.
        times: Unix seconds of each event, rising within a person.
        log_rows: row of the log that each step came from.
    """

    offsets: Int64[np.ndarray, "people_plus_one"]
    vectors: Float32[np.ndarray, "step dim"]
    times: Int64[np.ndarray, "step"]
    log_rows: Int64[np.ndarray, "step"]

    @cached_property
    def people(self) -> Int64[np.ndarray, "step"]:
        """Person of each row."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    @cached_property
    def _keys(self) -> Float[np.ndarray, "step"]:
        """Rising over all rows, so that one search finds moments within every person."""
        return self.people * self._stride + (self.times - self.times.min(initial=0))

    @cached_property
    def _stride(self) -> float:
        span = self.times.max(initial=0) - self.times.min(initial=0)
        return float(span + (MAX_AHEAD + 2) * DAY)

    def asked_rows(self, start: float, end: float) -> Int64[np.ndarray, " row"]:
        """Rows with a past whose next event is at or after one moment and before another.

        Args:
            start, end: Unix seconds.
        """
        rows = np.arange(len(self.times) - 1)
        follows = self.people[rows + 1] == self.people[rows]
        position = rows - self.offsets[self.people[rows]]
        asked = follows & (position + 1 >= MIN_PAST)
        following = self.times[rows + 1]
        return rows[asked & (following >= start) & (following < end)]

    def few_of_each(
        self, rows: Int64[np.ndarray, " row"], most: int, rng: np.random.Generator
    ) -> Int64[np.ndarray, " chosen"]:
        """No more than so many of each person's rows, drawn at random."""
        shuffled = rows[rng.permutation(len(rows))]
        order = shuffled[np.argsort(self.people[shuffled], kind="stable")]
        owners = self.people[order]
        place = np.arange(len(order)) - np.searchsorted(owners, owners)
        return np.sort(order[place < most])

    def asked_at(
        self,
        unit: Unit,
        rows: Int64[np.ndarray, " row"],
        rng: np.random.Generator,
        start: float = -np.inf,
    ) -> Questions:
        """Questions about what follows rows.

        In events the moment of asking is that of the last known event. In days it is any moment
        before the next event that is no longer away than the longest horizon, so that a silence
        may have begun already.

        Args:
            unit: of the horizons that will be asked.
            rows: the last known ones, each with a next event.
            rng: draws the moments.
            start: earliest moment of asking in days, Unix seconds.
        """
        known, following = self.times[rows], self.times[rows + 1]
        if unit == "events":
            return Questions(rows, known)
        earliest = np.maximum(known, following - int(MAX_AHEAD * DAY))
        if np.isfinite(start):
            earliest = np.clip(earliest, int(start), following)
        moments = earliest + (rng.random(len(rows)) * (following - earliest)).astype(np.int64)
        return Questions(rows, moments)

    def past(self, questions: Questions, length: int = PAST_LENGTH) -> Past:
        """What is known at each anchor: the last vectors and their ages."""
        firsts = self.offsets[self.people[questions.rows]]
        lengths = np.minimum(questions.rows - firsts + 1, length)
        steps = np.arange(max(1, int(lengths.max(initial=1))))
        real = steps < lengths[:, None]
        rows = np.where(real, questions.rows[:, None] - lengths[:, None] + 1 + steps, 0)
        days = (questions.moments[:, None] - self.times[rows]) / DAY
        return Past(
            torch.from_numpy(self.vectors[rows] * real[:, :, None].astype(np.float32)),
            torch.from_numpy(np.where(real, days, 0).astype(np.float32)),
            torch.from_numpy(lengths),
        )

    def targets(self, questions: Questions, horizons: Horizons, end: float) -> Targets:
        """What became of each; nothing at or after `end` is looked at."""
        ahead = np.array(horizons.ahead)
        last = self.offsets[self.people[questions.rows] + 1] - 1
        if horizons.unit == "events":
            rows = questions.rows[:, None] + ahead
            known = rows <= last[:, None]
            rows = np.minimum(rows, last[:, None])
            known &= self.times[rows] < end
        else:
            until = questions.moments[:, None] + ahead * DAY
            base = self.people[questions.rows] * self._stride - self.times.min(initial=0)
            rows = np.searchsorted(self._keys, base[:, None] + until, side="right") - 1
            known = (rows > questions.rows[:, None]) & (until < end)
            rows = np.maximum(rows, questions.rows[:, None])
        return Targets(torch.from_numpy(self.vectors[rows]), torch.from_numpy(known), rows)
