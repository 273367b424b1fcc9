from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from recengine.data.batches import TrainingBatch, epoch_batches
from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.splits import Split, leave_last_out
from recengine.errors import ConfigError, DataError
from recengine.models.base import FitData, RatingPredictor
from recengine.models.biased_mf import BiasedMF, BiasedMFConfig
from recengine.training.fitting import RankerTrainer, Recipe
from recengine.training.trainer import TrainerConfig
from recengine.training.validation import Validation


@pytest.fixture
def rated_dataset(cycle_dataset: Dataset) -> Dataset:
    """Item i is rated i + 1, half a point more by every second person."""
    table = cycle_dataset.interactions
    items = table["item_id"].str[1:].astype(int)
    generous = table["user_id"].str[1:].astype(int) % 2
    ratings = (1 + items + 0.5 * generous).astype(float)
    return replace(cycle_dataset, interactions=table.assign(value=ratings))


@pytest.fixture
def rated_split(rated_dataset: Dataset) -> Split:
    return leave_last_out(rated_dataset)


@pytest.fixture
def rated_data(rated_dataset: Dataset, rated_split: Split) -> FitData:
    return FitData(rated_dataset, rated_split.train, rated_split.candidates)


@pytest.fixture
def batch(rated_data: FitData) -> TrainingBatch:
    reader = HistoryReader(rated_data.train, rated_data.dataset.profiles)
    return next(epoch_batches(reader, batch_size=8, max_length=20, seed=0, epoch=0))


def with_values(data: FitData, value: float) -> FitData:
    table = data.dataset.interactions.assign(value=value)
    dataset = replace(data.dataset, interactions=table)
    split = leave_last_out(dataset)
    return FitData(dataset, split.train, split.candidates)


def test_without_factors_and_offsets_the_mean_is_predicted(
    rated_data: FitData, batch: TrainingBatch
) -> None:
    model = BiasedMF.fit(rated_data)
    assert isinstance(model, RatingPredictor)
    torch.nn.init.zeros_(model.users)
    predicted = model.predict_ratings(batch.histories, batch.targets[:, 0])
    mean = float(np.mean(rated_data.train.values))
    torch.testing.assert_close(predicted, torch.full((len(predicted),), mean))


def test_the_loss_is_the_mean_squared_error_and_the_size_of_the_factors(
    rated_data: FitData, batch: TrainingBatch
) -> None:
    model = BiasedMF.fit(rated_data, BiasedMFConfig(embedding_dim=3, l2=0.5))
    model.requires_grad_(False)
    values = rated_data.train.values
    summed, count = 0.0, 0
    for row, user in enumerate(batch.histories.users):
        for item, rating in zip(batch.targets[row], batch.target_values[row], strict=True):
            if item == 0:
                continue
            p, q = model.users[user], model.items[item]
            error = float(p @ q) - (float(rating) - values.mean()) / values.std()
            summed += error**2 + 0.5 * float(p @ p + q @ q)
            count += 1
    assert model.training_loss(batch).item() == pytest.approx(summed / count, rel=1e-4)


def test_events_without_a_rating_are_not_learnt_from(
    rated_data: FitData, batch: TrainingBatch
) -> None:
    model = BiasedMF.fit(rated_data)
    silent = replace(batch, target_values=torch.full_like(batch.target_values, torch.nan))
    assert model.training_loss(silent).item() == 0


def test_training_learns_who_rates_what_how(
    rated_data: FitData, rated_split: Split, tmp_path: Path
) -> None:
    config = TrainerConfig(epochs=20, batch_size=8, learning_rate=0.05, average=0.9)
    recipe = Recipe(model=BiasedMFConfig(embedding_dim=2, l2=0.001), trainer=config)
    trainer = RankerTrainer(BiasedMF, rated_data, rated_split, recipe, {}, tmp_path, resume=False)
    untrained = trainer.validation(trainer.model)
    trained = trainer.run()
    asked = rated_split.validation
    spread = rated_split.log.values[asked.stops].std()
    assert untrained == pytest.approx(-spread, rel=0.2)
    assert -0.3 * spread < trained.validation["training"] < 0


def test_validation_is_minus_the_error_of_the_rated_targets(
    rated_data: FitData, rated_split: Split
) -> None:
    model = BiasedMF.fit(rated_data)
    validation = Validation(rated_split, rated_data.dataset, users=2000, max_length=20)
    asked = rated_split.validation
    reader = HistoryReader(rated_split.log, rated_data.dataset.profiles)
    histories = reader.read(asked.users, asked.starts, asked.stops, max_length=20)
    items = torch.from_numpy(asked.targets.astype(np.int64))
    with torch.inference_mode():
        predicted = model.predict_ratings(histories, items).numpy()
    truth = 1.0 + (asked.targets - 1) + 0.5 * (asked.users % 2)
    error = np.sqrt(((predicted - truth) ** 2).mean())
    assert validation(model) == pytest.approx(-error, rel=1e-5)


def test_validation_without_ratings_is_one_clear_message(
    rated_data: FitData, cycle_split: Split
) -> None:
    log = cycle_split.log
    unrated = replace(cycle_split, log=replace(log, values=np.full_like(log.values, np.nan)))
    validation = Validation(unrated, rated_data.dataset, users=2000, max_length=20)
    with pytest.raises(DataError, match=r"None of the events held out.*has a rating"):
        validation(BiasedMF.fit(rated_data))


def test_predictions_stay_on_the_scale_of_the_data(
    rated_data: FitData, batch: TrainingBatch
) -> None:
    model = BiasedMF.fit(rated_data)
    torch.nn.init.constant_(model.item_offsets, 99.0)
    predicted = model.predict_ratings(batch.histories, batch.targets[:, 0])
    assert (predicted == 5.5).all()


def test_made_up_people_get_the_items_means(rated_data: FitData, batch: TrainingBatch) -> None:
    model = BiasedMF.fit(rated_data)
    torch.nn.init.normal_(model.item_offsets)
    torch.nn.init.normal_(model.user_offsets)
    unknown = replace(batch.histories, users=torch.full_like(batch.histories.users, -1))
    scores = model.score(unknown)
    assert torch.equal(scores[0], scores[1])
    mean, spread, _, _ = model.scale
    torch.testing.assert_close(scores[0, 1:], mean + spread * model.item_offsets[1:])


def test_data_without_ratings_is_one_clear_message(rated_data: FitData) -> None:
    with pytest.raises(ConfigError, match=r"biased-mf predicts ratings and 'cycle' has none"):
        BiasedMF.fit(with_values(rated_data, float("nan")))


def test_equal_ratings_are_foretold(rated_data: FitData, batch: TrainingBatch) -> None:
    model = BiasedMF.fit(with_values(rated_data, 3.0))
    assert (model.predict_ratings(batch.histories, batch.targets[:, 0]) == 3.0).all()
    assert torch.isfinite(model.score(batch.histories)[:, 1:]).all()
