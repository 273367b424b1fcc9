import numpy as np
import pytest

from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.metrics import METRICS, hit_rate_at_k, mrr_at_k, ndcg_at_k

RANKS = np.array([1, 2, 3, 10, 11])


def test_ndcg_of_the_first_places_by_hand() -> None:
    expected = [1, 1 / np.log2(3), 0.5, 1 / np.log2(11), 0]
    np.testing.assert_allclose(ndcg_at_k(RANKS, 10), expected)


def test_hit_rate_counts_the_tenth_place_and_not_the_eleventh() -> None:
    assert hit_rate_at_k(RANKS, 10).tolist() == [1, 1, 1, 1, 0]


def test_mrr_second_place_is_one_half() -> None:
    np.testing.assert_allclose(mrr_at_k(RANKS, 10), [1, 0.5, 1 / 3, 0.1, 0])


@pytest.mark.parametrize("metric", METRICS.values())
def test_every_metric_is_1_at_the_top_and_never_rises_with_rank(metric) -> None:
    values = metric(np.arange(1, 30), 10)
    assert values[0] == 1
    assert (np.diff(values) <= 0).all()
    assert (values[10:] == 0).all()


def test_ndcg_agrees_with_the_general_formula() -> None:
    from sklearn.metrics import ndcg_score

    scores = np.random.default_rng(0).normal(size=(40, 25))
    relevant = np.zeros_like(scores)
    relevant[:, 7] = 1
    ranks = 1 + (scores > scores[:, 7:8]).sum(axis=1)
    general = [ndcg_score(relevant[i : i + 1], scores[i : i + 1], k=10) for i in range(40)]
    np.testing.assert_allclose(ndcg_at_k(ranks, 10), general)


def test_the_interval_covers_the_true_mean_about_95_times_of_100() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for trial in range(200):
        interval = bootstrap_mean(rng.exponential(size=150), seed=trial, resamples=300)
        covered += interval.low <= 1 <= interval.high
    assert 0.88 <= covered / 200 <= 0.99


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(1).random(50)
    assert bootstrap_mean(values) == bootstrap_mean(values)
