"""A language model opened up: texts to tokens, tokens to states, for what reads or adapts it.

Axes: text, token (right-padded), dim = width of the model, layer, head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from recengine.types import UNKNOWN

if TYPE_CHECKING:  # importing it takes seconds
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class LanguageModel:
    """A tokenizer and a net, any pair that transformers knows.

    Attributes:
        words: the tokenizer.
        net: from tokens to states; without a head for any task.
    """

    words: Any
    net: "PreTrainedModel"

    @property
    def dim(self) -> int:
        """Width of a state."""
        return int(self.net.config.get_text_config().hidden_size)

    @property
    def longest(self) -> int:
        """Tokens that it can read at once."""
        return int(getattr(self.net.config.get_text_config(), "max_position_embeddings", 512))

    @property
    def device(self) -> torch.device:
        """Where the net is."""
        return self.net.device

    @property
    def begin(self) -> list[int]:
        """What a text begins with, if the model was made with such a mark."""
        return _mark(self.words.cls_token_id, self.words.bos_token_id)

    @property
    def between(self) -> list[int]:
        """What stands between two texts, if the model was made with such a mark."""
        return _mark(self.words.sep_token_id, self.words.eos_token_id)

    def tokens(self, texts: Sequence[str], limit: int) -> list[list[int]]:
        """The first `limit` tokens of each text, without marks; never none."""
        if not texts:
            return []
        plain = [readable(text) for text in texts]
        return self.words(
            plain, add_special_tokens=False, truncation=True, max_length=limit, verbose=False
        )["input_ids"]

    def pieces(self, tokens: Sequence[int]) -> list[str]:
        """Each token in letters."""
        return [self.words.decode([token]).strip() for token in tokens]

    def padded(
        self, rows: Sequence[Sequence[int]]
    ) -> tuple[Int[Tensor, "text token"], Bool[Tensor, "text token"]]:
        """Token rows as one tensor, and which of its places are real."""
        pad = self.words.pad_token_id or 0
        ids = [torch.tensor(row, dtype=torch.long) for row in rows]
        real = pad_sequence([torch.ones(len(row), dtype=torch.bool) for row in ids], True)
        return pad_sequence(ids, True, pad).to(self.device), real.to(self.device)

    def states(
        self, tokens: Int[Tensor, "text token"], real: Bool[Tensor, "text token"]
    ) -> Float[Tensor, "text token dim"]:
        """States of the last layer."""
        return self.net(input_ids=tokens, attention_mask=real.long()).last_hidden_state

    def attention(self, tokens: Int[Tensor, "1 token"]) -> Float[Tensor, "layer head token token"]:
        """How much each token looked at each other one, text by itself; rows sum to 1."""
        usual = self.net.config._attn_implementation
        self.net.set_attn_implementation("eager")  # the fast ones do not keep the weights
        try:
            told = self.net(
                input_ids=tokens, attention_mask=torch.ones_like(tokens), output_attentions=True
            )
        finally:
            self.net.set_attn_implementation(usual)
        return torch.cat(told.attentions)


def mean_of(
    states: Float[Tensor, "text token dim"], chosen: Bool[Tensor, "text token"]
) -> Float[Tensor, "text dim"]:
    """Mean state of some tokens of each text; zeros where none is chosen."""
    weight = chosen[..., None].to(states.dtype)
    return (states * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1)


def readable(text: str) -> str:
    """A text that every tokenizer takes: some fail on no token at all, or on half a character."""
    return text.encode("utf-8", "replace").decode() if text.strip() else UNKNOWN


def _mark(*choices: int | None) -> list[int]:
    return [choice for choice in choices if choice is not None][:1]
