import numpy as np
import pytest

from recengine.evaluation.bootstrap import bootstrap_mean, resampled_means


def test_the_interval_covers_the_true_mean_about_95_times_of_100():
    rng = np.random.default_rng(0)
    covered = 0
    for trial in range(200):
        interval = bootstrap_mean(rng.exponential(size=150), seed=trial, resamples=300)
        covered += interval.low <= 1 <= interval.high
    assert 0.88 <= covered / 200 <= 0.99


def test_the_same_seed_gives_the_same_interval():
    values = np.random.default_rng(1).random(50)
    assert bootstrap_mean(values) == bootstrap_mean(values)


def test_questions_of_one_person_stay_together():
    rng = np.random.default_rng(2)
    people = np.repeat(np.arange(30), 20)
    values = np.repeat(rng.random(30), 20)  # twenty equal answers tell no more than one
    together = bootstrap_mean(values, people=people)
    alone = bootstrap_mean(values[::20])
    apart = bootstrap_mean(values)
    assert together.high - together.low == pytest.approx(alone.high - alone.low)
    assert apart.high - apart.low < (together.high - together.low) / 3


def test_people_with_more_questions_weigh_more():
    values, people = np.array([1.0, 1.0, 1.0, 0.0]), np.array([5, 5, 5, 9])
    assert bootstrap_mean(values, people=people).mean == 0.75
    means = resampled_means(values[:, None], people=people, resamples=200)
    assert set(np.unique(means)) == {0.0, 0.75, 1.0}


def test_missing_values_are_left_out():
    interval = bootstrap_mean(np.array([1.0, np.nan, 1.0]), people=np.array([0, 1, 2]))
    assert (interval.mean, interval.low, interval.high) == (1, 1, 1)
    assert np.isnan(bootstrap_mean(np.array([np.nan])).mean)


def test_the_interval_agrees_with_scipy():
    from scipy.stats import bootstrap

    values = np.random.default_rng(3).exponential(size=80)
    theirs = bootstrap((values,), np.mean, method="percentile", rng=0, n_resamples=4000)
    ours = bootstrap_mean(values, resamples=4000)
    low, high = theirs.confidence_interval
    np.testing.assert_allclose([ours.low, ours.high], [low, high], rtol=0.03)
