"""Language models of a few thousand weights, made in a moment and good for nothing but tests."""

import torch

from recengine.encoders.base import ItemEncoder
from recengine.encoders.language_model import LanguageModel

WIDTH = 16


def tiny_tokenizer(words: tuple[str, ...], **special: str):
    """One token a word; the rest is unknown."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    marks = ("[PAD]", "[UNK]", *(mark for mark in ("[CLS]", "[SEP]") if mark in special.values()))
    vocabulary = {word: row for row, word in enumerate((*marks, *words))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", model_max_length=64, **special
    )


def tiny_bert(vocab_size: int):
    """A BERT of two layers, always the same."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    return BertModel(
        BertConfig(
            vocab_size=vocab_size,
            hidden_size=WIDTH,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=64,
        )
    )


def save_tiny_bert(folder, words: tuple[str, ...]) -> None:
    """A folder as the model hub would have it."""
    tiny_bert(2 + len(words)).save_pretrained(folder)
    tiny_tokenizer(words, pad_token="[PAD]").save_pretrained(folder)


class TinyEncoder(ItemEncoder):
    """What a ranker reads with in tests; nothing is made before it is asked for."""

    name = fingerprint = "tiny"
    dim = WIDTH

    def __init__(self, *words: str) -> None:
        self.words = words

    def encode(self, texts, progress=None):
        raise NotImplementedError

    def language_model(self) -> LanguageModel:
        marks = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
        net = tiny_bert(4 + len(self.words))
        return LanguageModel(tiny_tokenizer(self.words, **marks), net)
