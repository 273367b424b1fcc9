"""Causal Transformer: the state after the last vector, asked for each horizon.

Paper: Pancha et al., "PinnerFormer", KDD 2022, arXiv:2205.04507 (a causal Transformer whose state
foretells a window of the future). Differs: it foretells the interest vector with its spread, not
items, and is asked directly for each horizon instead of step by step.
"""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from recengine.interests.forecasting.base import Horizons, Past
from recengine.interests.forecasting.learned import (
    HORIZON_FEATURES,
    GaussianForecaster,
    LearnedConfig,
    PastReader,
    horizon_features,
)
from recengine.models.transformer import Block


class CausalTransformer(GaussianForecaster):
    """Reads the past from left to right."""

    name: ClassVar[str] = "causal-transformer"
    label: ClassVar[str] = "Causal Transformer"

    def __init__(self, config: LearnedConfig, dim: int) -> None:
        super().__init__(config, dim)
        width = config.width
        self.reader = PastReader(dim, width)
        self.blocks = nn.ModuleList(
            Block(width, config.num_heads, config.dropout) for _ in range(config.num_blocks)
        )
        self.asked = nn.Linear(HORIZON_FEATURES, width)
        self.mix = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU())

    def states(self, past: Past, horizons: Horizons) -> Float[Tensor, "question horizon width"]:
        """The last state, moved by the horizon."""
        hidden = self.reader(past)
        for block in self.blocks:
            hidden = block(hidden)  # padding lies to the right, in the future
        last = hidden[torch.arange(len(past)), past.lengths - 1]
        return self.mix(last[:, None] + self.asked(horizon_features(past, horizons)))
