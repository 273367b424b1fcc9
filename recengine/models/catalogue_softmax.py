"""Scoring a whole catalogue with one vector per item, and learning it by exact cross-entropy.

Axes: batch, length, dim = model width, vocab = 1 + num_items, token = positions with a target.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from recengine.data.histories import Histories
from recengine.models.base import FitData, InterestModel, TrainedRanker, never_padding
from recengine.models.losses import fast_product_dtype, linear_cross_entropy


class Competition(nn.Module):
    """The items that take part in a softmax."""

    competing: Tensor
    place: Tensor

    def __init__(self, data: FitData) -> None:
        super().__init__()
        competing = torch.from_numpy(np.flatnonzero(data.candidates))
        place = torch.zeros(data.vocab, dtype=torch.long)
        place[competing] = torch.arange(len(competing))
        self.register_buffer("competing", competing, persistent=False)
        self.register_buffer("place", place, persistent=False)

    def cross_entropy(
        self,
        hidden: Float[Tensor, "token dim"],
        items: Float[Tensor, "vocab dim"],
        bias: Float[Tensor, " vocab"],
        targets: Int[Tensor, " token"],
    ) -> Float[Tensor, ""]:
        """Mean exact cross-entropy of the items that came next."""
        return linear_cross_entropy(
            hidden,
            items[self.competing],
            bias[self.competing],
            self.place[targets],
            fast_product_dtype(hidden.device),
        )


class CatalogueSoftmax(Competition):
    """Item vectors and biases, shared by the input and the output of a sequence model.

    Padding has a zero vector.
    """

    def __init__(self, data: FitData, dim: int) -> None:
        super().__init__(data)
        self.items = nn.Embedding(data.vocab, dim, padding_idx=0)
        nn.init.normal_(self.items.weight[1:], std=0.02)
        self.bias = nn.Parameter(torch.zeros(data.vocab))

    def embed(self, items: Int[Tensor, "*batch"]) -> Float[Tensor, "*batch dim"]:
        """Vectors of items."""
        vectors: Tensor = self.items(items)
        return vectors

    def scores(self, hidden: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch vocab"]:
        """Scores of the whole catalogue; padding scores -inf."""
        return never_padding(hidden @ self.items.weight.T + self.bias)

    def scores_of(
        self, hidden: Float[Tensor, "batch dim"], items: Int[Tensor, " some"]
    ) -> Float[Tensor, "batch some"]:
        """Scores of some items."""
        return hidden @ self.items.weight[items].T + self.bias[items]

    def loss(
        self, hidden: Float[Tensor, "token dim"], targets: Int[Tensor, " token"]
    ) -> Float[Tensor, ""]:
        """Mean exact cross-entropy of the items that came next."""
        return self.cross_entropy(hidden, self.items.weight, self.bias, targets)


class SoftmaxRanker(TrainedRanker, InterestModel):
    """A sequence model whose interests choose among the items of a `CatalogueSoftmax`."""

    softmax: CatalogueSoftmax

    def item_vectors(self) -> Float[Tensor, "vocab dim"]:
        """Those of the softmax."""
        return self.softmax.items.weight

    def item_table(self) -> Float[Tensor, "vocab dim"]:
        """The same: an item enters a history by the vector that it competes with."""
        return self.item_vectors()

    def item_loss(
        self, states: Float[Tensor, "token dim"], items: Int[Tensor, " token"]
    ) -> Float[Tensor, ""]:
        """Mean exact cross-entropy of items, told from states."""
        return self.softmax.loss(states, items)

    def item_bias(self) -> Float[Tensor, " vocab"]:
        """That of the softmax."""
        return self.softmax.bias

    def score_with(
        self, interest: Float[Tensor, "batch dim"], histories: Histories
    ) -> Float[Tensor, "batch vocab"]:
        """Match of each item; nothing else makes up the score."""
        assert len(interest) == len(histories)
        return self.softmax.scores(interest)

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Match of the last interest with each item; the biases alone for an empty history."""
        return self.score_with(histories.last(self.interests(histories)), histories)
