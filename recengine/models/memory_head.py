"""The memory head: every item attends to what this person did and to this moment.

    x_j  = [ sum_k a_jk v_k ]_heads
    a_jk = softmax_k( tau_h cos(W_q e_j, W_k m_k) - lambda_h age_k )

The tokens m_k are the raw events of the history, the known features of the moment and those of the
person (dynamic_head.py).

Paper: Zhou et al., "Deep Interest Network", KDD 2018, arXiv:1706.06978 (target attention). Differs:
cosine logits bounded by a learnt temperature, one decay per head, and values that are single
events, so that a reason is an event and not a mixture of events.

Axes: as in dynamic_head.py; here a part is a head and its width is key.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.models.dynamic_head import DynamicHead, Memory, Prefixes

MAX_TEMPERATURE = 12.0


class MemoryHead(DynamicHead):
    """Attention of every candidate item to the memory of one request."""

    def __init__(self, dim: int, num_heads: int, key_dim: int) -> None:
        super().__init__(dim, num_heads, key_dim)
        self.query = nn.Linear(dim, num_heads * key_dim, bias=False)
        self.key = nn.Linear(dim, num_heads * key_dim, bias=False)
        self.value = nn.Linear(dim, num_heads * key_dim, bias=False)
        self.temperature = nn.Parameter(torch.full((num_heads,), 4.0))
        # One long-term and one short-term memory to begin with.
        self.decay = nn.Parameter(torch.logspace(-4, -1.5, num_heads).log())

    def queries(self, items: Float[Tensor, "vocab dim"]) -> Float[Tensor, "heads vocab key"]:
        """What each item looks for."""
        split = self.query(items).unflatten(-1, (self.num_heads, self.key_dim))
        return F.normalize(split, dim=-1).transpose(0, 1)

    def logits(
        self,
        queries: Float[Tensor, "*rows heads vocab key"],
        tokens: Float[Tensor, "batch token dim"],
    ) -> Float[Tensor, "batch heads vocab token"]:
        """How well each token answers each item, before the decay by age."""
        split = self.key(tokens).unflatten(-1, (self.num_heads, self.key_dim))
        keys = F.normalize(split, dim=-1).permute(0, 2, 3, 1)
        scale = self.temperature.clamp(0, MAX_TEMPERATURE)[:, None, None]
        return queries @ (keys * scale)

    def attention(
        self, queries: Float[Tensor, "*rows heads vocab key"], memory: Memory
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

    def attended(
        self, queries: Float[Tensor, "*rows heads vocab key"], memory: Memory
    ) -> Float[Tensor, "batch heads vocab key"]:
        """The mixture of values that each item attends to."""
        return self.attention(queries, memory) @ self.values(memory.tokens)

    def scores(
        self,
        interest: Float[Tensor, "batch dim"],
        queries: Float[Tensor, "*rows heads vocab key"],
        memory: Memory,
    ) -> Float[Tensor, "batch vocab"]:
        """u . W_o[...] of every item.

        Values are weighed by the interest before they are mixed, decays multiply them rather than
        the largest array, and bounded logits need no maximum: one exponential and one product.
        """
        decay = torch.exp(-self.decay.exp()[:, None] * memory.ages[:, None])
        decay = (decay * memory.present[:, None])[:, :, None]
        pull = self.pull(interest[:, None], memory.tokens)
        sums = torch.cat([decay * pull, decay], dim=2).transpose(-1, -2)  # batch heads token 2
        total, norm = (self.logits(queries, memory.tokens).exp_() @ sums).unbind(dim=-1)
        return (total / norm.clamp(min=1e-30)).sum(dim=1)

    def pull(
        self, interest: Float[Tensor, "batch step dim"], tokens: Float[Tensor, "batch token dim"]
    ) -> Float[Tensor, "batch heads step token"]:
        """What full attention to a token would add to the score under an interest vector."""
        return self.wanted(interest).transpose(1, 2) @ self.values(tokens).transpose(-1, -2)

    def token_parts(
        self,
        interest: Float[Tensor, "batch dim"],
        queries: Float[Tensor, "*rows heads vocab key"],
        memory: Memory,
    ) -> Float[Tensor, "batch vocab token"]:
        """What each token adds to each item's score; sums over tokens to u . W_o[...]."""
        pull = self.pull(interest[:, None], memory.tokens)
        return (self.attention(queries, memory) * pull).sum(dim=1)

    def pull_lengths(
        self, queries: Float[Tensor, "*rows heads vocab key"], memory: Memory
    ) -> Float[Tensor, "batch vocab token"]:
        """How far each token pulls each item's vector: its weight times the length of its value."""
        outputs = self.output.weight.unflatten(1, (self.num_heads, self.key_dim))
        values = torch.einsum("dhk,bhtk->bhtd", outputs, self.values(memory.tokens))
        return torch.einsum("bhvt,bht->bvt", self.attention(queries, memory), values.norm(dim=-1))

    def prefix_scores(
        self,
        queries: Float[Tensor, "heads vocab key"],
        prefixes: Prefixes,
        interest: Float[Tensor, "batch step dim"],
    ) -> Float[Tensor, "batch step vocab"]:
        """u_t . W_o[...] of every item after each prefix.

        exp(tau cos) of an item and an event does not depend on the prefix, so it is computed once;
        the prefix enters through a small matrix of decays. Bounded logits keep plain sums of
        exponentials exact in single precision.
        """
        events, features, steps = prefixes.events, prefixes.features, prefixes.steps
        ages = steps[:, None] - torch.arange(events.shape[1], device=events.device)
        decay = torch.exp(-self.decay.exp()[:, None, None] * ages.clamp(min=0)) * (ages >= 0)
        weight = self.logits(queries, events).exp()  # batch heads vocab token
        pull = self.pull(interest, events)  # batch heads step token
        weight_t = weight.transpose(-1, -2)
        norm = decay @ weight_t
        total = (decay * pull) @ weight_t
        for feature in range(features.shape[2]):
            tokens = features[:, :, feature]
            mask = prefixes.known[:, None, :, feature, None]
            extra = self.logits(queries, tokens).exp().transpose(-1, -2) * mask
            own_pull = self.pull(interest, tokens).diagonal(dim1=-2, dim2=-1)
            norm = norm + extra
            total = total + extra * own_pull[..., None]
        return (total / norm).sum(dim=1)
