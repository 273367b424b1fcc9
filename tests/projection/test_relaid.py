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


def test_registering_by_some_rows_brings_those_together():
    rng = np.random.default_rng(0)
    base = rng.normal(size=(9, 2)).astype(np.float32)
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (base @ turn * 1.7 + 3).astype(np.float32)
    moved[5:] += rng.normal(size=(4, 2)).astype(np.float32)
    held = np.arange(5)
    found = register(moved, base, by=held)
    np.testing.assert_allclose(found[held], base[held], atol=1e-5)
    assert np.abs(found[5:] - base[5:]).max() > 0.1


def test_one_or_two_rows_are_shifted_but_never_turned():
    base = np.array([[0, 0], [1, 0], [0, 1]], dtype=np.float32)
    moved = base[:, ::-1] * 2 + 5
    found = register(moved.astype(np.float32), base, by=np.array([1]))
    np.testing.assert_allclose(found[1], base[1])
    np.testing.assert_allclose(found - found[1], moved - moved[1])
