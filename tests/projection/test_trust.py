import numpy as np
import pytest
from sklearn.manifold import trustworthiness as reference

from recengine.projection.trust import point_trust, trustworthiness


def circle(size: int) -> np.ndarray:
    angle = np.linspace(0, 3, size) ** 1.1  # no two gaps alike, so that no ranks are tied
    return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)


def test_trustworthiness_is_that_of_the_paper(clusters):
    xy = np.random.default_rng(0).normal(size=(len(clusters), 2)).astype(np.float32)
    xy += 2 * clusters[:, :2]
    expected = reference(clusters, xy, n_neighbors=15, metric="cosine")
    assert trustworthiness(clusters, xy) == pytest.approx(expected, abs=1e-9)
    assert 0.5 < expected < 0.9


def test_faithful_map_has_trust_one():
    plane = circle(90)
    assert trustworthiness(plane, plane) == 1
    assert (point_trust(plane, plane) == 1).all()


def test_sample_comes_close_to_all(clusters):
    xy = clusters[:, :2].copy()
    sampled = trustworthiness(clusters, xy, max_judged=80)
    assert sampled == pytest.approx(trustworthiness(clusters, xy), abs=0.05)


@pytest.mark.parametrize("size", [1, 2])
def test_too_few_items_cannot_be_out_of_order(size):
    vectors = np.eye(size, 3, dtype=np.float32)
    assert trustworthiness(vectors, np.zeros((size, 2), dtype=np.float32)) == 1


def test_point_trust_is_the_share_of_true_neighbours():
    plane = circle(200)
    drawn = plane.copy()
    drawn[0] = plane[150]  # the first item is drawn among strangers
    trust = point_trust(plane, drawn)
    assert trust[0] == 0
    assert trust[100] == 1
    assert trust[150] == pytest.approx(14 / 15)  # one of its fifteen is that stranger


def test_items_drawn_at_one_place_are_no_error():
    vectors = circle(40)
    trust = point_trust(vectors, np.zeros((40, 2), dtype=np.float32))
    assert trust.shape == (40,)
    assert ((trust >= 0) & (trust <= 1)).all()
