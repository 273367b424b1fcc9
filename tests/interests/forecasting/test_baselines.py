import numpy as np
import pytest
import torch

from recengine.errors import ConfigError
from recengine.interests.forecasting.base import Horizons, Past
from recengine.interests.forecasting.linear_drift import LinearDrift, LinearDriftConfig
from recengine.interests.forecasting.moving_average import MovingAverage, MovingAverageConfig
from recengine.interests.forecasting.persistence import Persistence
from recengine.interests.forecasting.sequences import DAY
from recengine.interests.forecasting.task import ForecastTask
from tests.interests.forecasting.conftest import sequences_of

EVENTS = Horizons("events", (1, 3))


@pytest.fixture
def past() -> Past:
    """One person on a line, half a unit an event, two days apart; another with one vector."""
    line = torch.tensor([[0.0, 8.0], [0.5, 6.0], [1.0, 4.0], [1.5, 2.0]])
    alone = torch.tensor([[7.0, 7.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    days = torch.tensor([[6.0, 4.0, 2.0, 0.0], [3.0, 0.0, 0.0, 0.0]])
    return Past(torch.stack([line, alone]), days, torch.tensor([4, 1]))


def test_persistence_keeps_the_last_vector(past: Past) -> None:
    found = Persistence(None, 2).centre(past, EVENTS)
    assert found.tolist() == [[[1.5, 2.0]] * 2, [[7.0, 7.0]] * 2]


def test_the_moving_average_is_the_mean_of_its_window(past: Past) -> None:
    found = MovingAverage(MovingAverageConfig(window=2), 2).centre(past, EVENTS)
    assert found.tolist() == [[[1.25, 3.0]] * 2, [[7.0, 7.0]] * 2]


def test_undamped_drift_continues_a_line_in_events(past: Past) -> None:
    drift = LinearDrift(LinearDriftConfig(window=4, damping=1.0), 2)
    found = drift.centre(past, EVENTS)
    np.testing.assert_allclose(found[0], [[2.0, 0.0], [3.0, -4.0]], atol=1e-5)
    assert found[1].tolist() == [[7.0, 7.0]] * 2  # one vector has no slope


def test_in_days_the_slope_is_per_day(past: Past) -> None:
    drift = LinearDrift(LinearDriftConfig(window=4, damping=1.0), 2)
    found = drift.centre(past, Horizons("days", (2, 4)))
    np.testing.assert_allclose(found[0], [[2.0, 0.0], [2.5, -2.0]], atol=1e-5)


def test_damping_shortens_every_further_step(past: Past) -> None:
    drift = LinearDrift(LinearDriftConfig(window=4, damping=0.5), 2)
    found = drift.centre(past, EVENTS)[0, :, 0]
    np.testing.assert_allclose(found, [1.5 + 0.5 * 0.5, 1.5 + 0.5 * 0.875], atol=1e-5)


def test_the_window_is_chosen_by_what_came(drifting: ForecastTask) -> None:
    assert MovingAverage.prepare(drifting).config.window >= 8  # levels shine through long means
    assert LinearDrift.prepare(drifting).config.damping == 0.5  # nothing drifts on here


def test_intervals_of_a_baseline_are_the_errors_it_made_before() -> None:
    steady = [np.tile(np.arange(3.0) + person, (40, 1)) for person in range(30)]
    task = ForecastTask(sequences_of(steady), cut=15 * DAY, end=20 * DAY)
    persistence = Persistence.prepare(task)
    questions = task.validation_questions("events")
    found = persistence.forecast(task.sequences.past(questions), EVENTS, num_samples=8)
    torch.testing.assert_close(found.samples, found.mean[:, None].expand_as(found.samples))


@pytest.mark.parametrize("ahead", [(), (0,), (3, 2), (2, 2), (31,)])
def test_impossible_horizons_are_refused(ahead: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="from 1 to 30"):
        Horizons("events", ahead)
