from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Questions, Split
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData, Ranker


class Fixed(Ranker):
    """Scores that are given."""

    name: ClassVar[str] = "fixed"
    label: ClassVar[str] = "Fixed"

    def __init__(self, scores: list[float]) -> None:
        self.scores = torch.tensor(scores)

    @classmethod
    def fit(cls, data: FitData) -> "Fixed":
        return cls([0.0] * data.vocab)

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        return self.scores.repeat(len(histories), 1)


def _ask(reader: HistoryReader, target: int, length: int = 2) -> Questions:
    start = int(reader.log.offsets[0])
    return Questions(
        np.array([0]), np.array([start]), np.array([start + length]), np.array([target], np.int32)
    )


def test_seen_items_do_not_take_places(cycle_reader: HistoryReader, cycle_split: Split) -> None:
    seen = cycle_reader.log.items[:2]
    target = next(item for item in range(1, 6) if item not in seen)
    scores = [0.0] * 7
    for item in seen:
        scores[item] = 9.0
    scores[target] = 1.0
    asked = _ask(cycle_reader, target)
    ranks = target_ranks(Fixed(scores), cycle_reader, asked, cycle_split.candidates)
    assert ranks.tolist() == [1]


def test_ties_count_against_the_target(cycle_reader: HistoryReader, cycle_split: Split) -> None:
    seen = set(cycle_reader.log.items[:2].tolist())
    unseen = [item for item in range(1, 6) if item not in seen]
    asked = _ask(cycle_reader, unseen[0])
    ranks = target_ranks(Fixed([0.0] * 7), cycle_reader, asked, cycle_split.candidates)
    assert ranks.tolist() == [len(unseen)]


def test_items_that_are_no_candidates_do_not_take_places(
    cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    scores = [0.0] * 6 + [9.0]  # item 6 was never touched
    asked = _ask(cycle_reader, 3, length=0)
    ranks = target_ranks(Fixed(scores), cycle_reader, asked, cycle_split.candidates)
    assert ranks.tolist() == [5]
    everything = np.array([False] + [True] * 6)
    ranks = target_ranks(Fixed(scores), cycle_reader, asked, everything)
    assert ranks.tolist() == [6]


def test_a_repeated_target_still_competes(cycle_reader: HistoryReader, cycle_split: Split) -> None:
    seen = int(cycle_reader.log.items[0])
    scores = [0.0] * 7
    scores[seen] = 5.0
    asked = _ask(cycle_reader, seen)
    ranks = target_ranks(Fixed(scores), cycle_reader, asked, cycle_split.candidates)
    assert ranks.tolist() == [1]
