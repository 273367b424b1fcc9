"""How good a model is between epochs: NDCG@10 on a fixed sample of the validation questions."""

import numpy as np

from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.splits import Questions, Split
from recengine.evaluation.metrics import ndcg_at_k
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import Ranker


class Validation:
    """Asks the same people every time; their moments are unknown to the model."""

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
        self.questions = _sample(split.validation, users)

    def __call__(self, model: Ranker) -> float:
        """NDCG@10 of a model as it is."""
        ranks = target_ranks(
            model, self.reader, self.questions, self.split.candidates, max_length=self.max_length
        )
        return float(ndcg_at_k(ranks, 10).mean())


def _sample(questions: Questions, users: int) -> Questions:
    if len(questions) <= users:
        return questions
    chosen = np.random.default_rng(0).permutation(len(questions))
    return questions.take(np.sort(chosen[:users]))
