import numpy as np
import pytest

from recengine.projection.layout import base_layout
from recengine.projection.placement import PlacementConfig, fit_placement

CONFIG = PlacementConfig(num_landmarks=32, batch_size=64, seed=0)


@pytest.fixture(scope="module")
def placement(clusters, layout):
    return fit_placement(clusters, layout.xy, CONFIG)


def test_item_whose_vector_did_not_change_stays_where_it_is(placement, clusters, layout):
    np.testing.assert_allclose(placement.displaced(clusters), layout.xy, atol=1e-6)
    some = np.array([3, 77])
    np.testing.assert_allclose(
        placement.displaced(clusters[some], some), layout.xy[some], atol=1e-6
    )


def test_items_are_placed_near_where_they_lie(placement, clusters, layout):
    off = np.linalg.norm(placement.place(clusters) - layout.xy, axis=1)
    assert np.median(off) < 0.15
    assert placement.error < 0.15


def test_new_vector_is_placed_among_its_like(placement, clusters, layout, cluster_of):
    random = np.random.default_rng(5)
    for cluster in range(4):
        centre = clusters[cluster_of == cluster].mean(axis=0)
        new = (centre + 0.1 * random.normal(size=(20, centre.size))).astype(np.float32)
        off = layout.xy[None] - placement.place(new)[:, None]
        closest = cluster_of[np.linalg.norm(off, axis=2).argmin(axis=1)]
        assert (closest == cluster).mean() >= 0.9


def test_small_change_is_a_short_way(placement, clusters):
    way = np.linspace(0, 1, 400, dtype=np.float32)[:, None]
    path = placement.place((1 - way) * clusters[0] + way * clusters[60])
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert steps.max() < 0.4 * np.linalg.norm(path[-1] - path[0])  # a jump would be all of it


def test_item_that_takes_on_another_meaning_moves_there(placement, clusters, layout):
    moved = placement.displaced(clusters[[60]], np.array([0]))
    before = np.linalg.norm(layout.xy[0] - layout.xy[60])
    assert np.linalg.norm(moved[0] - layout.xy[60]) < 0.3 * before


def test_same_seed_gives_the_same_placement(placement, clusters, layout):
    again = fit_placement(clusters, layout.xy, CONFIG)
    assert (again.place(clusters) == placement.place(clusters)).all()


def test_a_cone_of_vectors_is_placed_as_well(clusters, layout):
    narrow = clusters + 3 * np.ones(clusters.shape[1], dtype=np.float32)
    assert fit_placement(narrow, layout.xy, CONFIG).error < 0.2


@pytest.mark.parametrize("size", [1, 2, 7])
def test_tiny_catalogues_can_be_placed(clusters, size):
    vectors = clusters[:size]
    xy = base_layout(vectors).xy
    placement = fit_placement(vectors, xy, CONFIG)
    np.testing.assert_allclose(placement.displaced(vectors), xy, atol=1e-6)
    assert np.isfinite(placement.place(clusters)).all()


def test_progress_counts_epochs(clusters, layout):
    steps = []
    fit_placement(
        clusters, layout.xy, CONFIG, lambda _stage, done, total: steps.append(done / total)
    )
    assert steps[-1] == 1
    assert len(steps) == CONFIG.epochs
