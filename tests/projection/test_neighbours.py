import numpy as np
import pytest

from recengine.projection import neighbours
from recengine.projection.neighbours import nearest


def brute_force(vectors: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    distances = 1 - unit @ unit.T
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1)[:, :k]
    return order, np.take_along_axis(distances, order, axis=1)


def test_neighbours_are_those_of_all_pairs(clusters, monkeypatch):
    monkeypatch.setattr(neighbours, "_CHUNK_PAIRS", 7 * len(clusters))
    found, distances = nearest(clusters, 6)
    expected, expected_distances = brute_force(clusters, 6)
    assert (found == expected).all()
    np.testing.assert_allclose(distances, expected_distances, atol=1e-6)


def test_there_are_no_more_neighbours_than_other_items():
    assert nearest(np.eye(3, dtype=np.float32), 15)[0].shape == (3, 2)
    assert nearest(np.ones((1, 3), dtype=np.float32), 15)[0].shape == (1, 0)
    assert nearest(np.ones((0, 3), dtype=np.float32), 15)[0].shape == (0, 0)


@pytest.mark.slow
def test_approximate_search_finds_nearly_all_neighbours(clusters, monkeypatch):
    monkeypatch.setattr(neighbours, "EXACT_ROWS", 10)
    found, distances = nearest(clusters, 10)
    expected, _ = brute_force(clusters, 10)
    hits = [len(np.intersect1d(*pair)) for pair in zip(found, expected, strict=True)]
    assert np.mean(hits) > 9
    assert (np.diff(distances, axis=1) >= 0).all()
    assert not (found == np.arange(len(found))[:, None]).any()
