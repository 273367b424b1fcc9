"""GRU: a state that is carried along with the taste, in the spirit of recurrent recommenders.

Paper: Wu et al., "Recurrent Recommender Networks" (RRN), WSDM 2017. Differs: a GRU instead of an
LSTM, people only (items keep their vectors), and it foretells the interest vector with its spread
instead of ratings.
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


class RecurrentForecaster(GaussianForecaster):
    """Reads the past one vector at a time."""

    name: ClassVar[str] = "gru"
    label: ClassVar[str] = "Recurrent (GRU)"

    def __init__(self, config: LearnedConfig, dim: int) -> None:
        super().__init__(config, dim)
        width = config.width
        self.reader = PastReader(dim, width)
        self.norm = nn.LayerNorm(width)
        self.recurrent = nn.GRU(width, width, batch_first=True)
        self.asked = nn.Linear(HORIZON_FEATURES, width)
        self.mix = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU())

    def states(self, past: Past, horizons: Horizons) -> Float[Tensor, "question horizon width"]:
        """The state after the last vector, moved by the horizon."""
        hidden = self.recurrent(self.norm(self.reader(past)))[0]
        last = hidden[torch.arange(len(past)), past.lengths - 1]
        return self.mix(last[:, None] + self.asked(horizon_features(past, horizons)))
