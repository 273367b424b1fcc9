"""DIN: every candidate looks at the history for itself.

Paper: Zhou et al., "Deep Interest Network for Click-Through Rate Prediction", KDD 2018,
arXiv:1706.06978. As there, the activations are not normalised: their sum keeps how strong an
interest is.
Differs: PReLU instead of Dice, whose running statistics depend on the batches, and ReLU in the
activation unit, where it is faster; the unit sees the product of the two vectors instead of their
outer product; events know their age; learnt as one choice among a few (softmax) instead of click
by click, on top of the retriever's score (shortlist.py); the last layers also see the product of
candidate and pooled history, and add an item bias.
Axes: batch = histories, candidate, length = events, dim, hidden = width of the activation unit.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.histories import Histories
from recengine.data.settings import Count
from recengine.models.base import FitData
from recengine.models.shortlist import RankingNet, RankingNetConfig


@dataclass(frozen=True, kw_only=True)
class DINConfig(RankingNetConfig):
    """Hyper-parameters."""

    unit_dim: Count = 36  # width of the activation unit
    hidden_dim: Count = 80  # width of the first of the last layers; the second has half


class ActivationUnit(nn.Module):
    """How much each event speaks for each candidate: a small net over the pair.

    It reads candidate, event, their difference and their product. Its first layer is linear in
    these, so it is computed from one part per candidate, one per event and one product per pair.
    """

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.inner = nn.Linear(4 * dim, hidden)
        self.outer = nn.Linear(hidden, 1)

    def forward(
        self,
        candidates: Float[Tensor, "batch candidate dim"],
        events: Float[Tensor, "batch length dim"],
    ) -> Float[Tensor, "batch candidate length"]:
        """Activations, of any sign and size."""
        of_candidate, of_event, of_difference, of_product = self.inner.weight.chunk(4, dim=1)
        alone = F.linear(candidates, of_candidate + of_difference, self.inner.bias)
        event = F.linear(events, of_event - of_difference)
        weighted = (candidates[:, :, None] * of_product).flatten(1, 2)
        pairs = (weighted @ events.transpose(1, 2)).unflatten(1, alone.shape[1:])
        pairs = pairs + alone[..., None]
        hidden = F.relu_(pairs + event.transpose(1, 2)[:, None])
        return torch.einsum("bchl,h->bcl", hidden, self.outer.weight[0]) + self.outer.bias


class DIN(RankingNet):
    """Ranking net whose view of the history depends on the candidate."""

    name: ClassVar[str] = "din"
    label: ClassVar[str] = "DIN"
    config_class: ClassVar[type] = DINConfig

    def __init__(self, config: DINConfig, data: FitData) -> None:
        super().__init__(config, data)
        dim, hidden = config.embedding_dim, config.hidden_dim
        self.unit = ActivationUnit(dim, config.unit_dim)
        self.layers = nn.Sequential(
            nn.Linear(5 * dim, hidden),
            nn.PReLU(),
            nn.Dropout(config.dropout),
            nn.Linear(hidden, hidden // 2),
            nn.PReLU(),
            nn.Linear(hidden // 2, 1),
        )

    def logits(
        self, histories: Histories, candidates: Int[Tensor, "batch candidate"]
    ) -> Float[Tensor, "batch candidate"]:
        """Person, moment, candidate and the history as this candidate sees it, through a net."""
        table = self.inputs.item_table()
        wanted = F.embedding(candidates, table)
        events = self.inputs.event_vectors(table, histories)
        pooled = self.unit(wanted, events) @ events  # padding events are zero vectors
        person = self.inputs.profile(histories.profile).sum(dim=1)
        moment = self.inputs.context(histories.request).sum(dim=1)
        shared = torch.cat([person, moment], dim=1)[:, None].expand(-1, wanted.shape[1], -1)
        read = torch.cat([shared, pooled, wanted, pooled * wanted], dim=2)
        logits: Tensor = self.layers(read).squeeze(2) + self.inputs.bias[candidates]
        return logits
