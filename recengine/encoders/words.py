"""The words of a text as a language model sees them: one vector per word, in its sentence.

Axes: word = words of one text, dim = width of the model's output.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32
from torch import Tensor

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SHORTEST = 2  # letters; single ones are mostly cut off by an apostrophe


@dataclass(frozen=True)
class TextWords:
    """The words of one text, in their order; punctuation is left out.

    Attributes:
        words: as they are written.
        vectors: of length 1; the mean over the pieces that the model cuts a word into.
        cut: whether the text was longer than what the model reads.
    """

    words: tuple[str, ...]
    vectors: Float32[np.ndarray, "word dim"]
    cut: bool


@runtime_checkable  # so that the tests may check it as a type
class WordReader(Protocol):
    """Whatever gives the words of texts with their vectors."""

    def words(self, texts: Sequence[str]) -> list[TextWords]:
        """The words of each text."""

    def __hash__(self) -> int:
        """So that what it gave can be remembered."""


def words_of(model: "SentenceTransformer", texts: Sequence[str]) -> list[TextWords]:
    """The words of each text."""
    states = model.encode(list(texts), output_value="token_embeddings", show_progress_bar=False)
    tokens = model.tokenizer(
        list(texts), truncation=True, max_length=model.max_seq_length, return_offsets_mapping=True
    )
    return [
        _grouped(text, tokens.word_ids(row), tokens["offset_mapping"][row], states[row])
        for row, text in enumerate(texts)
    ]


def _grouped(
    text: str, ids: list[int | None], spans: list[tuple[int, int]], states: Tensor
) -> TextWords:
    pieces = states.float().cpu().numpy()
    places: dict[int, list[int]] = {}
    for place, word in enumerate(ids):
        if word is not None:
            places.setdefault(word, []).append(place)
    found = [
        (text[spans[group[0]][0] : spans[group[-1]][1]].strip(), group) for group in places.values()
    ]
    found = [(word, group) for word, group in found if len(word) >= SHORTEST and word.isalnum()]
    vectors = np.zeros((len(found), pieces.shape[1]), dtype=np.float32)
    for row, (_, group) in enumerate(found):
        mean = pieces[group].mean(axis=0)
        vectors[row] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    end = max((stop for _, stop in spans), default=0)
    cut = any(letter.isalnum() for letter in text[end:])
    return TextWords(tuple(word for word, _ in found), vectors, cut)
