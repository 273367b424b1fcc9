import numpy as np
import pytest

from recengine.evaluation.significance import differences, holm


def test_holm_by_hand():
    # the example of four tests: 0.005 x 4, 0.01 x 3, 0.03 x 2, 0.04 x 1 lifted to the one before
    adjusted = holm(np.array([0.01, 0.04, 0.03, 0.005]))
    np.testing.assert_allclose(adjusted, [0.03, 0.06, 0.06, 0.02])


def test_holm_never_exceeds_1_and_leaves_a_single_test_alone():
    assert holm(np.array([0.9, 0.8])).tolist() == [1, 1]
    assert holm(np.array([0.2])).tolist() == [0.2]


def test_a_clear_lead_is_found_and_pure_noise_is_not():
    rng = np.random.default_rng(0)
    baseline = rng.random(200)
    noise = baseline + rng.normal(scale=0.2, size=200)
    noise -= (noise - baseline).mean()
    rivals = np.stack([baseline + 0.1 + rng.normal(scale=0.1, size=200), noise], axis=1)
    ahead, same = differences(rivals, baseline)
    assert ahead.interval.low > 0
    assert ahead.p_value < 0.01
    assert same.interval.low < 0 < same.interval.high
    assert same.p_value > 0.5


def test_a_figure_that_is_a_root_is_compared_as_a_root():
    rng = np.random.default_rng(4)
    baseline = rng.random(300)
    (found,) = differences((baseline / 4)[:, None], baseline, of_mean=np.sqrt)
    assert found.interval.mean == pytest.approx(-np.sqrt(baseline.mean()) / 2)
    assert found.interval.low < found.interval.mean < found.interval.high < 0


def test_questions_without_a_value_are_left_out_for_all():
    values = np.array([1.0, np.nan, 3.0])
    (found,) = differences(np.array([[2.0], [9.0], [4.0]]), values)
    assert found.interval.mean == 1
    (nothing,) = differences(np.full((3, 1), np.nan), values)
    assert np.isnan(nothing.interval.mean)


def test_a_ranker_does_not_differ_from_itself():
    values = np.random.default_rng(1).random(50)
    (same,) = differences(values[:, None], values)
    assert same.interval.mean == 0
    assert same.p_value == 1


def test_p_values_agree_with_a_paired_t_test():
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(2)
    baseline = rng.random(150)
    for shift in (0.01, 0.02, 0.03):
        rival = baseline + rng.normal(shift, 0.1, size=150)
        (found,) = differences(rival[:, None], baseline)
        assert found.p_value == pytest.approx(ttest_rel(rival, baseline).pvalue, abs=0.06)


def test_noise_is_called_a_difference_about_5_times_of_100():
    rng = np.random.default_rng(3)
    found = [
        differences(rng.normal(size=(40, 1)), rng.normal(size=40), seed=trial)[0].p_value < 0.05
        for trial in range(100)
    ]
    assert np.mean(found) < 0.13
