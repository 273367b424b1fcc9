import ir_measures
import numpy as np
import pytest
from ir_measures import AP, RR, R, nDCG

from recengine.evaluation.accuracy import (
    auc,
    average_precision,
    hit_rate_at_k,
    hits_of,
    mrr_at_k,
    ndcg_at_k,
    nearness,
    recall,
)

RANKS = np.array([1, 2, 3, 10, 11])
BY_RANK = (ndcg_at_k, hit_rate_at_k, mrr_at_k)


def test_ndcg_of_the_first_places_by_hand():
    expected = [1, 1 / np.log2(3), 0.5, 1 / np.log2(11), 0]
    np.testing.assert_allclose(ndcg_at_k(RANKS, 10), expected)


def test_hit_rate_counts_the_tenth_place_and_not_the_eleventh():
    assert hit_rate_at_k(RANKS, 10).tolist() == [1, 1, 1, 1, 0]


def test_nearness_sees_every_place_and_a_hundredth_is_a_hundredth_of_a_place():
    near = nearness(RANKS)
    assert near[0] == 0
    assert (np.diff(near) < 0).all()
    closer, farther = nearness(np.array([99, 100]))
    assert closer - farther == pytest.approx(0.01, rel=0.01)


def test_mrr_second_place_is_one_half():
    np.testing.assert_allclose(mrr_at_k(RANKS, 10), [1, 0.5, 1 / 3, 0.1, 0])


@pytest.mark.parametrize("metric", BY_RANK)
def test_every_metric_is_1_at_the_top_and_never_rises_with_rank(metric):
    values = metric(np.arange(1, 30), 10)
    assert values[0] == 1
    assert (np.diff(values) <= 0).all()
    assert (values[10:] == 0).all()


def test_auc_is_the_share_of_others_below():
    ranks, competitors = np.array([1, 3, 5, 1]), np.array([5, 5, 5, 1])
    np.testing.assert_allclose(auc(ranks, competitors), [1, 0.5, 0, np.nan])


def test_recall_and_average_precision_of_several_relevant_items_by_hand():
    hits = np.array([[True, False, True, False], [False, True, False, False]])
    relevant = np.array([4, 1])
    np.testing.assert_allclose(recall(hits, relevant), [0.5, 1])
    np.testing.assert_allclose(average_precision(hits, relevant), [(1 + 2 / 3) / 4, 0.5])


def test_with_one_relevant_item_recall_is_hit_rate_and_average_precision_is_reciprocal_rank():
    hits, relevant = hits_of(RANKS, 10)
    np.testing.assert_allclose(recall(hits, relevant), hit_rate_at_k(RANKS, 10))
    np.testing.assert_allclose(average_precision(hits, relevant), mrr_at_k(RANKS, 10))


def test_questions_without_a_relevant_item_have_no_recall():
    nothing = np.zeros((1, 3), dtype=bool), np.array([0])
    assert np.isnan(recall(*nothing)).all()
    assert np.isnan(average_precision(*nothing)).all()


def test_figures_agree_with_ir_measures_with_one_and_with_several_relevant_items():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(30, 25))
    relevant = np.zeros((30, 25), dtype=bool)
    relevant[:, 7] = True
    relevant[15:] |= rng.random((15, 25)) < 0.3
    theirs = _ir_measures(scores, relevant, [nDCG @ 10, RR @ 10, AP @ 10, R @ 10])
    order = np.argsort(-scores, axis=1)[:, :10]
    hits, counts = np.take_along_axis(relevant, order, axis=1), relevant.sum(axis=1)
    np.testing.assert_allclose(recall(hits, counts), theirs[R @ 10])
    np.testing.assert_allclose(average_precision(hits, counts), theirs[AP @ 10])
    ranks = 1 + (scores[:15] > scores[:15, 7:8]).sum(axis=1)
    np.testing.assert_allclose(ndcg_at_k(ranks, 10), theirs[nDCG @ 10][:15])
    np.testing.assert_allclose(mrr_at_k(ranks, 10), theirs[RR @ 10][:15])


def test_auc_agrees_with_scikit_learn():
    from sklearn.metrics import roc_auc_score

    scores = np.random.default_rng(1).normal(size=(40, 25))
    relevant = np.arange(25) == 7
    ranks = 1 + (scores > scores[:, 7:8]).sum(axis=1)
    theirs = [roc_auc_score(relevant, row) for row in scores]
    np.testing.assert_allclose(auc(ranks, np.full(40, 25)), theirs)


def _ir_measures(scores, relevant, measures):
    run, judged = [], []
    for question, (row, hits) in enumerate(zip(scores, relevant, strict=True)):
        for item, (score, hit) in enumerate(zip(row, hits, strict=True)):
            run.append(ir_measures.ScoredDoc(f"q{question:02}", f"i{item}", score))
            judged.append(ir_measures.Qrel(f"q{question:02}", f"i{item}", int(hit)))
    found = {measure: np.empty(len(scores)) for measure in measures}
    for value in ir_measures.iter_calc(measures, judged, run):
        found[value.measure][int(value.query_id[1:])] = value.value
    return found
