"""Conditional variational autoencoder: the future is drawn, z = mu + sigma * eps.

Papers: Sohn et al., "Learning Structured Output Representation using Deep Conditional Generative
Models", NeurIPS 2015; Kingma & Welling, arXiv:1312.6114 (the reparametrisation). Differs: one
latent for all horizons of a question, so that a draw is one future; the past is read as its last
vector and its means over three windows.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from recengine.data.settings import Count, NotNegative
from recengine.interests.forecasting.base import Forecast, Horizons, Past
from recengine.interests.forecasting.learned import (
    HORIZON_FEATURES,
    MAX_LOG_SIGMA,
    WINDOWS,
    Learned,
    LearnedConfig,
    Pull,
    away_from_averages,
    gaussian_loss,
    horizon_features,
)
from recengine.interests.forecasting.task import Batch


@dataclass(frozen=True, kw_only=True)
class VariationalConfig(LearnedConfig):
    """Size of the network and of its latent."""

    latent: Count = 16  # at most the width of the vectors
    kl_weight: NotNegative = 1.0


class VariationalForecaster(Learned):
    """Draws what may come, given what was."""

    name: ClassVar[str] = "cvae"
    label: ClassVar[str] = "Variational (CVAE)"
    config_class: ClassVar[type] = VariationalConfig

    def __init__(self, config: VariationalConfig, dim: int) -> None:
        super().__init__(config, dim)
        width = config.width
        self.latent = min(config.latent, dim)
        self.read = nn.Sequential(nn.Linear(dim * (1 + len(WINDOWS)), width), nn.GELU())
        self.pull = Pull(dim)
        self.prior = nn.Linear(width, 2 * self.latent)
        recognised = nn.Linear(width, 2 * self.latent)
        self.recognise = nn.Sequential(nn.Linear(width + dim, width), nn.GELU(), recognised)
        decoded = nn.Linear(width, 2 * dim)
        self.decode = nn.Sequential(
            nn.Linear(width + HORIZON_FEATURES + self.latent, width),
            *(nn.GELU(), nn.Linear(width, width), nn.GELU(), decoded),
        )
        for layer in (self.prior, recognised, decoded):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        nn.init.normal_(decoded.weight, std=1e-3)  # else the latent never gets a gradient

    @property
    def num_noise(self) -> int:
        """Those of the latent, then those of what it leaves open."""
        return self.latent + super().num_noise

    def condition(self, past: Past) -> Float[Tensor, "question width"]:
        """What is known: the present vector, and how far it is from its late averages."""
        away = away_from_averages(past).flatten(1)
        return self.read(torch.cat([past.last, away], dim=-1))

    def change(
        self,
        past: Past,
        horizons: Horizons,
        known: Float[Tensor, "question width"],
        latent: Float[Tensor, "question sample latent"],
    ) -> tuple[Tensor, Tensor]:
        """Mean and log standard deviation of the change: (question, sample, horizon, dim)."""
        features = horizon_features(past, horizons)
        shape = (len(past), latent.shape[1], features.shape[1])
        read = torch.cat(
            [
                known[:, None, None].expand(*shape, -1),
                features[:, None].expand(*shape, -1),
                latent[:, :, None].expand(*shape, -1),
            ],
            dim=-1,
        )
        mean, log_sigma = self.decode(read).chunk(2, dim=-1)
        pulled = self.pull(past, horizons)[:, None]
        return mean + pulled, log_sigma.clamp(max=MAX_LOG_SIGMA)

    def predict(
        self, past: Past, horizons: Horizons, noise: Float[Tensor, "question sample noise"]
    ) -> Forecast:
        """Draws of the latent, decoded, each with its own remaining spread; their mean decoded."""
        known = self.condition(past)
        centre, log_spread = self.prior(known).chunk(2, dim=-1)
        drawn = centre[:, None] + log_spread.exp()[:, None] * noise[..., : self.latent]
        middle, _ = self.change(past, horizons, known, centre[:, None])
        mean, log_sigma = self.change(past, horizons, known, drawn)
        left = noise[:, :, None, self.latent :]
        present = past.last[:, None]
        return Forecast(present + middle[:, 0], present[:, None] + mean + log_sigma.exp() * left)

    def loss(self, batch: Batch) -> Float[Tensor, ""]:
        """Reconstruction of the change, and the divergence of what was seen from what was known."""
        known = self.condition(batch.past)
        moved = (batch.targets - batch.past.last[:, None]) * batch.known[:, :, None]
        seen = moved.sum(dim=1) / batch.known.sum(dim=1).clamp(min=1)[:, None]
        prior = self.prior(known).chunk(2, dim=-1)
        posterior = self.recognise(torch.cat([known, seen], dim=-1)).chunk(2, dim=-1)
        noise = torch.randn(posterior[0].shape)
        latent = posterior[0] + posterior[1].exp() * noise
        mean, log_sigma = self.change(batch.past, batch.horizons, known, latent[:, None])
        real = batch.known
        fit = gaussian_loss(mean[:, 0][real], log_sigma[:, 0][real], moved[real])
        per_number = self.latent / (moved.shape[2] * max(1, real.shape[1]))
        return fit + self.config.kl_weight * per_number * divergence(posterior, prior)


def divergence(first: tuple[Tensor, Tensor], second: tuple[Tensor, Tensor]) -> Float[Tensor, ""]:
    """KL(first || second) of Gaussians given as mean and log sigma, per dimension and row."""
    (mean, log_sigma), (other, other_log_sigma) = first, second
    ratio = (2 * (log_sigma - other_log_sigma)).exp()
    apart = ((mean - other) * (-other_log_sigma).exp()).square()
    return (0.5 * (ratio + apart - 1) + other_log_sigma - log_sigma).mean()
