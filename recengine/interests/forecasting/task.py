"""What a forecaster is fitted to: interest sequences, and where learning ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Bool, Float, Float64, Int64
from torch import Tensor

from recengine.errors import DataError
from recengine.interests.forecasting.base import UNITS, Horizons, Past, Unit
from recengine.interests.forecasting.sequences import InterestSequences, Questions, Targets
from recengine.interests.forecasting.space import Space

FITTED_ON = 2000  # questions from which spaces, windows and residuals are computed
CHECKED_ON = 300  # questions of the validation stretch
PER_PERSON = 3  # of them about one person
MIN_QUESTIONS = 20


@dataclass(frozen=True)
class Batch:
    """Pasts with what became of them, in the coordinates of a space."""

    past: Past
    horizons: Horizons
    targets: Float[Tensor, "question horizon dim"]
    known: Bool[Tensor, "question horizon"]


@dataclass(frozen=True)
class ForecastTask:
    """Everything before `cut` teaches; what follows until `end` validates and calibrates.

    Attributes:
        sequences: interest vectors of people over time; nothing at or after `end` is looked at.
        cut, end: Unix seconds.
        seed: of everything random.
    """

    sequences: InterestSequences
    cut: float
    end: float
    seed: int = 0

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return self.sequences.vectors.shape[1]

    @cached_property
    def _training_rows(self) -> Int64[np.ndarray, " row"]:
        rows = self.sequences.asked_rows(-np.inf, self.cut)
        return _enough(rows, "learn from")

    @cached_property
    def _training_weights(self) -> Float64[np.ndarray, " row"]:
        """Running sum of how often each row is drawn: of long histories less than their length."""
        owners = self.sequences.people[self._training_rows]
        return np.cumsum(1 / np.sqrt(np.bincount(owners)[owners]))

    def training_questions(self, unit: Unit, count: int, *key: int) -> Questions:
        """Drawn with replacement from before the cut; another key draws others.

        Raises:
            DataError: too few have a past and a next event before the cut.
        """
        rng = np.random.default_rng((self.seed, UNITS.index(unit), *key))
        drawn = rng.random(count) * self._training_weights[-1]
        rows = self._training_rows[np.searchsorted(self._training_weights, drawn)]
        return self.sequences.asked_at(unit, rows, rng)

    def validation_questions(self, unit: Unit) -> Questions:
        """A fixed choice from between the cut and the end, a few of each person.

        Raises:
            DataError: too few have a past and a next event in that stretch.
        """
        rng = np.random.default_rng((self.seed, UNITS.index(unit), 1))
        rows = _enough(self.sequences.asked_rows(self.cut, self.end), "validate with")
        rows = self.sequences.few_of_each(rows, PER_PERSON, rng)
        rows = np.sort(rng.permutation(rows)[:CHECKED_ON])
        return self.sequences.asked_at(unit, rows, rng, self.cut)

    def validation_targets(self, unit: Unit) -> Targets:
        """What became of the validation questions at the learnt horizons."""
        questions = self.validation_questions(unit)
        return self.sequences.targets(questions, Horizons.learnt(unit), self.end)

    def validation_answers(self) -> dict[Unit, list[int]]:
        """How many of them are answered at each learnt horizon."""
        return {unit: self.validation_targets(unit).known.sum(dim=0).tolist() for unit in UNITS}

    def fit_space(self, space: Space) -> None:
        """Turn and scale a space to the changes before the cut."""
        horizons = Horizons.learnt("events")
        questions = self.training_questions("events", FITTED_ON, 2)
        targets = self.sequences.targets(questions, horizons, self.cut)
        last = torch.from_numpy(self.sequences.vectors[questions.rows])
        changes = (targets.vectors - last[:, None])[targets.known]
        space.fit(last, changes)

    def batch(self, questions: Questions, horizons: Horizons, space: Space, end: float) -> Batch:
        """Pasts and targets in coordinates."""
        past = self.sequences.past(questions)
        targets = self.sequences.targets(questions, horizons, end)
        inside = Past(space.inwards(past.vectors), past.days, past.lengths)
        return Batch(inside, horizons, space.inwards(targets.vectors), targets.known)

    def training_batch(self, unit: Unit, space: Space, count: int, *key: int) -> Batch:
        """Questions from before the cut, answered before it."""
        questions = self.training_questions(unit, count, *key)
        return self.batch(questions, Horizons.learnt(unit), space, self.cut)

    def validation_batches(self, space: Space) -> Iterator[Batch]:
        """The validation stretch in both units."""
        for unit in UNITS:
            questions = self.validation_questions(unit)
            yield self.batch(questions, Horizons.learnt(unit), space, self.end)


def _enough(rows: Int64[np.ndarray, " row"], purpose: str) -> Int64[np.ndarray, " row"]:
    if len(rows) < MIN_QUESTIONS:
        raise DataError(
            f"Only {len(rows)} moments have a past and a next event to {purpose}; at least "
            f"{MIN_QUESTIONS} are needed. Bring people with longer histories."
        )
    return rows
