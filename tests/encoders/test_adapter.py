import numpy as np
import pytest
import torch

from recengine.encoders.adapter import AdapterConfig, TrainedAdapter, add_adapter
from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig
from recengine.errors import ConfigError, DataError

TEXTS = ["toy story", "heat", "a cowboy doll adventure comedy"]
SIZE = AdapterConfig(rank=2, alpha=4, dropout=0.0)


def encoder(folder, workspace, adapter=None) -> LlmEncoder:
    return LlmEncoder(LlmEncoderConfig(name=str(folder), device="cpu"), workspace, adapter=adapter)


@pytest.fixture(params=["bert", "gpt2", "llama"])
def folder(request):
    return request.getfixturevalue(request.param)


def trained(folder, workspace) -> TrainedAdapter:
    """As training would leave it: every weight somewhere else."""
    torch.manual_seed(0)
    parameters = add_adapter(encoder(folder, workspace).language_model().net, SIZE)
    return TrainedAdapter(SIZE, {n: torch.randn_like(p) / 4 for n, p in parameters.items()})


def test_a_new_adapter_changes_nothing_and_is_all_that_learns(folder, workspace):
    opened = encoder(folder, workspace).opened()
    before = opened.encode(TEXTS)
    net = opened[0].auto_model
    parameters = add_adapter(net, SIZE)
    np.testing.assert_allclose(opened.encode(TEXTS), before, atol=1e-6)
    learning = [parameter for parameter in net.parameters() if parameter.requires_grad]
    assert {id(each) for each in learning} == {id(each) for each in parameters.values()}
    assert 0 < len(learning) < len(list(net.parameters()))


def test_an_encoder_with_an_adapter_reads_as_it_was_trained(folder, workspace):
    adapter = trained(folder, workspace)
    opened = encoder(folder, workspace).opened()
    parameters = add_adapter(opened[0].auto_model, SIZE)
    with torch.no_grad():
        for name, weight in adapter.weights.items():
            parameters[name].copy_(weight)
    expected = opened.encode(TEXTS)
    adapted = encoder(folder, workspace, adapter).encode(TEXTS)
    np.testing.assert_allclose(adapted, expected, atol=1e-5)
    assert np.abs(adapted - encoder(folder, workspace).encode(TEXTS)).max() > 1e-3


def test_half_an_adapter_lies_between_none_and_all_of_it(folder, workspace):
    adapter = trained(folder, workspace)
    none, half, whole = (
        encoder(folder, workspace, each).encode(TEXTS)
        for each in (adapter.weakened(0.0), adapter.weakened(0.5), adapter)
    )
    np.testing.assert_allclose(none, encoder(folder, workspace).encode(TEXTS), atol=1e-5)
    assert 0 < np.abs(half - none).max() < np.abs(whole - none).max()


def test_another_adapter_is_another_encoder(folder, workspace):
    adapter = trained(folder, workspace)
    changed = TrainedAdapter(SIZE, {n: w + 1 for n, w in adapter.weights.items()})
    names = {encoder(folder, workspace, each).fingerprint for each in (None, adapter, changed)}
    assert len(names) == 3
    again = TrainedAdapter(SIZE, dict(reversed(list(adapter.weights.items()))))
    assert again.fingerprint == adapter.fingerprint


def test_an_adapter_of_another_model_is_refused(bert, llama, workspace):
    adapter = trained(bert, workspace)
    with pytest.raises(DataError, match=r"another language model.*recengine adapt"):
        encoder(llama, workspace, adapter).encode(TEXTS)


def test_impossible_settings_are_refused():
    with pytest.raises(ConfigError, match="rank=0"):
        AdapterConfig(rank=0)
    with pytest.raises(ConfigError, match=r"dropout=1\.0"):
        AdapterConfig(dropout=1.0)
