"""A variational sequence model: after each event, a distribution over what is wanted next.

    mu_t, log sigma_t = heads(GRU(items up to t)),  z_t = mu_t + sigma_t * noise
    loss = -log p(one of the next items | z_t) + weight * KL(N(mu_t, sigma_t) || N(0, 1))

Paper: Sachdeva et al., "Sequential Variational Autoencoders for Collaborative Filtering", WSDM
2019, arXiv:1811.09975. Differs: exact cross-entropy with item vectors shared by input and output;
of the next items one is drawn at each step instead of summing over all, which has the same mean;
the KL is a mean over its dimensions, so that its weight means the same at every width;
self-supervised options (self_supervision.py), off at first.
Axes: batch, length (oldest first, right-padded), latent, dim, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from recengine.data.batches import TrainingBatch
from recengine.data.histories import Histories
from recengine.data.settings import Count, NotNegative, PartialShare
from recengine.models.base import FitData
from recengine.models.catalogue_softmax import CatalogueSoftmax, SoftmaxRanker
from recengine.models.dropout import Dropout
from recengine.models.self_supervision import (
    SELF_SUPERVISED,
    SelfSupervision,
    SelfSupervisionConfig,
    read_backwards,
)

MAX_LOG_SIGMA = 4.0  # keeps the exponential within single precision


@dataclass(frozen=True, kw_only=True)
class SVAEConfig(SelfSupervisionConfig):
    """Hyper-parameters."""

    later: ClassVar[tuple[str, ...]] = SELF_SUPERVISED

    embedding_dim: Count = 64
    latent_dim: Count = 64
    max_length: Count = 200  # most recent events read
    dropout: PartialShare = 0.2
    next_items: Count = 1  # how far ahead the drawn target may lie; the paper has 4
    kl_weight: NotNegative = 0.1  # once fully risen
    anneal_steps: Count = 1000  # training steps until it has


class SequentialVAE(SoftmaxRanker):
    """GRU encoder, Gaussian state, decoder to the catalogue.

    Attributes:
        steps_done: training steps so far; kept with the weights, as the KL weight rises with it.
    """

    name: ClassVar[str] = "svae"
    label: ClassVar[str] = "Sequential VAE"
    config_class: ClassVar[type] = SVAEConfig
    per_item: ClassVar[tuple[str, ...]] = ("softmax.items.weight", "softmax.bias")

    steps_done: Tensor

    def __init__(self, config: SVAEConfig, data: FitData) -> None:
        super().__init__(config, data)
        dim = config.embedding_dim
        self.softmax = CatalogueSoftmax(data, dim)
        self.input_norm = nn.LayerNorm(dim)
        self.dropout = Dropout(config.dropout)
        self.recurrent = nn.GRU(dim, dim, batch_first=True)
        self.mean = nn.Linear(dim, config.latent_dim)
        self.log_sigma = nn.Linear(dim, config.latent_dim)
        nn.init.zeros_(self.log_sigma.weight)
        nn.init.constant_(self.log_sigma.bias, -1.0)  # little noise until it has learnt something
        self.decoder = nn.Sequential(
            nn.Linear(config.latent_dim, dim), nn.Tanh(), nn.Linear(dim, dim), nn.LayerNorm(dim)
        )
        self.register_buffer("steps_done", torch.tensor(0))
        self.auxiliary = SelfSupervision(config, dim) if config.self_supervised else None

    @property
    def current_kl_weight(self) -> float:
        """Rises in a line from 0 to its full height."""
        return self.config.kl_weight * min(1.0, int(self.steps_done) / self.config.anneal_steps)

    def posterior(
        self, histories: Histories
    ) -> tuple[Float[Tensor, "batch length latent"], Float[Tensor, "batch length latent"]]:
        """Mean and log standard deviation of the state after each event."""
        return self._posterior(self.hidden(histories))

    def hidden(
        self, histories: Histories, masked: Bool[Tensor, "batch length"] | None = None
    ) -> Float[Tensor, "batch length dim"]:
        """The encoder's state after each event; of `masked` events it sees that there was one."""
        chosen = self.softmax.embed(histories.items)
        if masked is not None:
            assert self.auxiliary is not None
            chosen = self.auxiliary.hide(chosen, masked)
        return self._read(chosen)

    def _read(self, chosen: Float[Tensor, "batch length dim"]) -> Float[Tensor, "batch length dim"]:
        read = self.dropout(self.input_norm(chosen))
        states: Tensor = self.dropout(self.recurrent(read)[0])
        return states

    def _posterior(
        self, states: Float[Tensor, "batch length dim"]
    ) -> tuple[Float[Tensor, "batch length latent"], Float[Tensor, "batch length latent"]]:
        return self.mean(states), self.log_sigma(states).clamp(max=MAX_LOG_SIGMA)

    def both_sides(
        self, histories: Histories, masked: Bool[Tensor, "batch length"]
    ) -> Float[Tensor, "batch length dim"]:
        """Decoded means of the states reading forwards and reading backwards, added up."""
        states = self.hidden(histories, masked) + read_backwards(self, histories, masked)
        decoded: Tensor = self.decoder(self.mean(states))
        return decoded

    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """The main loss, with the auxiliary ones if there are any."""
        if self.auxiliary is not None:
            return self.auxiliary.loss(self, batch)
        return self.main_loss(self.hidden(batch.histories), batch)

    def main_loss(
        self, hidden: Float[Tensor, "batch length dim"], batch: TrainingBatch
    ) -> Float[Tensor, ""]:
        """Reconstruction of what follows, and the KL at its present weight."""
        real = batch.targets > 0
        mean, log_sigma = (part[real] for part in self._posterior(hidden))
        noise = torch.randn(mean.shape).to(mean.device)
        decoded = self.decoder(mean + log_sigma.exp() * noise)
        targets = drawn_ahead(batch.targets, batch.histories.lengths, self.config.next_items)[real]
        loss = self.softmax.loss(decoded, targets)
        loss = loss + self.current_kl_weight * kl_to_standard(mean, log_sigma)
        self.steps_done += 1
        return loss

    def interests(self, histories: Histories) -> Float[Tensor, "batch length dim"]:
        """The decoded means."""
        decoded: Tensor = self.decoder(self.posterior(histories)[0])
        return decoded

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Match of each item with the decoded mean of the last state."""
        mean, _ = self.posterior(histories)
        return self.softmax.scores(self.decoder(histories.last(mean)))

    def score_events(
        self,
        chosen: Float[Tensor, "batch length dim"],
        histories: Histories,
        items: Int[Tensor, " some"],
    ) -> Float[Tensor, "batch some"]:
        """Scores of some items if the events' items had these vectors."""
        mean, _ = self._posterior(self._read(chosen))
        return self.softmax.scores_of(self.decoder(histories.last(mean)), items)


def drawn_ahead(
    targets: Int[Tensor, "batch length"], lengths: Int[Tensor, " batch"], next_items: int
) -> Int[Tensor, "batch length"]:
    """At each step one of the next few targets, drawn evenly from those that there are."""
    if next_items == 1:
        return targets
    left = lengths[:, None] - torch.arange(targets.shape[1], device=targets.device)
    drawn = torch.rand(targets.shape).to(targets.device) * left.clamp(1, next_items)
    steps = torch.arange(targets.shape[1], device=targets.device) + drawn.long()
    return targets.gather(1, steps)


def kl_to_standard(
    mean: Float[Tensor, "token latent"], log_sigma: Float[Tensor, "token latent"]
) -> Float[Tensor, ""]:
    """KL(N(mean, sigma) || N(0, 1)), mean over tokens and dimensions."""
    return 0.5 * (mean.square() + (2 * log_sigma).exp() - 1 - 2 * log_sigma).mean()
