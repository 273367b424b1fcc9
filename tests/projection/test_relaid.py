import numpy as np
import pytest

from recengine.projection.layout import base_layout
from recengine.projection.relaid import register, relaid
from recengine.projection.trust import trustworthiness


@pytest.fixture
def base() -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, size=(60, 2)).astype(np.float32)


def test_turned_mirrored_and_scaled_layout_is_laid_back(base):
    turn = np.array([[0.6, 0.8], [0.8, -0.6]], dtype=np.float32)  # a turn and a mirror
    moved = 7 * base @ turn + np.array([3, -5], dtype=np.float32)
    np.testing.assert_allclose(register(moved, base), base, atol=1e-5)


def test_registering_what_lies_at_one_place_is_finite(base):
    registered = register(np.zeros_like(base), base)
    np.testing.assert_allclose(registered, np.tile(base.mean(axis=0), (60, 1)), atol=1e-6)


def test_unchanged_vectors_stay_about_where_they_were(clusters, layout):
    again = relaid(clusters, layout.xy)
    assert np.linalg.norm(again - layout.xy, axis=1).mean() < 0.25  # the map is 2 wide


def test_new_neighbourhoods_are_drawn(clusters, layout):
    changed = clusters[np.random.default_rng(1).permutation(len(clusters))]
    again = relaid(changed, layout.xy)
    assert trustworthiness(changed, layout.xy) < 0.7
    assert trustworthiness(changed, again) > 0.85


def test_same_seed_gives_the_same_layout(clusters, layout):
    bent = clusters + 0.3
    assert (relaid(bent, layout.xy) == relaid(bent, layout.xy)).all()


@pytest.mark.parametrize("size", [0, 1, 5])
def test_small_catalogues_are_laid_again(clusters, size):
    base = base_layout(clusters[:size]).xy
    again = relaid(clusters[:size], base)
    np.testing.assert_allclose(again, base, atol=1e-5)
