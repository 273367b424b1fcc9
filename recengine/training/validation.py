"""How good a model is between epochs, on a fixed sample of the validation questions.

Higher is better: NDCG@10, or minus the root mean squared error of ratings for a ranker that is
judged by those.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float64, Int64

from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.errors import DataError
from recengine.evaluation.accuracy import ndcg_at_k, nearness
from recengine.evaluation.contexts import Moments, moments_of
from recengine.evaluation.ranking import reranked_ranks, target_ranks
from recengine.evaluation.rating import foretold
from recengine.models.base import Ranker, RatingPredictor, TrainedRanker
from recengine.models.shortlist import ShortlistRanker

RATED_AT_ONCE = 256  # questions


@dataclass(frozen=True)
class Places:
    """Where the held-out items stand, by way of asking.

    Attributes:
        ranks: place of each item, from 1.
    """

    ranks: Int64[np.ndarray, "way question"]

    @property
    def ndcg(self) -> Float64[np.ndarray, "question"]:
        """NDCG@10 of each question, the mean of the ways."""
        return np.mean([ndcg_at_k(way, 10) for way in self.ranks], axis=0)

    @property
    def nearness(self) -> Float64[np.ndarray, "question"]:
        """How near to the top each item stands, the mean of the ways."""
        return nearness(self.ranks).mean(axis=0)


class Validation:
    """Asks the same people every time, in moments that the model is not told unless it is said."""

    def __init__(self, split: Split, dataset: Dataset, *, users: int, max_length: int) -> None:
        """Set up.

        Args:
            split: whose validation questions are asked.
            dataset: for the profiles.
            users: how many people are asked at most, a fixed random choice.
            max_length: events of a history that a model reads.
        """
        self.split, self.max_length = split, max_length
        self.reader = HistoryReader(split.log, dataset.profiles)
        self.questions = split.validation.sample(users)

    def __call__(self, model: Ranker) -> float:
        """How good a model is as it is."""
        if isinstance(model, TrainedRanker) and model.judged_by == "rmse":
            assert isinstance(model, RatingPredictor)
            return self.rating_score(model)
        if model.slow and isinstance(model, ShortlistRanker):
            asked = (self.reader, self.questions, self.split.candidates)
            return float(ndcg_at_k(reranked_ranks(model, *asked), 10).mean())
        return float(ndcg_at_k(self._ranks(model, None), 10).mean())

    def both_ways(self, model: Ranker) -> Places:
        """Every question asked twice, with its moment unknown and known."""
        moments = moments_of(self.reader.log, self.questions)
        ways = (None, moments) if moments.shape[1] else (None,)
        return Places(np.stack([self._ranks(model, way) for way in ways]))

    def _ranks(self, model: Ranker, moments: Moments | None) -> Int64[np.ndarray, "question"]:
        return target_ranks(
            model,
            self.reader,
            self.questions,
            self.split.candidates,
            max_length=self.max_length,
            moments=moments,
        )

    @property
    def rated(self) -> bool:
        """Whether any of the questions' targets has a rating."""
        return bool((~np.isnan(self.split.log.values[self.questions.stops])).any())

    @torch.inference_mode()
    def rating_score(self, model: RatingPredictor) -> float:
        """Minus the root mean squared error over the questions whose target was rated.

        Raises:
            DataError: none was.
        """
        asked = self.questions
        ratings = self.split.log.values[asked.stops]  # a target's row follows its history
        squared: list[np.ndarray] = []
        for rows in np.array_split(np.arange(len(asked)), 1 + len(asked) // RATED_AT_ONCE):
            histories = self.reader.read(
                asked.users[rows], asked.starts[rows], asked.stops[rows], max_length=self.max_length
            )
            targets = torch.from_numpy(asked.targets[rows].astype(np.int64))
            squared.append((foretold(model, histories, targets) - ratings[rows]) ** 2)
        errors = np.concatenate(squared)
        rated = errors[~np.isnan(errors)]
        if len(rated) == 0:
            raise DataError(
                "None of the events held out for validation has a rating, so that predicted "
                "ratings cannot be judged. Bring ratings of people's latest events."
            )
        return -float(np.sqrt(rated.mean()))
