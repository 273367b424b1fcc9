import numpy as np
import torch

from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.models.base import FitData
from recengine.models.text_cosine import TextConfig
from recengine.models.text_euclid import TextEuclid


def test_items_are_ranked_by_distance_to_the_weighted_mean_of_the_history(
    cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test.take(np.arange(5))
    histories = cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=9)
    scores = TextEuclid.fit(cycle_data, TextConfig(decay_events=2.0)).score(histories)
    for row in range(5):
        length = int(histories.lengths[row])
        weights = np.exp(-np.arange(length)[::-1] / 2.0)
        vectors = cycle_data.text[histories.items[row, :length].numpy() - 1]
        mean = (weights[:, None] * vectors).sum(axis=0) / weights.sum()
        nearest_first = np.argsort(np.linalg.norm(cycle_data.text - mean, axis=1))
        assert scores[row, 1:].argsort(descending=True).tolist() == nearest_first.tolist()


def test_the_score_is_minus_the_squared_distance_to_a_single_event(
    cycle_data: FitData, cycle_reader: HistoryReader
) -> None:
    zero = np.array([0])
    one = cycle_reader.read(zero, zero, zero + 1, max_length=5)
    scores = TextEuclid.fit(cycle_data).score(one)[0, 1:]
    vectors = torch.from_numpy(cycle_data.text)
    distances = (vectors - vectors[one.items[0, 0] - 1]).square().sum(dim=1)
    torch.testing.assert_close(scores, -distances, atol=1e-4, rtol=1e-4)
