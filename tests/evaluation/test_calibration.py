import numpy as np
import pytest

from recengine.evaluation.calibration import category_divergence, expected_calibration_error


def test_the_same_mix_of_categories_diverges_by_nothing():
    mix = np.array([[0.7, 0.3]])
    assert category_divergence(mix, mix) == pytest.approx(0)


def test_divergence_by_hand():
    taste, shown = np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])
    expected = 0.5 * np.log(0.5 / 0.995) + 0.5 * np.log(0.5 / 0.005)
    np.testing.assert_allclose(category_divergence(taste, shown), [expected])


def test_divergence_agrees_with_scipy():
    from scipy.stats import entropy

    rng = np.random.default_rng(0)
    taste, shown = rng.dirichlet(np.ones(6), 20), rng.dirichlet(np.ones(6), 20)
    theirs = entropy(taste, 0.99 * shown + 0.01 * taste, axis=1)
    np.testing.assert_allclose(category_divergence(taste, shown), theirs)


def test_nobody_without_categories_is_judged():
    nothing, something = np.zeros((1, 2)), np.array([[1.0, 0.0]])
    assert np.isnan(category_divergence(nothing, something)).all()
    assert np.isnan(category_divergence(something, nothing)).all()


def test_calibration_error_by_hand():
    stated = np.array([0.1, 0.1, 0.8, 0.8])
    came_true = np.array([False, False, True, False])
    # two bins of two: |0.1 - 0| and |0.8 - 0.5|
    error = expected_calibration_error(stated, came_true, bins=2)
    assert error == pytest.approx((0.1 + 0.3) / 2)


def test_honest_probabilities_have_almost_no_error_and_boasts_have_much():
    rng = np.random.default_rng(0)
    stated = rng.random(20_000)
    came_true = rng.random(20_000) < stated
    assert expected_calibration_error(stated, came_true) < 0.02
    assert expected_calibration_error(np.sqrt(stated), came_true) > 0.1


def test_calibration_error_agrees_with_scikit_learns_curve():
    from sklearn.calibration import calibration_curve

    rng = np.random.default_rng(1)
    stated = rng.random(1000)
    came_true = rng.random(1000) < stated**2
    happened, said = calibration_curve(came_true, stated, n_bins=10, strategy="quantile")
    error = expected_calibration_error(stated, came_true, bins=10)
    assert error == pytest.approx(np.abs(happened - said).mean(), abs=0.002)


def test_without_claims_there_is_no_error_to_state():
    assert np.isnan(expected_calibration_error(np.array([]), np.array([], dtype=bool)))
    assert expected_calibration_error(np.array([0.25]), np.array([True])) == pytest.approx(0.75)
