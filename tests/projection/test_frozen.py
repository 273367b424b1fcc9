import numpy as np
import pytest

from recengine.data.workspace import Workspace
from recengine.errors import StorageError
from recengine.projection import frozen
from recengine.projection.frozen import frozen_map


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def small(clusters) -> np.ndarray:
    return clusters[::8].copy()


def refuse(*_args, **_kwargs):
    raise AssertionError("made again")


def test_stored_map_is_the_one_that_was_made(small, workspace, monkeypatch):
    steps = []
    made = frozen_map(small, "ranker 1", workspace, progress=lambda *step: steps.append(step[0]))
    assert steps[0] == "Laying out the map"
    assert steps[-1] == "Learning to place items on the map"
    monkeypatch.setattr(frozen, "_make", refuse)
    again = frozen_map(small, "ranker 1", workspace)
    assert (again.layout.xy == made.layout.xy).all()
    assert (again.point_trust == made.point_trust).all()
    assert (again.placement.place(small) == made.placement.place(small)).all()
    np.testing.assert_allclose(again.placement.displaced(small), made.layout.xy, atol=1e-6)
    facts = (made.trust, made.placement.error, made.layout.method)
    assert (again.trust, again.placement.error, again.layout.method) == facts


def test_last_digits_of_vectors_do_not_make_another_map(small, workspace, monkeypatch):
    frozen_map(small, "ranker 1", workspace)
    monkeypatch.setattr(frozen, "_make", refuse)
    frozen_map(np.nextafter(small, 2), "ranker 1", workspace)


def test_another_origin_or_seed_makes_another_map(small, workspace):
    frozen_map(small, "ranker 1", workspace)
    frozen_map(small, "ranker 2", workspace)
    frozen_map(small, "ranker 2", workspace, seed=1)
    assert len(list(workspace.folder("layouts").iterdir())) == 3


def test_stopped_making_leaves_nothing_half_written(small, workspace):
    def stop(stage: str, *_step) -> None:
        if stage.startswith("Learning"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        frozen_map(small, "ranker 1", workspace, progress=stop)
    assert not list(workspace.folder("layouts").iterdir())


@pytest.mark.parametrize("damage", [b"", b"not safetensors at all", b"\x02\0\0\0\0\0\0\0{}"])
def test_damaged_map_is_named_with_what_to_do(small, workspace, damage):
    frozen_map(small, "ranker 1", workspace)
    path = next(workspace.folder("layouts").iterdir())
    path.write_bytes(damage)
    with pytest.raises(StorageError, match=rf"{path.name} is damaged .* Delete it"):
        frozen_map(small, "ranker 1", workspace)
