import numpy as np
import pytest
import torch

from recengine.interests.forecasting.base import Horizons
from recengine.interests.forecasting.calibrating import (
    LEVELS,
    at_horizons,
    coverage,
    interval_factors,
    lenders,
    radius_factors,
    raw_intervals,
    raw_radii,
    widened,
)

LEARNT = Horizons.learnt("events")


def overconfident(seed: int, people: int = 4000) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Draws with a spread of 1 where the truth has a spread of 2 and heavy tails."""
    rng = np.random.default_rng(seed)
    samples = torch.from_numpy(rng.normal(size=(people, 40, 4, 2))).float()
    truth = torch.from_numpy(2 * rng.standard_t(5, size=(people, 4, 2))).float()
    return samples, truth, torch.ones(people, 4, dtype=torch.bool)


def test_calibration_brings_coverage_to_what_is_promised() -> None:
    samples, truth, known = overconfident(0)
    factors = interval_factors(samples, truth, known)
    later, came, asked = overconfident(1)
    before = coverage(raw_intervals(later)[1], came, asked)
    after = coverage(widened(later, factors, LEARNT), came, asked)
    assert (before < torch.tensor(LEVELS) - 0.1).all()
    np.testing.assert_allclose(after, np.tile(LEVELS, (4, 1)), atol=0.03)


def test_circles_hold_what_they_promise() -> None:
    samples, truth, known = overconfident(0)
    centre = samples.mean(dim=1)
    factors = radius_factors(samples, centre, truth, known)
    later, came, _ = overconfident(1)
    middle = later.mean(dim=1)
    radii = raw_radii(later, middle) * at_horizons(factors, LEARNT)
    inside = ((came - middle).norm(dim=-1)[..., None] <= radii).float().mean(dim=0)
    np.testing.assert_allclose(inside, np.tile(LEVELS, (4, 1)), atol=0.03)


def test_a_horizon_with_too_few_answers_borrows_from_the_nearest_that_has_enough() -> None:
    samples, truth, known = overconfident(0)
    known[10:, 3] = False
    factors = interval_factors(samples, truth, known)
    assert factors[3].tolist() == factors[2].tolist()
    assert (factors > 1.3).all()
    later, came, _ = overconfident(1)
    after = coverage(widened(later, factors, LEARNT), came, torch.ones(4000, 4, dtype=torch.bool))
    np.testing.assert_allclose(after[3], LEVELS, atol=0.03)


def test_without_enough_answers_anywhere_the_draws_stay_as_they_are() -> None:
    samples, truth, known = overconfident(0)
    known[10:] = False
    assert (interval_factors(samples, truth, known) == 1).all()


def test_the_nearest_lender_is_the_one_with_more_answers_where_two_are_as_near() -> None:
    assert lenders([300, 3, 120, 0]) == [0, 0, 2, 2]
    assert lenders([120, 3, 300, 0]) == [0, 2, 2, 2]
    assert lenders([9, 8, 7, 6]) == [None] * 4


def test_few_answers_move_the_widths_less_than_many() -> None:
    samples, truth, known = overconfident(0)
    many = interval_factors(samples, truth, known)
    few = known.clone()
    few[50:] = False
    some = interval_factors(samples, truth, few)
    assert (some < many - 0.1).all()
    assert (some > 1).all()


def test_unknown_answers_do_not_count() -> None:
    samples, truth, known = overconfident(0)
    half = known.clone()
    half[400:] = False
    alone = interval_factors(samples[:400], truth[:400], known[:400])
    torch.testing.assert_close(interval_factors(samples, truth, half), alone)


def test_factors_between_the_learnt_horizons_are_interpolated() -> None:
    factors = torch.arange(12.0).reshape(4, 3)
    assert at_horizons(factors, Horizons("events", (1, 3, 10, 30))).tolist() == factors.tolist()
    between = at_horizons(factors, Horizons("days", (2, 14)))
    assert between[1].tolist() == factors[2].tolist()
    share = np.log(2) / np.log(7)
    assert between[0, 0].item() == pytest.approx(3 * share, abs=1e-5)


def test_coverage_counts_by_hand() -> None:
    samples = torch.linspace(-1, 1, 201)[None, :, None, None].expand(2, -1, 1, 1)
    truth = torch.tensor([[[0.1]], [[0.9]]])
    known = torch.ones(2, 1, dtype=torch.bool)
    found = coverage(raw_intervals(samples)[1], truth, known)
    assert found.tolist() == [[0.5, 0.5, 1.0]]
