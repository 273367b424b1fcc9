"""Seq2Seq Transformer: an encoder reads the past, a decoder writes the future.

Papers: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, arXiv:1706.03762; Zhou et al.,
"Informer", AAAI 2021, arXiv:2012.07436 (generative decoder: all steps of the future in one pass).
Differs: a step of the future is a horizon, given by what it asks, not by its number.
"""

from typing import ClassVar

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


class Seq2SeqTransformer(GaussianForecaster):
    """Reads the past both ways, then answers all horizons, each knowing the nearer ones."""

    name: ClassVar[str] = "seq2seq-transformer"
    label: ClassVar[str] = "Seq2Seq Transformer"

    def __init__(self, config: LearnedConfig, dim: int) -> None:
        super().__init__(config, dim)
        width = config.width
        self.reader = PastReader(dim, width)
        self.encoder = nn.ModuleList(
            Block(width, config.num_heads, config.dropout, causal=False)
            for _ in range(config.num_blocks)
        )
        self.asked = nn.Linear(HORIZON_FEATURES, width)
        self.present = nn.Linear(dim, width)
        self.decoder = nn.ModuleList(
            nn.TransformerDecoderLayer(
                *(width, config.num_heads, width, config.dropout),
                activation="gelu",
                batch_first=True,
                norm_first=True,
            )
            for _ in range(config.num_blocks)
        )
        self.norm = nn.LayerNorm(width)

    def states(self, past: Past, horizons: Horizons) -> Float[Tensor, "question horizon width"]:
        """What the decoder writes at each horizon."""
        memory = self.reader(past)
        for block in self.encoder:
            memory = block(memory, past.real)
        hidden = self.asked(horizon_features(past, horizons)) + self.present(past.last)[:, None]
        causal = nn.Transformer.generate_square_subsequent_mask(hidden.shape[1]) < 0
        for layer in self.decoder:
            hidden = layer(hidden, memory, tgt_mask=causal, memory_key_padding_mask=~past.real)
        return self.norm(hidden)
