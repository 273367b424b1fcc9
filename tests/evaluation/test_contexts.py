from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.dataset import Dataset
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.evaluation.contexts import ask_moments, hidden, moments_of, shuffled
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData, Ranker

MOMENTS = np.array([[1, 10], [2, 20], [3, 30], [4, 40]])


class ListensToWeather(Ranker):
    """Puts one item first in one weather, another in the other, nothing without."""

    name: ClassVar[str] = "weather"
    label: ClassVar[str] = "Weather"

    @classmethod
    def fit(cls, data: FitData) -> "ListensToWeather":
        raise NotImplementedError

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        scores = torch.zeros(len(histories), 7)
        rows = torch.arange(len(histories))
        scores[rows, histories.request[:, 0]] = 1.0
        scores[histories.request[:, 0] == 0] = 0.0
        return scores


def test_a_hidden_feature_is_unknown_and_the_others_stay() -> None:
    assert hidden(MOMENTS, [1]).tolist() == [[1, 0], [2, 0], [3, 0], [4, 0]]
    assert hidden(MOMENTS, slice(None)).tolist() == [[0, 0]] * 4
    assert MOMENTS[0].tolist() == [1, 10]


def test_shuffling_keeps_the_values_and_leaves_other_features_alone() -> None:
    mixed = shuffled(MOMENTS, [1], np.random.default_rng(3))
    assert mixed[:, 0].tolist() == [1, 2, 3, 4]
    assert sorted(mixed[:, 1]) == [10, 20, 30, 40]
    assert mixed[:, 1].tolist() != [10, 20, 30, 40]


def test_features_that_are_shuffled_together_stay_together() -> None:
    mixed = shuffled(MOMENTS, slice(None), np.random.default_rng(3))
    assert (mixed[:, 1] == 10 * mixed[:, 0]).all()


@pytest.fixture
def everything_competes(cycle_dataset: Dataset, cycle_split: Split) -> HistoryReader:
    """In the circle everybody has seen everything soon; what was seen competes as well."""
    return HistoryReader(replace(cycle_split.log, repeats=True), cycle_dataset.profiles)


def test_what_the_ranker_needs_is_lost_when_it_is_hidden(
    everything_competes: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test
    moments = moments_of(everything_competes.log, asked)
    told = asked.take(np.flatnonzero(asked.targets == moments[:, 0]))  # where it is right
    assert len(told) > 3
    answers = ask_moments(ListensToWeather(), everything_competes, told, cycle_split.candidates)
    assert (answers.known == 1.0).all()
    assert (answers.unknown < 0.7).all()  # all score alike, and ties count against it
    assert np.array_equal(answers.without[0], answers.unknown)
    assert np.array_equal(answers.alone[0], answers.known)
    assert answers.shuffled.mean() < 1.0
    assert len(answers.mixed) == 1


def test_repeats_compete_where_people_choose_the_same_again(
    cycle_reader: HistoryReader, everything_competes: HistoryReader, cycle_split: Split
) -> None:
    plain, repeating = (
        target_ranks(ListensToWeather(), reader, cycle_split.test, cycle_split.candidates)
        for reader in (cycle_reader, everything_competes)
    )
    assert (plain < repeating).all()
    assert (repeating == 5).all()  # everything scores alike: the last of all five


@pytest.mark.parametrize("told", [True, False])
def test_ranks_follow_the_moment_that_is_told(
    told: bool, everything_competes: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test.take(np.arange(4))
    moments = asked.targets[:, None].astype(np.int64) if told else None
    ranks = target_ranks(
        ListensToWeather(), everything_competes, asked, cycle_split.candidates, moments=moments
    )
    assert (ranks == 1).all() == told
