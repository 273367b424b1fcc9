"""The Transformer block that the sequence models share.

Axes: batch, heads, length (oldest first, right-padded), dim.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.settings import Count, PartialShare, Settings
from recengine.errors import ConfigError
from recengine.models.dropout import Dropout
from recengine.models.watch import Watch


@dataclass(frozen=True, kw_only=True)
class TransformerConfig(Settings):
    """Hyper-parameters that every Transformer over histories has."""

    embedding_dim: Count = 64
    num_blocks: Count = 2
    num_heads: Count = 2
    max_length: Count = 200  # most recent events read
    dropout: PartialShare = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.embedding_dim % self.num_heads:
            raise ConfigError(
                f"embedding_dim={self.embedding_dim} must be a multiple of "
                f"num_heads={self.num_heads}"
            )


class Block(nn.Module):
    """Pre-norm Transformer block.

    A causal one needs no padding mask, as right padding lies in the future. To look both ways a
    block must be told which positions are real; a causal one that is told so does as well.
    """

    def __init__(
        self, dim: int, num_heads: int, dropout: float, *, causal: bool = True, expansion: int = 1
    ) -> None:
        super().__init__()
        self.num_heads, self.causal = num_heads, causal
        self.attention_norm, self.forward_norm = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.project = nn.Linear(dim, dim)
        self.feed_forward = nn.Sequential(
            nn.Linear(dim, expansion * dim),
            nn.GELU(),
            Dropout(dropout),
            nn.Linear(expansion * dim, dim),
        )
        self.residual_dropout = Dropout(dropout)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def heads(self, hidden: Float[Tensor, "batch length dim"]) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, each (batch, heads, length, head_dim)."""
        split = self.qkv(self.attention_norm(hidden)).unflatten(-1, (3, self.num_heads, -1))
        query, key, value = split.permute(2, 0, 3, 1, 4)
        return query, key, value

    def forward(
        self,
        hidden: Float[Tensor, "batch length dim"],
        real: Bool[Tensor, "batch length"] | None = None,
        watch: Watch | None = None,
    ) -> Float[Tensor, "batch length dim"]:
        """One round of attention and feed-forward; `real` is for looking both ways.

        Whoever watches gets the attention weights, at the price of forming them.
        """
        # No dropout on the attention weights: it would force the slow path on every processor.
        mask = None if real is None else real[:, None, None, :]
        query, key, value = self.heads(hidden)
        causal = self.causal and real is None
        if watch is None:
            mixed = F.scaled_dot_product_attention(
                query, key, value, attn_mask=mask, is_causal=causal
            )
        else:
            logits = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
            if causal:
                mask = ~torch.ones(logits.shape[-2:], dtype=torch.bool, device=hidden.device).triu(
                    1
                )
            weights = logits if mask is None else logits.masked_fill(~mask, -torch.inf)
            watch.weights.append(weights.softmax(dim=-1))
            mixed = watch.weights[-1] @ value
        hidden = hidden + self.residual_dropout(self.project(mixed.transpose(1, 2).flatten(-2)))
        return hidden + self.residual_dropout(self.feed_forward(self.forward_norm(hidden)))


def through(
    blocks: Iterable[nn.Module],
    hidden: Float[Tensor, "batch length dim"],
    real: Bool[Tensor, "batch length"] | None = None,
    watch: Watch | None = None,
) -> Float[Tensor, "batch length dim"]:
    """States after all blocks, one after the other."""
    for block in blocks:
        if watch is not None:
            watch.states.append(hidden)
        hidden = block(hidden, real, watch)
    if watch is not None:
        watch.states.append(hidden)
    return hidden
