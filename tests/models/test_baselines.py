from dataclasses import replace

import numpy as np
import pytest
import torch

from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.models.base import FitData
from recengine.models.popularity import Popularity, RecentPopularity
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig, solve_ease
from recengine.models.text_cosine import TextCosine


def test_popularity_ranks_by_count(cycle_data: FitData) -> None:
    counts = cycle_data.item_counts
    order = Popularity.fit(cycle_data).log_counts.argsort(descending=True)
    assert (counts[order].diff() <= 0).all()


def test_recent_popularity_counts_only_the_last_window(cycle_data: FitData) -> None:
    train = cycle_data.train
    late = train.times >= np.quantile(train.times, 0.9)
    recent = np.bincount(train.items[late], minlength=cycle_data.vocab)
    ranked = RecentPopularity.fit(cycle_data).log_counts
    assert torch.equal(torch.expm1(ranked).round().long(), torch.from_numpy(recent))


def test_ease_solves_the_ridge_regression_without_self_similarity(cycle_data: FitData) -> None:
    weights = solve_ease(cycle_data, 2.0)[1:6, 1:6].numpy()
    train = cycle_data.train
    chosen = np.zeros((train.num_users, 5), dtype=np.float32)
    chosen[train.users, train.items - 1] = 1
    for item in range(5):  # column by column: regress the item on the others
        others = [other for other in range(5) if other != item]
        gram = chosen[:, others].T @ chosen[:, others] + 2.0 * np.eye(4)
        solved = np.linalg.solve(gram, chosen[:, others].T @ chosen[:, item])
        np.testing.assert_allclose(weights[others, item], solved, atol=1e-4)
        assert weights[item, item] == 0


def test_recent_events_count_more(
    cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test.take(np.array([0]))
    one = cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=3)
    config = RecencyEaseConfig(l2=2.0, decay_events=1.0)
    parts = RecencyEase.fit(cycle_data, config).event_parts(one)
    weights = solve_ease(cycle_data, 2.0)[one.items[0]]
    ratio = parts.abs().sum(dim=1) / weights.abs().sum(dim=1)
    torch.testing.assert_close(ratio, torch.exp(-torch.tensor([2.0, 1.0, 0.0])))


def test_impossible_ease_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"l2=0.0.*above 0"):
        RecencyEaseConfig(l2=0.0)


def test_text_cosine_without_texts_is_one_clear_message(cycle_data: FitData) -> None:
    with pytest.raises(ConfigError, match=r"text-cosine needs item texts.*title column"):
        TextCosine.fit(replace(cycle_data, text=None))
