from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from recengine.data.histories import HistoryReader
from recengine.data.splits import Split, leave_last_out
from recengine.data.workspace import Workspace
from recengine.errors import ConfigError
from recengine.models import MODELS
from recengine.models.als import ALS
from recengine.models.base import FitData, Ranker, TrainedRanker, WeightedRanker
from recengine.models.bpr import BPR
from recengine.models.ease import Ease, EaseConfig
from recengine.models.item_knn import ItemKNN
from recengine.models.popularity import Popularity, RecentPopularity
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig, solve_ease
from recengine.models.text_cosine import TextConfig, TextCosine
from recengine.models.unified import Unified
from recengine.training.rankers import stored_fit


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


@torch.inference_mode()
def test_ease_counts_every_event_the_same(
    cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test.take(np.array([3]))
    one = cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)
    recent = RecencyEase.fit(cycle_data, RecencyEaseConfig(decay_events=1e6))
    plain = Ease.fit(cycle_data)
    plain.build_on({RecencyEase.name: recent})
    torch.testing.assert_close(plain.score(one), recent.score(one), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("model", [ItemKNN, ALS, BPR], ids=["item-knn", "als", "bpr"])
def test_kept_weights_score_as_the_computed_ones_did(
    model: type[WeightedRanker],
    cycle_data: FitData,
    cycle_reader: HistoryReader,
    cycle_split: Split,
    tmp_path: Path,
) -> None:
    asked = cycle_split.test.take(np.arange(9))
    histories = cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)
    workspace, config = Workspace(tmp_path), model.config_class()
    computed = stored_fit(model, config, cycle_data, workspace)
    told = []
    kept = stored_fit(model, config, cycle_data, workspace, lambda *step: told.append(step))
    assert not told
    assert kept.config == config
    assert torch.equal(kept.score(histories), computed.score(histories))


CLOSED_FORM = [m for m in MODELS.values() if not issubclass(m, TrainedRanker | Unified)]


@pytest.mark.parametrize("model", CLOSED_FORM, ids=[m.name for m in CLOSED_FORM])
@pytest.mark.parametrize("value", [float("nan"), 1.0], ids=["no values", "equal values"])
def test_rankers_without_epochs_need_no_values(
    model: type[Ranker],
    value: float,
    cycle_data: FitData,
    cycle_reader: HistoryReader,
    cycle_split: Split,
) -> None:
    table = cycle_data.dataset.interactions.assign(value=value)
    dataset = replace(cycle_data.dataset, interactions=table)
    data = replace(cycle_data, dataset=dataset, train=leave_last_out(dataset).train)

    def scores(data: FitData) -> torch.Tensor:
        made = model.fit(data)
        made.build_on({name: MODELS[name].fit(data) for name in made.builds_on})
        asked = cycle_split.test.take(np.arange(3))
        return made.score(cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20))

    assert torch.equal(scores(data), scores(cycle_data))


def test_impossible_settings_of_closed_forms_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"l2=-1.0 must be above 0"):
        EaseConfig(l2=-1.0)
    with pytest.raises(ConfigError, match=r"decay_events=0.0 must be above 0"):
        TextConfig(decay_events=0.0)
