"""What every forecaster promises, checked over the list."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from recengine.errors import DataError
from recengine.interests.forecasting import FORECASTERS
from recengine.interests.forecasting.base import UNITS, Horizons, Past
from recengine.interests.forecasting.fitting import FitConfig, fit
from recengine.interests.forecasting.forecaster import Forecaster
from recengine.interests.forecasting.learned import Learned
from recengine.interests.forecasting.sequences import DAY, InterestSequences
from recengine.interests.forecasting.store import Fitted, load_fitted, save_fitted
from recengine.interests.forecasting.task import ForecastTask
from recengine.training.trainer import TrainerConfig
from tests.interests.forecasting.conftest import returning, sequences_of

QUICK = FitConfig(trainer=TrainerConfig(epochs=1, batch_size=16), batches=2)
LEARNED = [name for name, kind in FORECASTERS.items() if kind.learned]


@pytest.fixture(scope="module", params=list(FORECASTERS))
def fitted(request, drifting: ForecastTask, tmp_path_factory) -> Forecaster:
    return fit(request.param, drifting, tmp_path_factory.mktemp("fit"), QUICK)[0]


@pytest.mark.parametrize("unit", UNITS)
def test_a_forecast_has_a_mean_and_draws_around_it(fitted, drifting, unit) -> None:
    questions = drifting.validation_questions(unit)
    past = drifting.sequences.past(questions)
    found = fitted.forecast(past, Horizons(unit, (1, 5, 30)), num_samples=40)
    assert found.mean.shape == (len(questions), 3, 6)
    assert found.samples.shape == (len(questions), 40, 3, 6)
    assert torch.isfinite(found.samples).all()
    assert found.samples.std(dim=1).min() > 0
    away = (found.samples.mean(dim=1) - found.mean).abs().mean()
    assert away < found.samples.std(dim=1).mean()


def test_the_same_seed_gives_the_same_draws(fitted, drifting) -> None:
    past = drifting.sequences.past(drifting.validation_questions("events"))
    horizons = Horizons("events", (2,))
    one, same, other = (fitted.forecast(past, horizons, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one.samples, same.samples)
    assert not torch.equal(one.samples, other.samples)
    assert torch.equal(one.mean, other.mean)


def test_a_single_vector_is_past_enough(fitted, drifting) -> None:
    known = drifting.sequences.past(drifting.validation_questions("days"))
    one = Past(known.vectors[:1, :1], known.days[:1, :1], torch.tensor([1]))
    assert torch.isfinite(fitted.forecast(one, Horizons("days", (30,))).samples).all()


def test_padding_says_nothing(fitted, drifting) -> None:
    past = drifting.sequences.past(drifting.validation_questions("events"))
    short = Past(past.vectors[:, :4], past.days[:, :4], torch.full((len(past),), 4))
    noisy = past.vectors.clone()
    noisy[:, 4:] = 99
    long = Past(noisy, past.days, torch.full((len(past),), 4))
    horizons = Horizons("events", (1, 10))
    torch.testing.assert_close(
        fitted.forecast(short, horizons).mean, fitted.forecast(long, horizons).mean,
        atol=1e-4, rtol=1e-4,
    )  # fmt: skip


def test_stored_and_read_again_it_answers_the_same(fitted, drifting, tmp_path: Path) -> None:
    past = drifting.sequences.past(drifting.validation_questions("events"))
    factors = {("events", "shares"): torch.full((4, 3), 1.5)}
    save_fitted(tmp_path / "kept.safetensors", Fitted(fitted, factors, {"ranker": "unified"}))
    again = load_fitted(tmp_path / "kept.safetensors")
    assert again.facts["ranker"] == "unified"
    assert again.factors["events", "shares"].tolist() == [[1.5] * 3] * 4
    horizons = Horizons("events", (1, 4))
    torch.testing.assert_close(
        again.forecaster.forecast(past, horizons).samples,
        fitted.forecast(past, horizons).samples,
    )


@pytest.mark.parametrize("name", LEARNED)
def test_untrained_it_is_persistence(name: str, drifting: ForecastTask) -> None:
    forecaster = FORECASTERS[name].prepare(drifting).eval()
    assert isinstance(forecaster, Learned)
    past = drifting.sequences.past(drifting.validation_questions("events"))
    mean = forecaster.forecast(past, Horizons("events", (1, 10))).mean
    torch.testing.assert_close(mean, past.last[:, None].expand_as(mean), atol=0.05, rtol=0.05)


@pytest.mark.parametrize("name", LEARNED)
def test_a_planted_return_is_learnt(name: str, drifting: ForecastTask, tmp_path: Path) -> None:
    config = FitConfig(
        trainer=TrainerConfig(epochs=3, batch_size=64, learning_rate=5e-3, average=0.9), batches=12
    )
    forecaster, record = fit(name, drifting, tmp_path, config)
    assert record is not None
    assert record.best_epoch > 0
    questions, horizons = drifting.validation_questions("events"), Horizons.learnt("events")
    targets = drifting.sequences.targets(questions, horizons, drifting.end)
    past = drifting.sequences.past(questions)
    found = forecaster.forecast(past, horizons).mean
    own = (found - targets.vectors).norm(dim=-1)[targets.known].mean()
    none = (past.last[:, None] - targets.vectors).norm(dim=-1)[targets.known].mean()
    assert own < 0.88 * none


def test_an_interrupted_training_goes_on_to_the_same_weights(
    drifting: ForecastTask, tmp_path: Path
) -> None:
    config = replace(QUICK, trainer=replace(QUICK.trainer, epochs=2))
    whole, _ = fit("gru", drifting, tmp_path / "whole", config)

    class KilledError(Exception):
        pass

    def kill(_: str, done: int, total: int) -> None:
        if done == total - 1:
            raise KilledError

    with pytest.raises(KilledError):
        fit("gru", drifting, tmp_path / "cut", config, progress=kill)
    resumed, _ = fit("gru", drifting, tmp_path / "cut", config, resume=True)
    for name, weight in whole.state_dict().items():
        torch.testing.assert_close(weight, resumed.state_dict()[name])


@pytest.mark.parametrize("name", ["moving-average", "linear-drift", "gru"])
def test_what_comes_after_the_end_changes_nothing(name: str, tmp_path: Path) -> None:
    sequences = sequences_of(returning(60, 60, 4, seed=2))
    changed = InterestSequences(
        sequences.offsets,
        np.where((sequences.times >= 20 * DAY)[:, None], 99, sequences.vectors).astype(np.float32),
        sequences.times,
        sequences.log_rows,
    )
    states = [
        fit(name, ForecastTask(each, 15 * DAY, 20 * DAY), tmp_path / str(place), QUICK)[0]
        for place, each in enumerate((sequences, changed))
    ]
    for weight, same in zip(*(state.state_dict().values() for state in states), strict=True):
        assert torch.equal(weight, same)


def test_too_little_to_learn_from_is_said(tmp_path: Path) -> None:
    few = ForecastTask(sequences_of(returning(2, 8, 4, seed=0)), 3 * DAY, 4 * DAY)
    with pytest.raises(DataError, match="longer histories"):
        fit("gru", few, tmp_path, QUICK)
