import numpy as np
import pytest

from recengine.encoders import store as store_module
from recengine.encoders.store import VectorStore
from recengine.errors import StorageError

A, B = np.array([[1.0, 2.0]], np.float32), np.array([[3.0, 4.0]], np.float32)


def test_vectors_come_back_by_text_in_the_order_asked(tmp_path):
    store = VectorStore(tmp_path)
    store.append(["a", "b"], np.concatenate([A, B]))
    found, stored = VectorStore(tmp_path).read(["b", "new", "a", "b"])
    assert stored.tolist() == [True, False, True, True]
    assert found.tolist() == [[3, 4], [0, 0], [1, 2], [3, 4]]


def test_empty_store_knows_nothing(tmp_path):
    found, stored = VectorStore(tmp_path / "absent").read(["a", "b"])
    assert found.shape == (2, 0)
    assert not stored.any()


def test_merging_leaves_one_part_with_everything(tmp_path):
    store = VectorStore(tmp_path)
    store.append(["a"], A)
    store.append(["b"], B)
    store.merge()
    assert len(list(tmp_path.iterdir())) == 1
    assert store.read(["a", "b"])[0].tolist() == [[1, 2], [3, 4]]
    store.append(["c"], A)
    assert store.read(["c", "b"])[1].all()


def test_large_parts_are_not_copied_again(tmp_path, monkeypatch):
    monkeypatch.setattr(store_module, "SMALL_PART_BYTES", 0)
    store = VectorStore(tmp_path)
    store.append(["a"], A)
    store.append(["b"], B)
    store.merge()
    assert len(list(tmp_path.iterdir())) == 2


def test_kill_between_merging_and_deleting_does_no_harm(tmp_path, monkeypatch):
    store = VectorStore(tmp_path)
    store.append(["a"], A)
    store.append(["b"], B)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", _killed)
        with pytest.raises(KeyboardInterrupt):
            store.merge()
    assert store.read(["a", "b"])[0].tolist() == [[1, 2], [3, 4]]
    store.merge()
    assert store.read(["b", "a"])[0].tolist() == [[3, 4], [1, 2]]


def _killed(*_args, **_kwargs):
    raise KeyboardInterrupt


def test_part_merged_while_being_read_is_looked_for_again(tmp_path, monkeypatch):
    store = VectorStore(tmp_path)
    store.append(["a"], A)
    store.append(["b"], B)
    parts = store._parts()

    def stale_once():
        monkeypatch.undo()
        store.merge()  # another process, after the listing was made
        return parts

    monkeypatch.setattr(store, "_parts", stale_once)
    assert store.read(["a", "b"])[1].all()


def test_damaged_part_is_named_with_what_to_do(tmp_path):
    VectorStore(tmp_path).append(["a"], A)
    part = next(tmp_path.iterdir())
    part.write_bytes(part.read_bytes()[:-3])
    with pytest.raises(StorageError, match=rf"{part.name} is damaged .* Delete it"):
        VectorStore(tmp_path).read(["a"])
