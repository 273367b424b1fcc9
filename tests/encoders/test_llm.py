import shutil
import socket

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig
from recengine.errors import ConfigError, DataError, StorageError, UnknownNameError

TEXTS = ["toy story", "heat", "a cowboy doll adventure comedy", "", "casino crime", "   "]


def encoder(folder, workspace, **options) -> LlmEncoder:
    return LlmEncoder(LlmEncoderConfig(name=str(folder), device="cpu", **options), workspace)


def token_states(folder, text: str) -> torch.Tensor:
    """States of the last layer for one text, alone and without padding, by transformers itself."""
    tokens = AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")
    tokens.pop("token_type_ids", None)
    with torch.inference_mode():
        return AutoModel.from_pretrained(folder)(**tokens).last_hidden_state[0]


@pytest.mark.parametrize(
    ("model", "pooling", "expected"),
    [
        ("bert", "auto", lambda states: states.mean(0)),
        ("bert", "mean", lambda states: states.mean(0)),
        ("bert", "cls", lambda states: states[0]),
        ("gpt2", "auto", lambda states: states[-1]),
        ("gpt2", "mean", lambda states: states.mean(0)),
        ("llama", "auto", lambda states: states[-1]),
        ("llama", "last", lambda states: states[-1]),
        ("llama", "mean", lambda states: states.mean(0)),
    ],
)
def test_vectors_are_the_pooled_states_of_each_text_alone(
    model, pooling, expected, request, workspace
):
    folder = request.getfixturevalue(model)
    vectors = encoder(folder, workspace, pooling=pooling).encode(TEXTS)
    assert vectors.dtype == np.float32
    for text, vector in zip(TEXTS, vectors, strict=True):
        states = token_states(folder, text if text.strip() else "unknown")
        np.testing.assert_allclose(vector, expected(states).numpy(), atol=1e-5)


def test_batches_by_length_keep_the_order_given(bert, workspace, monkeypatch):
    together = encoder(bert, workspace).encode(TEXTS)
    monkeypatch.setattr("recengine.encoders.llm.MAX_BATCH_CHARACTERS", 25)
    steps = []
    model = encoder(bert, workspace)
    apart = model.encode(TEXTS, lambda _stage, done, total: steps.append((done, total)))
    np.testing.assert_allclose(apart, together, atol=1e-5)
    assert len(steps) > 2
    assert steps[-1] == (len(TEXTS), len(TEXTS))


def test_no_texts_give_no_vectors(bert, workspace):
    assert encoder(bert, workspace).encode([]).shape == (0, 16)


def test_prompt_is_read_before_every_text(bert, workspace):
    plain = encoder(bert, workspace).encode(["toy story"])
    prompted = encoder(bert, workspace, prompt="toy ").encode(["story"])
    np.testing.assert_allclose(prompted, plain, atol=1e-5)


def test_tokens_beyond_the_limit_are_not_read(bert, workspace):
    limited = encoder(bert, workspace, max_tokens=2).encode(["toy story heat", "toy story crime"])
    np.testing.assert_allclose(limited[0], limited[1], atol=1e-5)
    full = encoder(bert, workspace).encode(["toy story heat", "toy story crime"])
    assert np.abs(full[0] - full[1]).max() > 1e-3


def test_text_longer_than_the_model_reads_is_no_error(bert, workspace):
    assert np.isfinite(encoder(bert, workspace).encode(["toy " * 25_000, "half \ud800"])).all()


def test_bfloat16_moves_vectors_by_rounding_only(bert, workspace):
    exact = encoder(bert, workspace).encode(TEXTS)
    rounded = encoder(bert, workspace, precision="bfloat16").encode(TEXTS)
    assert rounded.dtype == np.float32
    cosine = (exact * rounded).sum(1) / np.linalg.norm(exact, axis=1)
    assert (cosine / np.linalg.norm(rounded, axis=1) > 0.999).all()


def test_loading_a_folder_makes_no_network_call(bert, workspace, monkeypatch):
    def refuse(*_args):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert encoder(bert, workspace).encode(["toy"]).shape == (1, 16)


def test_fingerprint_follows_weights_and_options(bert, workspace, tmp_path):
    first = encoder(bert, workspace).fingerprint
    copy = shutil.copytree(bert, tmp_path / bert.name)
    assert encoder(copy, workspace).fingerprint == first
    assert encoder(bert, workspace, precision="bfloat16").fingerprint == first
    assert encoder(bert, workspace, pooling="cls").fingerprint != first
    assert encoder(bert, workspace, max_tokens=8).fingerprint != first
    assert encoder(bert, workspace, prompt="film: ").fingerprint != first
    weights = copy / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert encoder(copy, workspace).fingerprint != first


def test_truncated_weights_give_one_clear_message(bert, workspace, tmp_path):
    copy = shutil.copytree(bert, tmp_path / "copy")
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(StorageError, match=r"copy cannot be used: its weights are damaged.*Delete"):
        encoder(copy, workspace).encode(["toy"])


@pytest.mark.parametrize("content", ["{", '{"model_type": "no-such-model"}', "{}"])
def test_unusable_configuration_gives_one_clear_message(bert, workspace, tmp_path, content):
    copy = shutil.copytree(bert, tmp_path / "copy")
    (copy / "config.json").write_text(content)
    with pytest.raises((DataError, StorageError), match="Delete"):
        encoder(copy, workspace).encode(["toy"])


def test_folder_with_code_of_its_own_is_refused(bert, workspace, tmp_path):
    copy = shutil.copytree(bert, tmp_path / "copy")
    (copy / "run.py").write_text("raise SystemExit('was run')")
    (copy / "modules.json").write_text(
        '[{"idx": 0, "name": "0", "path": "", "type": "run.Anything"}]'
    )
    with pytest.raises(DataError, match=r"run\.Anything"):
        encoder(copy, workspace).encode(["toy"])


def test_numbers_that_are_not_finite_are_refused(bert, workspace):
    model = encoder(bert, workspace)
    with torch.no_grad():
        next(model._model.parameters()).fill_(torch.nan)
    with pytest.raises(ConfigError, match=r"not finite.*float32"):
        model.encode(["toy"])


def test_too_little_memory_says_what_to_lower(bert, workspace, monkeypatch):
    def too_much(*_args, **_kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory")

    model = encoder(bert, workspace)
    monkeypatch.setattr(model._model, "encode", too_much)
    with pytest.raises(ConfigError, match=r"more memory.*max_tokens=512"):
        model.encode(["toy"])


def test_unknown_options_are_refused():
    with pytest.raises(UnknownNameError, match=r"Unknown pooling 'max'.*mean"):
        LlmEncoderConfig(pooling="max")
    with pytest.raises(UnknownNameError, match=r"Unknown precision 'int3'.*bfloat16"):
        LlmEncoderConfig(precision="int3")
    with pytest.raises(ConfigError, match="max_tokens=0"):
        LlmEncoderConfig(max_tokens=0)
