from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.models.base import FitData
from recengine.models.youtube_dnn import (
    YouTubeDNN,
    YouTubeDNNConfig,
    YouTubeRank,
    YouTubeRankConfig,
    popularity_quantiles,
    powers,
    value_weights,
)
from recengine.training.fitting import Training


def test_each_position_averages_the_last_events_up_to_it(cycle_data: FitData) -> None:
    torch.manual_seed(0)
    model = YouTubeDNN(YouTubeDNNConfig(embedding_dim=4, num_events=2), cycle_data)
    items = torch.tensor([[3, 1, 4, 2]])
    vectors, means = model.watched(items)[0], model.averages(items)[0]
    torch.testing.assert_close(means[0], vectors[0])
    torch.testing.assert_close(means[1], vectors[:2].mean(dim=0))
    torch.testing.assert_close(means[3], vectors[2:].mean(dim=0))


@torch.inference_mode()
def test_the_tower_knows_person_and_moment(
    cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    torch.manual_seed(0)
    model = YouTubeDNN.fit(cycle_data).eval()
    asked = cycle_split.test.take(np.arange(2))
    read = cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)
    plain = model.score(read)[:, 1:]
    elsewhere = model.score(replace(read, profile=3 - read.profile))[:, 1:]
    later = model.score(replace(read, request=read.request + 1))[:, 1:]
    assert not torch.equal(plain, elsewhere)
    assert not torch.equal(plain, later)


def test_a_number_enters_as_itself_its_square_and_its_root() -> None:
    assert powers(torch.tensor([0.25])).tolist() == [[0.25, 0.0625, 0.5]]


def test_popularity_is_the_share_of_less_popular_items(cycle_data: FitData) -> None:
    quantiles, counts = popularity_quantiles(cycle_data), cycle_data.item_counts
    for item in range(7):
        assert quantiles[item] == pytest.approx(float((counts < counts[item]).float().mean()))


def test_values_weigh_against_their_mean(cycle_data: FitData) -> None:
    weights, train = value_weights(cycle_data), cycle_data.train
    assert weights[0] == 1.0
    assert weights[3] == pytest.approx(3.0 / train.values.mean(), rel=1e-5)
    assert weights[train.value_codes.astype(int)].mean() == pytest.approx(1.0, rel=1e-5)


def test_data_without_values_weighs_every_choice_alike(cycle_data: FitData) -> None:
    train = cycle_data.train
    blank = replace(train, values=np.full_like(train.values, np.nan))
    assert (value_weights(replace(cycle_data, train=blank)) == 1).all()


def test_a_choice_counts_as_much_as_its_value(cycle_data: FitData) -> None:
    model = YouTubeRank.fit(cycle_data)
    logits = torch.tensor([[0.3, -0.2, -torch.inf]])
    parts = [model.shortlist_loss(logits, torch.tensor([code])).item() for code in (1, 3)]
    chosen = float(torch.log1p(torch.exp(torch.tensor(-0.3))))
    weights = model.weight_of
    assert parts[1] - parts[0] == pytest.approx(chosen * float(weights[3] - weights[1]), rel=1e-4)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="num_events=0 must be at least 1"):
        YouTubeDNNConfig(num_events=0)


def test_retrieval_learns_a_circle_from_the_last_event(
    train_on_cycle: Callable[..., Training],
) -> None:
    config = YouTubeDNNConfig(embedding_dim=16, hidden_dim=32, num_events=1, dropout=0.0)
    assert train_on_cycle(YouTubeDNN, config).validation["training"] > 0.9


def test_ranking_learns_a_circle(train_on_cycle: Callable[..., Training]) -> None:
    config = YouTubeRankConfig(embedding_dim=8, prefixes=4, negatives=6, dropout=0.0)
    assert train_on_cycle(YouTubeRank, config).validation["training"] > 0.9
