import numpy as np
import pytest
import torch
from scipy.stats import norm

from recengine.interests.forecasting.scores import (
    crps,
    energy_scores,
    histogram,
    jensen_shannon,
    pit,
)


def column(values: list[float]) -> torch.Tensor:
    """Draws of one number for one question at one horizon."""
    return torch.tensor(values)[None, :, None, None]


def test_scores_of_two_draws_by_hand() -> None:
    truth = torch.tensor([[[2.0]]])
    # E|X - y| = (1 + 3) / 2, E|X - X'| over the one pair = 4
    assert crps(column([1.0, 5.0]), truth).item() == pytest.approx(2 - 4 / 2)
    assert energy_scores(column([1.0, 5.0]), truth).item() == pytest.approx(2 - 4 / 2)


def test_the_energy_score_of_three_points_by_hand() -> None:
    samples = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]])[None, :, None]
    truth = torch.tensor([[[0.0, 0.0]]])
    # distances to truth 0, 5, 0; of pairs 5, 0, 5
    assert energy_scores(samples, truth).item() == pytest.approx(5 / 3 - (10 / 3) / 2)


def test_crps_of_many_draws_is_that_of_the_gaussian() -> None:
    draws = torch.from_numpy(np.random.default_rng(0).normal(1.0, 2.0, 20_000)).float()
    z = (0.5 - 1.0) / 2.0
    exact = 2.0 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    found = crps(draws[None, :, None, None], torch.tensor([[[0.5]]])).item()
    assert found == pytest.approx(exact, abs=0.02)


def test_an_even_number_of_draws_counts_every_pair_once() -> None:
    draws = torch.from_numpy(np.random.default_rng(1).normal(size=(1, 6, 1, 3))).float()
    truth = torch.zeros(1, 1, 3)
    pairs = [(draws[0, i, 0] - draws[0, j, 0]).norm() for i in range(6) for j in range(i)]
    expected = draws.norm(dim=-1).mean() - sum(pairs) / len(pairs) / 2
    assert energy_scores(draws, truth).item() == pytest.approx(float(expected), abs=1e-5)


def test_pit_is_the_share_of_draws_below_with_ties_halved() -> None:
    assert pit(column([1.0, 2.0, 3.0, 4.0]), torch.tensor([[[3.0]]])).item() == 0.625


def test_pit_values_are_counted_in_ten_bins() -> None:
    assert histogram(np.array([0.05, 0.06, 0.95, 1.0])).tolist() == [0.5, *[0.0] * 8, 0.5]


def test_jensen_shannon_is_0_for_the_same_and_1_for_nothing_in_common() -> None:
    shares = torch.tensor([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    others = torch.tensor([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(jensen_shannon(shares, others), [0, 1], atol=1e-6)
