import numpy as np
import pytest

from recengine.encoders.compression import Size, compress
from recengine.encoders.store import VectorStore
from recengine.errors import ConfigError, UnknownNameError


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(50, 16)).astype(np.float32)


def cosines(vectors):
    centred = vectors - vectors.mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    return unit @ unit.T


def test_nothing_changes_by_keeping_everything(vectors):
    assert (compress(vectors, Size()).restored() == vectors).all()


@pytest.mark.parametrize(("precision", "share"), [("float16", 0.5), ("int8", 0.25 + 4 / 64)])
def test_fewer_bits_take_less_memory(vectors, precision, share):
    small = compress(vectors, Size(precision=precision))
    assert small.nbytes == vectors.nbytes * share
    assert small.codes.dtype == precision


def test_int8_is_off_by_half_a_step_at_most(vectors):
    vectors[3] = 0
    restored = compress(vectors, Size(precision="int8")).restored()
    step = np.abs(vectors).max(axis=1, keepdims=True) / 127
    assert (np.abs(restored - vectors) <= step / 2 + 1e-7).all()


def test_first_numbers_are_the_first(vectors):
    assert (compress(vectors, Size(width=4, cut="first")).restored() == vectors[:, :4]).all()


def test_principal_components_of_a_flat_cloud_keep_all_angles():
    rng = np.random.default_rng(0)
    flat = (rng.normal(size=(40, 3)) @ rng.normal(size=(3, 12)) + 5).astype(np.float32)
    short = compress(flat, Size(width=3)).restored()
    assert short.shape == (40, 3)
    np.testing.assert_allclose(cosines(short), cosines(flat), atol=1e-3)


def test_principal_components_count_what_new_items_need(vectors):
    assert compress(vectors, Size(width=4)).nbytes == 50 * 4 * 4 + (16 + 16 * 4) * 4


@pytest.mark.parametrize("precision", ["float16", "int8"])
def test_a_store_with_fewer_bits_gives_the_vectors_back(tmp_path, vectors, precision):
    texts = [str(row) for row in range(50)]
    exact, small = VectorStore(tmp_path / "exact"), VectorStore(tmp_path / "small", precision)
    exact.append(texts, vectors)
    small.append(texts, vectors)
    assert small.nbytes < 0.7 * exact.nbytes
    found, stored = VectorStore(tmp_path / "small").read(texts)
    assert stored.all()
    np.testing.assert_allclose(found, vectors, atol=0.02)


def test_a_store_is_rewritten_with_fewer_bits_and_takes_more_of_either(tmp_path, vectors):
    VectorStore(tmp_path).append(["a", "b"], vectors[:2])
    before = VectorStore(tmp_path).nbytes
    VectorStore(tmp_path, "int8").rewrite()
    assert VectorStore(tmp_path).nbytes < before
    VectorStore(tmp_path, "float32").append(["c"], vectors[2:3])
    found, stored = VectorStore(tmp_path).read(["c", "a"])
    assert stored.all()
    assert (found[0] == vectors[2]).all()
    np.testing.assert_allclose(found[1], vectors[0], atol=0.02)


def test_impossible_sizes_are_refused(vectors):
    with pytest.raises(ConfigError, match="width=17 is more than the 16 numbers"):
        compress(vectors, Size(width=17))
    with pytest.raises(UnknownNameError, match=r"'int4'.*int8"):
        Size(precision="int4")
    with pytest.raises(UnknownNameError, match=r"'last'.*pca"):
        Size(cut="last")
    with pytest.raises(ConfigError, match="width=-1"):
        Size(width=-1)
