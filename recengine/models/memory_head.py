"""The memory head: bends an item's vector by what this person did and by this moment.

    S_j = (1 + tanh(G c)) * e_j + W_o [ sum_k a_jk v_k ]_heads
    a_jk = softmax_k( tau_h cos(W_q e_j, W_k m_k) - lambda_h age_k )

The tokens m_k are the raw events of the history, the known features of the moment and those of
the person. W_o and G start at zero, so that a dynamic catalogue starts as the static one, and
given the interest vector u the score u . S_j is a sum over tokens.

Papers: Zhou et al., "Deep Interest Network", KDD 2018, arXiv:1706.06978 (target attention);
Chang et al., "PEPNet", KDD 2023, arXiv:2302.01115 (the gate). Differs: cosine logits bounded by a
learnt temperature, one decay per head, and values that are single events, so that a reason is an
event and not a mixture of events.

Axes: batch, vocab = candidate items, token = events then features, heads, key, dim.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

MAX_TEMPERATURE = 12.0


@dataclass(frozen=True)
class Memory:
    """The tokens that an item may attend to.

    Attributes:
        tokens: raw vectors, events first (oldest first), then features.
        ages: events since each token; 0 for features.
        present: which tokens are real and known.
        gate: sum of the vectors of the known features of the moment.
    """

    tokens: Float[Tensor, "batch token dim"]
    ages: Float[Tensor, "batch token"]
    present: Bool[Tensor, "batch token"]
    gate: Float[Tensor, "batch dim"]


class MemoryHead(nn.Module):
    """Attention of every candidate item to the memory of one request."""

    def __init__(self, dim: int, num_heads: int, key_dim: int) -> None:
        super().__init__()
        self.num_heads, self.key_dim = num_heads, key_dim
        self.query = nn.Linear(dim, num_heads * key_dim, bias=False)
        self.key = nn.Linear(dim, num_heads * key_dim, bias=False)
        self.value = nn.Linear(dim, num_heads * key_dim, bias=False)
        self.output = nn.Linear(num_heads * key_dim, dim, bias=False)
        self.gate = nn.Linear(dim, dim, bias=False)
        self.temperature = nn.Parameter(torch.full((num_heads,), 4.0))
        # One long-term and one short-term memory to begin with.
        self.decay = nn.Parameter(torch.logspace(-4, -1.5, num_heads).log())
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.gate.weight)

    def queries(self, items: Float[Tensor, "vocab dim"]) -> Float[Tensor, "heads vocab key"]:
        """What each item looks for; depends on the item alone, so it can be kept."""
        split = self.query(items).unflatten(-1, (self.num_heads, self.key_dim))
        return F.normalize(split, dim=-1).transpose(0, 1)

    def logits(
        self, queries: Float[Tensor, "heads vocab key"], tokens: Float[Tensor, "batch token dim"]
    ) -> Float[Tensor, "batch heads vocab token"]:
        """How well each token answers each item, before the decay by age."""
        split = self.key(tokens).unflatten(-1, (self.num_heads, self.key_dim))
        keys = F.normalize(split, dim=-1).permute(0, 2, 3, 1)
        scale = self.temperature.clamp(0, MAX_TEMPERATURE)[:, None, None]
        return queries @ keys * scale

    def attention(
        self, queries: Float[Tensor, "heads vocab key"], memory: Memory
    ) -> Float[Tensor, "batch heads vocab token"]:
        """Weights that sum to 1 over the tokens, or to 0 if there is none."""
        # What is absent is taken off together with the decay: no pass over the largest array more.
        absent = ~memory.present
        decay = self.decay.exp()[:, None] * memory.ages[:, None] + 1e9 * absent[:, None]
        logits = self.logits(queries, memory.tokens).sub_(decay[:, :, None])
        weights = logits.softmax(dim=-1)
        if absent.all(dim=1).any():  # a softmax over nothing is even; it should be nothing
            weights = weights.masked_fill(absent[:, None, None], 0.0)
        return weights

    def values(
        self, tokens: Float[Tensor, "batch token dim"]
    ) -> Float[Tensor, "batch heads token key"]:
        """What each token adds where it is attended to."""
        return self.value(tokens).unflatten(-1, (self.num_heads, self.key_dim)).transpose(1, 2)

    def bend(
        self,
        items: Float[Tensor, "vocab dim"],
        queries: Float[Tensor, "heads vocab key"],
        memory: Memory,
    ) -> Float[Tensor, "batch vocab dim"]:
        """Dynamic item vectors S_j."""
        attended = self.attention(queries, memory) @ self.values(memory.tokens)
        bent = self.output(attended.transpose(1, 2).flatten(-2))
        return (1 + torch.tanh(self.gate(memory.gate)))[:, None] * items + bent

    def pull(
        self, interest: Float[Tensor, "batch step dim"], tokens: Float[Tensor, "batch token dim"]
    ) -> Float[Tensor, "batch heads step token"]:
        """What full attention to a token would add to the score under an interest vector."""
        wanted = (interest @ self.output.weight).unflatten(-1, (self.num_heads, self.key_dim))
        return wanted.transpose(1, 2) @ self.values(tokens).transpose(-1, -2)

    def token_parts(
        self,
        interest: Float[Tensor, "batch dim"],
        queries: Float[Tensor, "heads vocab key"],
        memory: Memory,
    ) -> Float[Tensor, "batch vocab token"]:
        """What each token adds to each item's score; sums over tokens to u . W_o[...]."""
        pull = self.pull(interest[:, None], memory.tokens)
        return (self.attention(queries, memory) * pull).sum(dim=1)

    def gate_parts(
        self,
        interest: Float[Tensor, "batch dim"],
        items: Float[Tensor, "vocab dim"],
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
        return torch.einsum("bd,vd,bfd->bvf", interest, items, shares)


def prefix_scores(
    head: MemoryHead,
    queries: Float[Tensor, "heads vocab key"],
    events: Float[Tensor, "batch length dim"],
    features: Float[Tensor, "batch step feature dim"],
    known: Bool[Tensor, "batch step feature"],
    interest: Float[Tensor, "batch step dim"],
    steps: Int[Tensor, " step"],
) -> Float[Tensor, "batch step vocab"]:
    """u_t . W_o[...] of every item after each of some prefixes of the history, in one go.

    exp(tau cos) of an item and an event does not depend on the prefix, so it is computed once;
    the prefix enters through a small matrix of decays. Bounded logits keep plain sums of
    exponentials exact in single precision.
    """
    length = events.shape[1]
    ages = steps[:, None] - torch.arange(length, device=events.device)
    decay = torch.exp(-head.decay.exp()[:, None, None] * ages.clamp(min=0)) * (ages >= 0)
    weight = head.logits(queries, events).exp()  # batch heads vocab token
    pull = head.pull(interest, events)  # batch heads step token
    weight_t = weight.transpose(-1, -2)
    norm = decay @ weight_t
    total = (decay * pull) @ weight_t
    for feature in range(features.shape[2]):
        tokens = features[:, :, feature]
        mask = known[:, None, :, feature, None]
        extra = head.logits(queries, tokens).exp().transpose(-1, -2) * mask
        own_pull = head.pull(interest, tokens).diagonal(dim1=-2, dim2=-1)
        norm = norm + extra
        total = total + extra * own_pull[..., None]
    return (total / norm).sum(dim=1)
