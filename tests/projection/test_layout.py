import subprocess
import sys

import numpy as np
import pytest
import torch

from recengine.projection.layout import BY_COMPONENTS, BY_UMAP, base_layout


def test_like_vectors_lie_together(layout, cluster_of):
    assert layout.method == BY_UMAP
    centres = np.stack([layout.xy[cluster_of == c].mean(axis=0) for c in range(4)])
    nearest_centre = np.linalg.norm(layout.xy[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest_centre == cluster_of).mean() > 0.95


def test_layout_fills_the_square(layout):
    assert layout.xy.dtype == np.float32
    assert np.abs(layout.xy).max() == pytest.approx(1, abs=1e-5)


def test_same_seed_gives_the_same_layout(layout, clusters):
    assert (base_layout(clusters, seed=0).xy == layout.xy).all()
    assert (base_layout(clusters, seed=1).xy != layout.xy).any()


def test_only_directions_count(layout, clusters):
    lengths = np.random.default_rng(0).choice([0.5, 2, 4], size=(len(clusters), 1))
    scaled = base_layout((clusters * lengths).astype(np.float32), seed=0)
    np.testing.assert_allclose(scaled.xy, layout.xy, atol=1e-3)


@pytest.mark.parametrize("size", [1, 2, 4, 5, 29])
def test_small_catalogues_are_laid_out_by_principal_components(clusters, size):
    small = base_layout(clusters[:size])
    assert small.method == BY_COMPONENTS
    assert small.xy.shape == (size, 2)
    assert np.abs(small.xy).max() == pytest.approx(1 if size > 1 else 0, abs=1e-5)


def test_no_items_have_an_empty_layout():
    assert base_layout(np.zeros((0, 5), dtype=np.float32)).xy.shape == (0, 2)


def test_identical_vectors_share_one_place():
    same = base_layout(np.ones((50, 5), dtype=np.float32))
    assert (same.xy == 0).all()


def test_vectors_of_one_number_are_laid_out():
    line = base_layout(np.linspace(-1, 1, 40, dtype=np.float32)[:, None])
    assert np.isfinite(line.xy).all()


def test_many_doubles_are_laid_out_apart_from_the_others():
    doubles = np.repeat(np.eye(2, 6, dtype=np.float32), 40, axis=0)
    xy = base_layout(doubles).xy
    assert np.isfinite(xy).all()
    apart = np.linalg.norm(xy[:40].mean(axis=0) - xy[40:].mean(axis=0))
    assert apart > 2 * np.linalg.norm(xy[:40] - xy[:40].mean(axis=0), axis=1).mean()


def test_progress_tells_beginning_and_end(clusters):
    steps = []
    base_layout(clusters[:10], progress=lambda *step: steps.append(step))
    assert steps == [("Laying out the map", 0, 1), ("Laying out the map", 1, 1)]


def test_a_layout_leaves_the_number_of_threads(clusters):
    before = torch.get_num_threads()
    base_layout(clusters)
    assert torch.get_num_threads() == before


def test_umap_is_imported_only_when_needed():
    modules = ("layout", "placement", "regions", "relaid", "sample", "trust")
    imports = "; ".join(f"import recengine.projection.{name}" for name in modules)
    check = "import sys; assert not {'umap', 'numba'} & set(sys.modules), 'was imported'"
    subprocess.run([sys.executable, "-c", f"{imports}; {check}"], check=True)
