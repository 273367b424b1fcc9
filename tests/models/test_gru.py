"""The recurrent ranker, on the world where the next item is certain and on one with tastes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from recengine.data.dataset import Dataset
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Questions, Split, leave_last_out
from recengine.errors import ConfigError, DataError
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData, RatingPredictor
from recengine.models.gru import GRU, GRUConfig
from recengine.training.fitting import RankerTrainer, Recipe, Training
from recengine.training.trainer import TrainerConfig

SMALL = GRUConfig(embedding_dim=16, max_length=20, dropout=0.0)


def test_it_learns_that_items_follow_each_other(
    train_on_cycle: Callable[..., Training], cycle_split: Split, cycle_reader: HistoryReader
) -> None:
    model = train_on_cycle(GRU, SMALL).model
    ranks = target_ranks(model, cycle_reader, cycle_split.test, cycle_split.candidates)
    assert (ranks == 1).mean() > 0.95


def test_later_events_do_not_change_earlier_states(
    cycle_data: FitData, histories: Histories
) -> None:
    model = GRU(SMALL, cycle_data).eval()
    changed = {name: getattr(histories, name).clone() for name in ("items", "values", "gaps")}
    for codes in changed.values():
        codes[:, 4:] = 1
    before, after = model.hidden(histories), model.hidden(replace(histories, **changed))
    assert torch.equal(before[:, :4], after[:, :4])
    assert not torch.equal(before[:, 4:], after[:, 4:])


@pytest.mark.parametrize("field", ["values", "gaps"])
def test_it_reads_ratings_and_time_gaps(
    cycle_data: FitData, histories: Histories, field: str
) -> None:
    model = GRU(SMALL, cycle_data).eval()
    other = replace(histories, **{field: torch.ones_like(getattr(histories, field))})
    assert not torch.equal(model.score(histories), model.score(other))


@pytest.fixture(scope="module")
def tastes() -> Dataset:
    """Half the people like even items and half like odd ones; ratings say so, order does not."""
    rng = np.random.default_rng(0)
    rows = []
    for user in range(80):
        for step, item in enumerate(rng.permutation(12)):
            liked = item % 2 == user % 2
            rows.append((f"u{user}", f"i{item}", 1_700_000_000 + step * 60, 5.0 if liked else 1.0))
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp", "value"])
    table.insert(3, "event", "rating")
    items = pd.DataFrame({"item_id": [f"i{item}" for item in range(12)]})
    items["title"], items["categories"] = items["item_id"], [[] for _ in range(12)]
    users = pd.DataFrame({"user_id": [f"u{user}" for user in range(80)]})
    return Dataset(name="tastes", title="Tastes", interactions=table, items=items, users=users)


def rated_questions(split: Split, dataset: Dataset) -> tuple[Histories, torch.Tensor, torch.Tensor]:
    asked: Questions = split.test
    reader = HistoryReader(split.log, dataset.profiles)
    read = reader.read(asked.users, asked.starts, asked.stops, max_length=20)
    values = torch.from_numpy(split.log.values[asked.stops])
    return read, torch.from_numpy(asked.targets.astype(np.int64)), values


def test_it_foretells_ratings_better_than_the_mean(tastes: Dataset, tmp_path: Path) -> None:
    split = leave_last_out(tastes)
    data = FitData(tastes, split.train, split.candidates)
    recipe = Recipe(
        model=replace(SMALL, rating_weight=1.0),
        trainer=TrainerConfig(epochs=15, batch_size=8, learning_rate=0.01, patience=15),
    )
    model = RankerTrainer(GRU, data, split, recipe, {}, tmp_path, resume=False).run().model
    assert isinstance(model, RatingPredictor)
    read, items, values = rated_questions(split, tastes)
    error = (model.predict_ratings(read, items) - values).square().mean().sqrt()
    spread = (float(split.train.values.mean()) - values).square().mean().sqrt()
    assert error < 0.6 * spread


def test_untrained_it_foretells_the_shrunk_mean_of_each_item(
    cycle_data: FitData, histories: Histories
) -> None:
    model, train = GRU(SMALL, cycle_data).eval(), cycle_data.train
    items = torch.tensor([1, 2, 3, 4, 5, 6])
    expected = []
    for item in items.tolist():
        own, mean = train.values[train.items == item], train.values.mean()
        expected.append(float(mean + (own - mean).sum() / (len(own) + 5)))
    predicted = model.predict_ratings(histories, items)
    torch.testing.assert_close(predicted, torch.tensor(expected), atol=1e-4, rtol=1e-4)


def test_without_ratings_it_says_so(cycle_dataset: Dataset, histories: Histories) -> None:
    silent = replace(cycle_dataset, interactions=cycle_dataset.interactions.assign(value=np.nan))
    split = leave_last_out(silent)
    model = GRU(SMALL, FitData(silent, split.train, split.candidates)).eval()
    with pytest.raises(DataError, match=r"cannot be foretold: no event .* has a value"):
        model.predict_ratings(histories, torch.ones(6, dtype=torch.long))


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="num_layers=0 must be at least 1"):
        GRUConfig(num_layers=0)
    with pytest.raises(ConfigError, match=r"rating_weight=-1\.0 must be 0"):
        GRUConfig(rating_weight=-1.0)
