"""What bends items: the interface of every head that makes item vectors depend on a request.

    S_j = (1 + tanh(G c)) * e_j + W_o [ x_j ]        x_j = sum over tokens of what each adds

A head says how the tokens of a request's memory (events, features of the moment and of the person)
add to each item. W_o and G start at zero, so that a dynamic catalogue starts as the static one, and
given the interest vector u the score u . S_j is a sum over tokens.

Paper: Chang et al., "PEPNet", KDD 2023, arXiv:2302.01115 (the gate).
Axes: batch, vocab = candidate items, token = events then features, heads, key, dim; rows = batch if
every request has candidates of its own, else absent.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

SHORTLIST_ABOVE = 20_000  # items from which only a shortlist is bent; below, all are in time
SHORTLIST = 2_000  # items bent of a larger catalogue


@dataclass(frozen=True)
class Memory:
    """The tokens that an item may be bent by.

    Attributes:
        tokens: raw vectors: events (oldest first), features of the moment, then of the person.
        ages: events since each token; 0 for features.
        present: which tokens are real and known.
        gate: sum of the vectors of the known features of the moment.
        num_events: how many of the tokens are events, padding included.
        num_moments: how many are features of the moment.
    """

    tokens: Float[Tensor, "batch token dim"]
    ages: Float[Tensor, "batch token"]
    present: Bool[Tensor, "batch token"]
    gate: Float[Tensor, "batch dim"]
    num_events: int
    num_moments: int


@dataclass(frozen=True)
class Prefixes:
    """The memories after some prefixes of each history, as training meets them.

    Attributes:
        events: raw vectors of the whole history.
        features: of the moment and of the person at each step.
        known: which of them are known.
        num_moments: how many of them are of the moment.
        steps: the last event of each prefix.
    """

    events: Float[Tensor, "batch length dim"]
    features: Float[Tensor, "batch step feature dim"]
    known: Bool[Tensor, "batch step feature"]
    num_moments: int
    steps: Int[Tensor, " step"]


class DynamicHead(nn.Module, ABC):
    """Bends every candidate item by the memory of one request."""

    def __init__(self, dim: int, num_heads: int, key_dim: int) -> None:
        super().__init__()
        self.num_heads, self.key_dim = num_heads, key_dim
        self.output = nn.Linear(num_heads * key_dim, dim, bias=False)
        self.gate = nn.Linear(dim, dim, bias=False)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.gate.weight)

    @abstractmethod
    def queries(self, items: Float[Tensor, "vocab dim"]) -> Float[Tensor, "part vocab width"]:
        """What each item brings along; depends on the item alone, so it can be kept."""

    @abstractmethod
    def attended(
        self, queries: Float[Tensor, "*rows part vocab width"], memory: Memory
    ) -> Float[Tensor, "batch heads vocab key"]:
        """x_j: what all tokens together add to each item, before W_o."""

    @abstractmethod
    def token_parts(
        self,
        interest: Float[Tensor, "batch dim"],
        queries: Float[Tensor, "*rows part vocab width"],
        memory: Memory,
    ) -> Float[Tensor, "batch vocab token"]:
        """What each token adds to each item's score; sums over tokens to u . W_o[x_j]."""

    @abstractmethod
    def pull_lengths(
        self, queries: Float[Tensor, "*rows part vocab width"], memory: Memory
    ) -> Float[Tensor, "batch vocab token"]:
        """How far each token pulls each item's vector."""

    @abstractmethod
    def prefix_scores(
        self,
        queries: Float[Tensor, "part vocab width"],
        prefixes: Prefixes,
        interest: Float[Tensor, "batch step dim"],
    ) -> Float[Tensor, "batch step vocab"]:
        """u_t . W_o[x_j] of every item after each prefix of the history, in one go."""

    def scores(
        self,
        interest: Float[Tensor, "batch dim"],
        queries: Float[Tensor, "*rows part vocab width"],
        memory: Memory,
    ) -> Float[Tensor, "batch vocab"]:
        """u . W_o[x_j] of every item."""
        wanted = self.wanted(interest)
        return torch.einsum("bhk,bhvk->bv", wanted, self.attended(queries, memory))

    def wanted(self, interest: Float[Tensor, "*batch dim"]) -> Float[Tensor, "*batch heads key"]:
        """The interest vector as W_o sees it."""
        return (interest @ self.output.weight).unflatten(-1, (self.num_heads, self.key_dim))

    def added(
        self,
        interest: Float[Tensor, "batch dim"],
        items: Float[Tensor, "*rows vocab dim"],
        queries: Float[Tensor, "*rows part vocab width"],
        memory: Memory,
    ) -> Float[Tensor, "batch vocab"]:
        """What bending items adds to u . e_j, without forming every S_j."""
        gated = interest * torch.tanh(self.gate(memory.gate))
        gain = torch.einsum(f"bd,{_rows(items)}vd->bv", gated, items)
        return gain + self.scores(interest, queries, memory)

    def bend(
        self,
        items: Float[Tensor, "*rows vocab dim"],
        queries: Float[Tensor, "*rows part vocab width"],
        memory: Memory,
    ) -> Float[Tensor, "batch vocab dim"]:
        """Dynamic item vectors S_j."""
        bent = self.output(self.attended(queries, memory).transpose(1, 2).flatten(-2))
        return (1 + torch.tanh(self.gate(memory.gate)))[:, None] * items + bent

    def gate_parts(
        self,
        interest: Float[Tensor, "batch dim"],
        items: Float[Tensor, "*rows vocab dim"],
        features: Float[Tensor, "batch feature dim"],
    ) -> Float[Tensor, "batch vocab feature"]:
        """What each feature of the moment adds through the gate.

        tanh is not additive; each feature gets the share of tanh(sum) that its own summand has in
        the sum, which is exact in total and has no singularity at 0.
        """
        summands = self.gate(features)
        total = summands.sum(dim=1, keepdim=True)
        ratio = torch.where(total.abs() < 1e-6, torch.ones_like(total), torch.tanh(total) / total)
        shares = summands * ratio
        return torch.einsum(f"bd,{_rows(items)}vd,bfd->bvf", interest, items, shares)


def is_large(vocab: int) -> bool:
    """Whether only a shortlist of a catalogue is bent."""
    return vocab > SHORTLIST_ABOVE


def shortlist(static: Float[Tensor, "batch vocab"]) -> Int[Tensor, "batch bent"] | None:
    """Which items are bent: None for all, of a large catalogue the best by their static scores."""
    if not is_large(static.shape[1]):
        return None
    count = min(SHORTLIST, static.shape[1] - 1)
    return 1 + static[:, 1:].topk(count, dim=1).indices  # never padding


def _rows(items: Float[Tensor, "*rows vocab dim"]) -> str:
    """The axis of requests in an einsum, where each has candidates of its own."""
    return "" if items.ndim == 2 else "b"
