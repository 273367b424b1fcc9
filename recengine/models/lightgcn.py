"""LightGCN: vectors of people and items, smoothed over the graph of who chose what.

    e_u^(k+1) = sum over i in N(u) of e_i^(k) / sqrt(|N(u)| |N(i)|), items alike
    e = mean of e^(0) .. e^(K), score = e_u . e_i

Paper: He et al., "LightGCN: Simplifying and Powering Graph Convolution Network for
Recommendation", SIGIR 2020, arXiv:2002.02126.
Differs: one layer and eight negatives instead of three and one, chosen by validation on
MovieLens-100K; a step learns from all pairs of a few hundred people at once, as one smoothing of
the whole graph serves them all; whoever is not in the graph gets the smoothed vector that a new
node beside the items of their history would get.
Axes: user, vocab = 1 + num_items, node = users then items, dim, pair = (user, item).
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from recengine.data.batches import TrainingBatch
from recengine.data.histories import Histories
from recengine.data.settings import Count, NotNegative, Settings
from recengine.models.base import FitData, TrainedRanker, never_padding


@dataclass(frozen=True, kw_only=True)
class LightGCNConfig(Settings):
    """Hyper-parameters."""

    embedding_dim: Count = 64
    num_layers: Count = 1
    negatives: Count = 8  # drawn for each pair
    l2: NotNegative = 1e-3  # on the vectors of a step's pairs, before smoothing
    max_length: Count = 200  # events of a history that are learnt from at once


class Graph(nn.Module):
    """Who chose what, once each, as lists of neighbours of every node."""

    neighbours: Tensor
    offsets: Tensor
    scale: Tensor

    def __init__(self, data: FitData) -> None:
        super().__init__()
        self.num_users = data.train.num_users
        items = self.num_users + data.train.items.astype(np.int64)
        pairs = np.unique(np.stack([data.train.users, items], axis=1), axis=0)
        ends = np.concatenate([pairs, pairs[:, ::-1]])
        ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
        degrees = np.bincount(ends[:, 0], minlength=self.num_users + data.vocab)
        offsets = np.concatenate([[0], np.cumsum(degrees)])
        scale = 1 / np.sqrt(np.maximum(degrees, 1)).astype(np.float32)
        for name, array in (("neighbours", ends[:, 1].copy()), ("offsets", offsets)):
            self.register_buffer(name, torch.from_numpy(array), persistent=False)
        self.register_buffer("scale", torch.from_numpy(scale)[:, None], persistent=False)

    @property
    def degrees(self) -> Int[Tensor, " node"]:
        """Neighbours of each node."""
        return self.offsets.diff()

    def layers(self, vectors: Float[Tensor, "node dim"], count: int) -> list[Tensor]:
        """The vectors as they are, then smoothed once, twice, and so on."""
        made = [vectors]
        for _ in range(count):
            summed = F.embedding_bag(
                self.neighbours,
                made[-1] * self.scale,
                self.offsets,
                mode="sum",
                include_last_offset=True,
            )
            made.append(summed * self.scale)
        return made


class _Smooth(torch.autograd.Function):
    """Mean over the layers. The graph is symmetric, so the gradient is smoothed in the same way."""

    @staticmethod
    def forward(ctx: Any, vectors: Tensor, graph: Graph, count: int) -> Tensor:
        ctx.graph, ctx.count = graph, count
        return torch.stack(graph.layers(vectors, count)).mean(dim=0)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        return torch.stack(ctx.graph.layers(grad, ctx.count)).mean(dim=0), None, None


@dataclass(frozen=True)
class Smoothed:
    """What scoring needs of the graph.

    Attributes:
        users, items: final vectors.
        lent: what an item adds to the final vector of a new neighbour, but for its own degree.
    """

    users: Float[Tensor, "user dim"]
    items: Float[Tensor, "vocab dim"]
    lent: Float[Tensor, "vocab dim"]


class LightGCN(TrainedRanker):
    """Collaborative filtering on the graph; knows no order of events."""

    name: ClassVar[str] = "lightgcn"
    label: ClassVar[str] = "LightGCN"
    config_class: ClassVar[type] = LightGCNConfig
    per_item: ClassVar[tuple[str, ...]] = ("items.weight",)
    per_user: ClassVar[tuple[str, ...]] = ("users.weight",)

    competing: Tensor

    def __init__(self, config: LightGCNConfig, data: FitData) -> None:
        super().__init__(config, data)
        self.graph = Graph(data)
        self.users = nn.Embedding(data.train.num_users, config.embedding_dim)
        self.items = nn.Embedding(data.vocab, config.embedding_dim)
        for table in (self.users, self.items):
            nn.init.normal_(table.weight, std=0.1)
        nn.init.zeros_(self.items.weight[0])
        competing = torch.from_numpy(np.flatnonzero(data.candidates))
        self.register_buffer("competing", competing, persistent=False)
        self._smoothed: Smoothed | None = None

    def train(self, mode: bool = True) -> "LightGCN":
        """Switch between training and scoring; the weights may have changed since."""
        self._smoothed = None
        super().train(mode)
        return self

    def nodes(self) -> Float[Tensor, "node dim"]:
        """Vectors before smoothing, users first."""
        return torch.cat([self.users.weight, self.items.weight])

    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """BPR: what a person chose before items drawn at random."""
        real = batch.targets > 0
        users = batch.histories.users[:, None].expand_as(real)[real]
        chosen = batch.targets[real][:, None]
        drawn = torch.randint(len(self.competing), (len(users), self.config.negatives))
        others = self.competing[drawn.to(chosen.device)]
        first = self.graph.num_users
        smoothed = _Smooth.apply(self.nodes(), self.graph, self.config.num_layers)
        people = F.embedding(users[:, None], smoothed)
        ahead = (
            people * (F.embedding(first + chosen, smoothed) - F.embedding(first + others, smoothed))
        ).sum(dim=2)
        size = (
            self._size(self.users.weight, users)
            + self._size(self.items.weight, chosen)
            + self._size(self.items.weight, others) / self.config.negatives
        )
        loss: Tensor = F.softplus(-ahead).mean() + self.config.l2 * size / len(users)
        return loss

    def _size(self, table: Float[Tensor, "row dim"], used: Int[Tensor, "..."]) -> Tensor:
        """Sum of the squares of the rows used, each as often as it is used."""
        return torch.bincount(used.flatten(), minlength=len(table)).float() @ table.square().sum(
            dim=1
        )

    def smoothed(self) -> Smoothed:
        """What scoring needs; kept until the model is trained on."""
        if self._smoothed is None:
            with torch.inference_mode(False), torch.no_grad():
                layers = self.graph.layers(self.nodes(), self.config.num_layers)
                final, first = torch.stack(layers).mean(dim=0), self.graph.num_users
                passed_on = torch.stack(layers[:-1]).sum(dim=0) / len(layers) * self.graph.scale
            self._smoothed = Smoothed(final[:first], final[first:], passed_on[first:])
        return self._smoothed

    def item_vectors(self) -> Float[Tensor, "vocab dim"]:
        """Items as the graph has smoothed them."""
        return self.smoothed().items

    def fold_in(self, histories: Histories) -> Float[Tensor, "batch dim"]:
        """What a new node of the graph would get from the items of its history."""
        return self._lent(histories).sum(dim=1)

    def fold_in_parts(self, history: Histories) -> Float[Tensor, "length dim"]:
        """What each event lends to that node."""
        return self._lent(history)[0]

    def _lent(self, histories: Histories) -> Float[Tensor, "batch length dim"]:
        lent = F.embedding(histories.items, self.smoothed().lent) * histories.real[..., None]
        return lent / histories.lengths.clamp(min=1).sqrt()[:, None, None]

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Match of each person's vector with each item's; 0 for whoever has nothing to go by."""
        smoothed = self.smoothed()
        known = (histories.users >= 0) & (self.graph.degrees[histories.users] > 0)
        new = self.fold_in(histories)
        people = torch.where(known[:, None], smoothed.users[histories.users], new)
        return never_padding(people @ smoothed.items.T)
