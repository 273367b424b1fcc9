from typing import ClassVar

import numpy as np
import pytest
import torch
from jaxtyping import Float, Int
from torch import Tensor

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Questions, Split
from recengine.errors import TrainingError
from recengine.evaluation.ranking import answers_of, target_ranks
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


class Foretelling(Fixed):
    """Foretells that everything is rated by its number."""

    knows_ratings = True

    def predict_ratings(
        self, histories: Histories, items: Int[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        return items.float() + 0 * histories.lengths


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


def test_answers_agree_with_softmax_and_sorting_by_hand(
    cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = _ask(cycle_reader, 4, length=0)
    answers = answers_of(
        Fixed([9.0, 1.0, 5.0, 2.0, 4.0, 3.0, 8.0]), cycle_reader, asked, cycle_split.candidates
    )
    competing = np.exp([1.0, 5.0, 2.0, 4.0, 3.0])  # neither padding nor item 6
    assert answers.ranks.tolist() == [2]
    assert answers.competitors.tolist() == [5]
    assert answers.lists[0, :6].tolist() == [2, 4, 5, 3, 1, 0]
    expected = np.exp([5.0, 4.0, 3.0, 2.0, 1.0]) / competing.sum()
    np.testing.assert_allclose(answers.list_probabilities[0, :5], expected, rtol=1e-5)
    assert (answers.list_probabilities[0, 5:] == 0).all()
    assert answers.log_probabilities[0] == pytest.approx(4 - np.log(competing.sum()), rel=1e-5)


def test_a_temperature_changes_probabilities_and_no_place(
    cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = _ask(cycle_reader, 4, length=0)
    common = (
        Fixed([9.0, 1.0, 5.0, 2.0, 4.0, 3.0, 8.0]), cycle_reader, asked, cycle_split.candidates
    )  # fmt: skip
    plain, scaled = answers_of(*common), answers_of(*common, temperature=2.0)
    for name in ("ranks", "competitors", "lists"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(scaled, name))
    total = np.exp(np.array([1.0, 5.0, 2.0, 4.0, 3.0]) / 2).sum()
    expected = np.exp(np.array([5.0, 4.0, 3.0, 2.0, 1.0]) / 2) / total
    np.testing.assert_allclose(scaled.list_probabilities[0, :5], expected, rtol=1e-5)
    assert (scaled.list_probabilities[0, 5:] == 0).all()
    assert scaled.log_probabilities[0] == pytest.approx(4 / 2 - np.log(total), rel=1e-5)


def test_log_loss_and_lists_agree_with_scikit_learn(
    cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    from sklearn.metrics import log_loss

    asked = cycle_split.test
    scores = [0.0, 0.3, 1.2, -0.4, 2.0, 0.1, 0.0]
    unseen = asked.take(np.arange(len(asked)))
    empty = type(asked)(unseen.users, unseen.starts, unseen.starts, unseen.targets)
    answers = answers_of(Fixed(scores), cycle_reader, empty, cycle_split.candidates)
    shares = np.exp(scores[1:6]) / np.exp(scores[1:6]).sum()
    theirs = log_loss(asked.targets, np.tile(shares, (len(asked), 1)), labels=np.arange(1, 6))
    assert -answers.log_probabilities.mean() == pytest.approx(theirs, rel=1e-5)


def test_the_held_out_item_stands_in_its_list_at_its_rank(
    cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    scores = [0.0, 1.0, 1.0, 1.0, 0.5, 1.0, 0.0]  # ties count against the held-out item
    for target, length in ((3, 0), (4, 0), (int(cycle_reader.log.items[0]), 2)):
        asked = _ask(cycle_reader, target, length)
        answers = answers_of(Fixed(scores), cycle_reader, asked, cycle_split.candidates)
        place = int(answers.ranks[0]) - 1
        assert answers.lists[0, place] == target
        shown = answers.lists[0][answers.lists[0] > 0].tolist()
        assert len(shown) == len(set(shown)) == answers.competitors[0]


def test_ranks_are_the_same_with_and_without_the_rest(
    cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    scores = torch.linspace(0, 1, 7).tolist()
    common = (cycle_reader, cycle_split.test, cycle_split.candidates)
    answers = answers_of(Fixed(scores), *common)
    np.testing.assert_array_equal(answers.ranks, target_ranks(Fixed(scores), *common))
    assert np.isnan(answers.foretold).all()


def test_ratings_are_foretold_by_those_who_can(
    cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test
    ranker = Foretelling([0.0] * 7)
    answers = answers_of(ranker, cycle_reader, asked, cycle_split.candidates)
    np.testing.assert_array_equal(answers.foretold, asked.targets.astype(np.float32))
    np.testing.assert_array_equal(answers.given, cycle_reader.log.values[asked.stops])


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_name_the_ranker(
    cycle_reader: HistoryReader, cycle_split: Split, broken: float
) -> None:
    ranker = Fixed([0.0, broken, 0.0, 0.0, 0.0, 0.0, 0.0])
    with pytest.raises(TrainingError, match="'fixed' gives scores that are not finite"):
        target_ranks(ranker, cycle_reader, cycle_split.test, cycle_split.candidates)
