import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from safetensors.numpy import load_file

from recengine.data.progress import silent
from recengine.encoders import TextTemplate, item_vectors
from recengine.encoders import vectors as vectors_module
from recengine.encoders.base import ItemEncoder
from recengine.encoders.vectors import encode_items
from recengine.errors import UnknownNameError

TEMPLATE = TextTemplate()


class LetterEncoder(ItemEncoder):
    """Counts the letters a to d, and remembers what it was asked to read."""

    name = fingerprint = "letters"
    dim = 4

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Sequence[str], progress=silent) -> np.ndarray:
        self.read += texts
        progress("Reading item texts", len(texts), len(texts))
        return np.array([[text.count(c) for c in "abcd"] for text in texts], dtype=np.float32)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(vectors_module, "CHUNK_TEXTS", 2)


def test_vectors_follow_the_catalogue(catalogue, workspace):
    dataset = catalogue(title=["a", "bbb", "cc", "a", "dd"])
    found = encode_items(dataset, LetterEncoder(), TEMPLATE, workspace)
    expected = [[1, 0, 0, 0], [0, 3, 0, 0], [0, 0, 2, 0], [1, 0, 0, 0], [0, 0, 0, 2]]
    assert found.vectors.tolist() == expected


def test_a_text_that_occurs_twice_is_read_once(catalogue, workspace):
    encoder = LetterEncoder()
    encode_items(catalogue(title=["a", "b", "a", "a"]), encoder, TEMPLATE, workspace)
    assert sorted(encoder.read) == ["a", "b"]


def test_only_changed_texts_are_read_again(catalogue, workspace):
    before = encode_items(catalogue(title=["a", "b", "c"]), LetterEncoder(), TEMPLATE, workspace)
    encoder = LetterEncoder()
    after = encode_items(catalogue(title=["d", "b", "c"]), encoder, TEMPLATE, workspace)
    assert encoder.read == ["d"]
    assert after.vectors[0].tolist() == [0, 0, 0, 1]
    assert (after.vectors[1:] == before.vectors[1:]).all()
    assert after.space == before.space
    assert after.fingerprint != before.fingerprint


def test_a_stopped_run_goes_on_where_it_was(catalogue, workspace):
    dataset = catalogue(title=["aaaaa", "bbbb", "ccc", "dd", "a"])

    def stop_at_four(_stage: str, done: int, _total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    first, second = LetterEncoder(), LetterEncoder()
    with pytest.raises(KeyboardInterrupt):
        encode_items(dataset, first, TEMPLATE, workspace, stop_at_four)
    found = encode_items(dataset, second, TEMPLATE, workspace)
    assert first.read == ["aaaaa", "bbbb", "ccc", "dd"]
    assert second.read == ["ccc", "dd", "a"]  # the unfinished chunk, and what followed
    assert found.vectors.sum(1).tolist() == [5, 4, 3, 2, 1]


def test_progress_counts_over_all_chunks(catalogue, workspace):
    steps = []
    encode_items(
        catalogue(title=["a", "b", "c", "d", "ab"]),
        LetterEncoder(),
        TEMPLATE,
        workspace,
        lambda *step: steps.append(step),
    )
    assert steps == [("Reading item texts", done, 5) for done in (2, 4, 5)]


def test_another_template_is_another_space(catalogue, workspace):
    dataset = catalogue(title=["a"], year=[1995])
    with_year = encode_items(dataset, LetterEncoder(), TEMPLATE, workspace)
    without = encode_items(dataset, LetterEncoder(), TextTemplate(fields=("title",)), workspace)
    assert with_year.space != without.space


def test_an_empty_catalogue_has_no_vectors(catalogue, workspace):
    found = encode_items(catalogue(title=[]), LetterEncoder(), TEMPLATE, workspace)
    assert len(found.vectors) == 0


def test_real_model_reads_only_what_changed(bert, catalogue, workspace):
    first = item_vectors(
        catalogue(title=["toy story", "heat", "casino"]), str(bert), TEMPLATE, workspace
    )
    steps = []
    second = item_vectors(
        catalogue(title=["toy story", "jumanji", "casino"]),
        str(bert),
        TEMPLATE,
        workspace,
        lambda stage, done, total: steps.append((stage, done, total)),
    )
    assert steps[-1] == ("Reading item texts", 1, 1)
    assert (first.vectors[[0, 2]] == second.vectors[[0, 2]]).all()
    assert (first.vectors[1] != second.vectors[1]).any()


def test_stored_vectors_are_had_without_loading_the_model(bert, catalogue, workspace):
    item_vectors(catalogue(title=["toy story"]), str(bert), TEMPLATE, workspace)
    script = f"""
import sys, pandas as pd
from pathlib import Path
from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace
from recengine.encoders import TextTemplate, item_vectors
items = pd.DataFrame({{"item_id": ["i0"], "title": ["toy story"]}})
dataset = Dataset("films", "Films", pd.DataFrame(), items, pd.DataFrame())
item_vectors(dataset, {str(bert)!r}, TextTemplate(), Workspace(Path({str(workspace.path)!r})))
assert not {{"transformers", "sentence_transformers"}} & set(sys.modules), "was imported"
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_vectors_are_kept_with_fewer_bits_from_now_on(bert, catalogue, workspace):
    titles = ["toy story", "heat", "casino", "a cowboy doll"]
    exact = item_vectors(catalogue(title=titles), str(bert), TEMPLATE, workspace)
    small = item_vectors(catalogue(title=titles), str(bert), TEMPLATE, workspace, precision="int8")
    assert (small.vectors != exact.vectors).any()
    np.testing.assert_allclose(small.vectors, exact.vectors, atol=0.05)
    assert small.fingerprint == exact.fingerprint  # moved by rounding only
    item_vectors(catalogue(title=["crime"]), str(bert), TEMPLATE, workspace)
    parts = list((workspace.folder("vectors")).rglob("*.safetensors"))
    assert [load_file(part)["vectors"].dtype for part in parts] == [np.int8]


def test_an_unknown_precision_is_refused_before_anything_is_read(catalogue, workspace):
    with pytest.raises(UnknownNameError, match="Unknown precision 'int3'"):
        item_vectors(catalogue(title=["a"]), "nowhere", TEMPLATE, workspace, precision="int3")
