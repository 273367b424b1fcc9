"""What learns when a text encoder is adapted: inside the language model, or on top of its vectors.

Papers: Henderson et al., "Efficient Natural Language Response Suggestion", 2017, arXiv:1705.00652
(softmax within a batch); Kusupati et al., "Matryoshka Representation Learning", NeurIPS 2022,
arXiv:2205.13147; Hu et al., "LoRA", ICLR 2022, arXiv:2106.09685.
Differs: the softmax goes both ways, and an item of a batch that is one side of a pair never counts
against it.
Axes: pair, batch = items or pairs of a step, item, text = width of a vector.
"""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.encoders.adapter import AdapterConfig, VectorMap, add_adapter
from recengine.encoders.language_model import readable
from recengine.encoders.llm import LlmEncoder, net_of
from recengine.models.losses import fast_product_dtype
from recengine.training.item_pairs import Pairs


@dataclass(frozen=True)
class InBatch:
    """How pairs are told apart.

    Attributes:
        widths: beginnings of a vector that have to serve alone as well (Matryoshka).
        temperature: cosines are divided by it.
    """

    widths: tuple[int, ...]
    temperature: float


class AdaptedReader(nn.Module):
    """Items as vectors, and the part of the way there that learns.

    Attributes:
        adapter: what learns, by name; nothing else is part of the module.
    """

    adapter: nn.ParameterDict

    def __init__(self, telling: InBatch) -> None:
        super().__init__()
        self._telling = telling

    @abstractmethod
    def vectors(self, items: list[int]) -> Float[Tensor, "batch text"]:
        """Of items by index; in training they may differ from call to call."""

    def loss(self, pairs: Pairs) -> Tensor:
        """Softmax within the batch, both ways, for the whole vectors and their beginnings."""
        distinct, places = np.unique(pairs, return_inverse=True)
        vectors = self.vectors(distinct.tolist())
        rows = torch.from_numpy(places.reshape(pairs.shape)).to(vectors.device)
        items = torch.from_numpy(pairs).to(vectors.device)
        if (pairs[:, 0] == pairs[:, 1]).all():  # a text against itself is read twice
            first, second = vectors[rows[:, 0]], self.vectors(distinct.tolist())[rows[:, 1]]
        else:
            first, second = vectors[rows[:, 0]], vectors[rows[:, 1]]
        widths = {min(width, vectors.shape[1]) for width in self._telling.widths}
        losses = [
            in_batch_loss(first[:, :width], second[:, :width], items, self._telling.temperature)
            for width in sorted(widths | {vectors.shape[1]})
        ]
        return torch.stack(losses).mean()


class LanguageReader(AdaptedReader):
    """A language model with an adapter inside; every item is read anew."""

    def __init__(
        self,
        encoder: LlmEncoder,
        texts: list[str],
        config: AdapterConfig,
        telling: InBatch,
        max_tokens: int,
    ) -> None:
        """Load the language model; position i of `texts` belongs to item index i + 1."""
        super().__init__(telling)
        opened = encoder.opened()
        opened.max_seq_length = min(opened.max_seq_length or max_tokens, max_tokens)
        self._opened = (opened,)  # in a tuple, so that its weights are not saved with the adapter
        self._texts = texts
        self.adapter = add_adapter(net_of(opened), config)

    def vectors(self, items: list[int]) -> Float[Tensor, "batch text"]:
        """Read anew, under another dropout in training."""
        (opened,) = self._opened
        opened.train(self.training)
        features = opened.preprocess([readable(self._texts[item - 1]) for item in items])
        features = {
            name: value.to(opened.device) if isinstance(value, Tensor) else value
            for name, value in features.items()
        }
        dtype = fast_product_dtype(opened.device)
        with torch.autocast(opened.device.type, dtype, enabled=dtype != torch.float32):
            return opened(features)["sentence_embedding"].float()


class MappedReader(AdaptedReader):
    """Vectors as they are, and a linear map of low rank on top; no language model is run."""

    def __init__(
        self,
        vectors: Float32[np.ndarray, "item text"],
        known: Bool[np.ndarray, " item"],
        config: AdapterConfig,
        telling: InBatch,
    ) -> None:
        """Begin with a map that changes nothing; vectors are taken from the mean of known items."""
        super().__init__(telling)
        self.mean = vectors[known].mean(axis=0)
        self._centred = torch.from_numpy(vectors - self.mean)
        self._config = config
        dim = vectors.shape[1]
        down = nn.Parameter(torch.randn(dim, config.rank) / dim**0.5)
        self.adapter = nn.ParameterDict(
            {"down": down, "up": nn.Parameter(torch.zeros(config.rank, dim))}
        )

    def vectors(self, items: list[int]) -> Float[Tensor, "batch text"]:
        """Mapped; in training, numbers that the map reads are dropped at random."""
        plain = self._centred[torch.tensor(items) - 1]
        read = F.dropout(plain, self._config.dropout, self.training)
        change = read @ self.adapter["down"] @ self.adapter["up"]
        return plain + change * (self._config.alpha / self._config.rank)

    def trained(self) -> VectorMap:
        """The map by itself."""
        weights = {name: weight.detach().clone() for name, weight in self.adapter.items()}
        mean = torch.from_numpy(self.mean.astype(np.float32))
        return VectorMap(self._config, weights | {"mean": mean})


def in_batch_loss(
    first: Float[Tensor, "batch text"],
    second: Float[Tensor, "batch text"],
    items: Int[Tensor, "batch 2"],
    temperature: float,
) -> Float[Tensor, ""]:
    """Cross-entropy of finding the other half of each pair among those of the batch, both ways.

    Args:
        first, second: vectors of the two halves.
        items: item indices of the two halves; what is one of a pair's own items is no rival.
        temperature: cosines are divided by it.
    """
    logits = F.normalize(first, dim=1) @ F.normalize(second, dim=1).T / temperature
    target = torch.arange(len(items), device=logits.device)
    own = torch.eye(len(items), dtype=torch.bool, device=logits.device)

    def rivals(columns: Tensor) -> Tensor:
        known = (columns[None] == items[:, :1]) | (columns[None] == items[:, 1:])
        return known & ~own

    there = F.cross_entropy(logits.masked_fill(rivals(items[:, 1]), -torch.inf), target)
    back = F.cross_entropy(logits.T.masked_fill(rivals(items[:, 0]), -torch.inf), target)
    return (there + back) / 2
