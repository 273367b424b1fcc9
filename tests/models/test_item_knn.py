import numpy as np
import pytest
import torch

from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.models.base import FitData
from recengine.models.interactions import choice_counts, choices
from recengine.models.item_knn import ItemKNN, ItemKNNConfig


def dense(model: ItemKNN) -> torch.Tensor:
    """The whole matrix of similarities, [i, j]: how much having i speaks for j."""
    weights = torch.zeros(len(model.similarities), len(model.similarities))
    return weights.scatter_add_(1, model.neighbours, model.similarities)


def test_an_item_chosen_twice_is_one_choice_of_two_counts(cycle_data: FitData) -> None:
    twice = choice_counts(cycle_data).toarray()
    assert twice.sum() == len(cycle_data.train.items)
    assert twice.max() > 1
    np.testing.assert_array_equal(choices(cycle_data).toarray(), twice > 0)


def test_similarity_is_the_shrunk_cosine_of_who_chose(cycle_data: FitData) -> None:
    model = ItemKNN.fit(cycle_data, ItemKNNConfig(neighbours=6, shrinkage=3.0))
    chosen = choices(cycle_data).toarray()
    one, other = chosen[:, 2], chosen[:, 4]
    cosine = (one @ other) / (np.sqrt(one.sum() * other.sum()) + 3.0)
    weights = dense(model)
    assert float(weights[2, 4]) == pytest.approx(cosine, rel=1e-5)
    torch.testing.assert_close(weights, weights.T)
    assert (weights.diagonal() == 0).all()
    assert (weights[6] == 0).all()  # never touched


def test_only_the_nearest_neighbours_are_kept(cycle_data: FitData) -> None:
    whole = dense(ItemKNN.fit(cycle_data, ItemKNNConfig(neighbours=6)))
    some = dense(ItemKNN.fit(cycle_data, ItemKNNConfig(neighbours=2)))
    assert ((some > 0).sum(dim=1)[1:6] == 2).all()
    torch.testing.assert_close(some.amax(dim=1), whole.amax(dim=1))


def test_recent_events_speak_louder(
    cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test.take(np.array([0]))
    one = cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=3)
    model = ItemKNN.fit(cycle_data, ItemKNNConfig(decay_events=1.0))
    loudness = model.event_parts(one).sum(dim=1) / dense(model)[one.items[0]].sum(dim=1)
    torch.testing.assert_close(loudness, torch.exp(-torch.tensor([2.0, 1.0, 0.0])))


def test_another_decay_keeps_the_neighbours(cycle_data: FitData) -> None:
    model = ItemKNN.fit(cycle_data, ItemKNNConfig(decay_events=2.0))
    slower = model.refit(cycle_data, ItemKNNConfig(decay_events=9.0))
    assert slower.neighbours is model.neighbours
    assert slower.config.decay_events == 9.0
    fewer = model.refit(cycle_data, ItemKNNConfig(neighbours=3))
    assert fewer.neighbours.shape == (7, 3)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"neighbours=0 must be at least 1"):
        ItemKNNConfig(neighbours=0)
