"""Mixture of logits: a few products of pooled evidence and item parts, mixed for every item anew.

    x_j^p = ( sum_q pi_pq(j) l2norm(W_q e_j) ) * sum_k w_pk V_p m_k
    pi(j) = softmax_pq( A e_j + B [pooled evidence] )

The evidence is pooled by kind p: recent events, all events, the moment, the person. The weights w
of a pool do not depend on the item, so x_j is a sum over tokens, and the interest vector weighs the
coordinates of each product through W_o (dynamic_head.py). No item attends to any event, so that its
cost does not grow with the history.

Paper: Zhai et al., "Revisiting Neural Retrieval on Accelerators", KDD 2023, arXiv:2306.04039.
Differs: pools of evidence stand in for learnt parts of the user, products are weighted by the
interest, and the gate has no term of item and user together and no loss that balances its load.

Axes: as in dynamic_head.py; here heads are pools, parts are those of the item, and the width of a
part is key plus one logit per pool.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.models.dynamic_head import DynamicHead, Memory, Prefixes

EVENT_POOLS = 2  # long-term and short-term
POOLS = EVENT_POOLS + 2  # the moment, the person


class MixtureOfLogits(DynamicHead):
    """Products of pooled evidence and item parts, gated by item."""

    def __init__(self, dim: int, num_parts: int, key_dim: int) -> None:
        super().__init__(dim, POOLS, key_dim)
        self.num_parts = num_parts
        self.part = nn.Linear(dim, num_parts * key_dim, bias=False)
        self.item_gate = nn.Linear(dim, num_parts * POOLS)
        self.value = nn.Linear(dim, POOLS * key_dim, bias=False)
        self.pool_gate = nn.Linear(POOLS * key_dim, num_parts * POOLS, bias=False)
        self.decay = nn.Parameter(torch.logspace(-4, -1.5, EVENT_POOLS).log())

    def queries(self, items: Float[Tensor, "vocab dim"]) -> Float[Tensor, "part vocab width"]:
        """The parts of each item, and how they are drawn to each pool."""
        parts = self.part(items).unflatten(-1, (self.num_parts, self.key_dim))
        logits = self.item_gate(items).unflatten(-1, (self.num_parts, POOLS))
        return torch.cat([F.normalize(parts, dim=-1), logits], dim=-1).transpose(0, 1)

    def pool_weights(self, memory: Memory) -> Float[Tensor, "batch heads token"]:
        """How much each token counts in each pool; sums to 1, or to 0 in an empty pool."""
        count, moments = memory.num_events, memory.num_moments
        present = memory.present.float()
        aged = torch.exp(-self.decay.exp()[:, None] * memory.ages[:, None])
        pools = torch.zeros(len(present), POOLS, present.shape[1], device=present.device)
        pools[:, :EVENT_POOLS, :count] = aged[..., :count] * present[:, None, :count]
        pools[:, EVENT_POOLS, count : count + moments] = present[:, count : count + moments]
        pools[:, EVENT_POOLS + 1, count + moments :] = present[:, count + moments :]
        return pools / pools.sum(dim=-1, keepdim=True).clamp(min=1e-30)

    def values(
        self, tokens: Float[Tensor, "batch token dim"]
    ) -> Float[Tensor, "batch heads token key"]:
        """What each token says in each pool."""
        return self.value(tokens).unflatten(-1, (POOLS, self.key_dim)).transpose(1, 2)

    def mixed(
        self,
        queries: Float[Tensor, "*rows part vocab width"],
        pooled: Float[Tensor, "batch heads key"],
    ) -> Float[Tensor, "batch heads vocab key"]:
        """The parts of each item, mixed for each pool."""
        parts, drawn = queries[..., : self.key_dim], queries[..., self.key_dim :]
        told = self.pool_gate(pooled.flatten(-2)).unflatten(-1, (self.num_parts, 1, POOLS))
        logits = drawn + told  # batch part vocab heads
        shares = logits.transpose(-2, -3).flatten(-2).softmax(dim=-1)
        shares = shares.unflatten(-1, (self.num_parts, POOLS))
        rows = "" if parts.ndim == 3 else "b"
        return torch.einsum(f"bvph,{rows}pvk->bhvk", shares, parts)

    def attended(
        self, queries: Float[Tensor, "*rows part vocab width"], memory: Memory
    ) -> Float[Tensor, "batch heads vocab key"]:
        """Products of pools and mixed parts."""
        pooled = self._pooled(memory)
        return self.mixed(queries, pooled) * pooled[:, :, None]

    def token_parts(
        self,
        interest: Float[Tensor, "batch dim"],
        queries: Float[Tensor, "*rows part vocab width"],
        memory: Memory,
    ) -> Float[Tensor, "batch vocab token"]:
        """What each token adds to each item's score through the pools that it is in."""
        mixed = self.mixed(queries, self._pooled(memory))
        said = self.pool_weights(memory)[..., None] * self.values(memory.tokens)
        return torch.einsum("bhvk,bhk,bhtk->bvt", mixed, self.wanted(interest), said)

    def pull_lengths(
        self, queries: Float[Tensor, "*rows part vocab width"], memory: Memory
    ) -> Float[Tensor, "batch vocab token"]:
        """How far each token pulls each item's vector."""
        mixed = self.mixed(queries, self._pooled(memory))
        said = self.pool_weights(memory)[..., None] * self.values(memory.tokens)
        outputs = self.output.weight.unflatten(1, (POOLS, self.key_dim))
        tokens = [
            torch.einsum("dhk,bhvk,bhk->bvd", outputs, mixed, said[:, :, token]).norm(dim=-1)
            for token in range(said.shape[2])
        ]
        return torch.stack(tokens, dim=-1)

    def prefix_scores(
        self,
        queries: Float[Tensor, "part vocab width"],
        prefixes: Prefixes,
        interest: Float[Tensor, "batch step dim"],
    ) -> Float[Tensor, "batch step vocab"]:
        """u_t . W_o[...] of every item after each prefix; each step is a request of its own."""
        pooled = self._pooled_prefixes(prefixes).flatten(0, 1)
        wanted = self.wanted(interest).flatten(0, 1)
        scores = torch.einsum("bhvk,bhk->bv", self.mixed(queries, pooled), wanted * pooled)
        return scores.unflatten(0, interest.shape[:2])

    def _pooled(self, memory: Memory) -> Float[Tensor, "batch heads key"]:
        weights = self.pool_weights(memory)
        return (weights[:, :, None] @ self.values(memory.tokens))[:, :, 0]

    def _pooled_prefixes(self, prefixes: Prefixes) -> Float[Tensor, "batch step heads key"]:
        events, steps = prefixes.events, prefixes.steps
        ages = steps[:, None] - torch.arange(events.shape[1], device=events.device)
        decay = torch.exp(-self.decay.exp()[:, None, None] * ages.clamp(min=0)) * (ages >= 0)
        decay = decay / decay.sum(dim=-1, keepdim=True)
        said = self.values(events)[:, :EVENT_POOLS]
        pools = [(decay @ said).transpose(1, 2)]  # batch step heads key
        features = self.value(prefixes.features).unflatten(-1, (POOLS, self.key_dim))
        known = prefixes.known.float()[..., None]
        moment, person = slice(None, prefixes.num_moments), slice(prefixes.num_moments, None)
        for pool, kind in ((EVENT_POOLS, moment), (EVENT_POOLS + 1, person)):
            counted = known[:, :, kind]
            total = (features[:, :, kind, pool] * counted).sum(dim=2)
            pools.append((total / counted.sum(dim=2).clamp(min=1e-30))[:, :, None])
        return torch.cat(pools, dim=2)
