from itertools import combinations

import numpy as np
import pytest

from recengine.evaluation import beyond

CANDIDATES = np.array([False, True, True, True, True])
LISTS = np.array([[1, 2], [1, 0], [0, 0]], dtype=np.int32)


def test_coverage_counts_candidates_in_some_list():
    assert beyond.catalogue_coverage(LISTS, CANDIDATES) == 0.5


def test_gini_is_0_when_all_are_shown_alike_and_highest_when_one_is():
    alike = np.array([[1, 2], [3, 4]], dtype=np.int32)
    assert beyond.exposure_gini(alike, CANDIDATES) == 0
    one = np.array([[2], [2]], dtype=np.int32)
    assert beyond.exposure_gini(one, CANDIDATES) == 0.75


def test_gini_agrees_with_the_mean_difference_of_all_pairs():
    rng = np.random.default_rng(0)
    lists = rng.choice([1, 2, 3, 4], p=[0.6, 0.2, 0.15, 0.05], size=(50, 2)).astype(np.int32)
    shown = np.bincount(lists.ravel(), minlength=5)[1:]
    pairs = np.abs(shown[:, None] - shown).mean() / (2 * shown.mean())
    assert beyond.exposure_gini(lists, CANDIDATES) == pytest.approx(pairs)


def test_an_item_with_a_quarter_of_the_events_tells_two_bits():
    counts = np.array([0, 3, 3, 7, 0], dtype=np.float32)
    information = beyond.self_information(counts)  # one more each: 4, 4, 8, 1 of 17
    np.testing.assert_allclose(information[1:], np.log2(17 / np.array([4, 4, 8, 1])))


def test_percentiles_count_equal_items_half_and_average_to_one_half():
    counts = np.array([0, 5, 1, 1, 0], dtype=np.float32)
    percentiles = beyond.popularity_percentiles(counts, CANDIDATES)
    np.testing.assert_allclose(percentiles[1:], [7 / 8, 4 / 8, 4 / 8, 1 / 8])
    assert percentiles[CANDIDATES].mean() == 0.5


def test_the_mean_over_places_ignores_empty_ones():
    of_item = np.array([99.0, 1.0, 3.0, 0.0, 0.0])
    np.testing.assert_allclose(beyond.mean_over_places(LISTS, of_item), [2, 1, np.nan])


def test_text_diversity_by_hand():
    directions = np.array([[0, 0], [1, 0], [0, 1], [1, 0]], dtype=np.float32)
    lists = np.array([[1, 3, 2], [1, 3, 0], [1, 0, 0]], dtype=np.int32)
    diversity = beyond.text_diversity(lists, directions)
    np.testing.assert_allclose(diversity, [2 / 3, 0, np.nan])


def test_category_diversity_by_hand():
    members = np.array([[0, 0], [1, 0], [1, 1], [0, 0], [0, 0]], dtype=bool)
    lists = np.array([[1, 2], [1, 3], [3, 4], [1, 0]], dtype=np.int32)
    diversity = beyond.category_diversity(lists, members)
    np.testing.assert_allclose(diversity, [0.5, 1, 0, np.nan])


def test_diversities_agree_with_scipy_pair_by_pair(monkeypatch):
    from scipy.spatial.distance import cosine, jaccard

    monkeypatch.setattr(beyond, "CHUNK", 3)
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(9, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    members = rng.random((9, 5)) < 0.5
    members[:, 0] = True
    lists = np.stack([rng.permutation(np.arange(1, 9))[:5] for _ in range(8)]).astype(np.int32)
    text = [np.mean([cosine(vectors[a], vectors[b]) for a, b in _pairs(row)]) for row in lists]
    category = [np.mean([jaccard(members[a], members[b]) for a, b in _pairs(row)]) for row in lists]
    np.testing.assert_allclose(beyond.text_diversity(lists, vectors), text, rtol=1e-5)
    np.testing.assert_allclose(beyond.category_diversity(lists, members), category, rtol=1e-5)


def test_serendipity_needs_a_hit_that_popularity_misses():
    hits = np.array([True, True, False])
    assert beyond.serendipity(hits, np.array([True, False, False])).tolist() == [0, 1, 0]


def _pairs(row):
    return combinations(row.tolist(), 2)
