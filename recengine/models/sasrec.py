"""SASRec: self-attention over the history, the next item at every position.

Paper: Kang & McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018, arXiv:1808.09781,
and for its loss Petrov & Macdonald, "Turning Dross Into Gold Loss", RecSys 2023, arXiv:2308.07192.
Differs: GELU for ReLU, layer norm before each part, an item bias; `SASRec` learns by exact
cross-entropy over the catalogue, `SASRecBinary` as in the first paper by telling the item that
came next from one drawn at random; self-supervised options (self_supervision.py), off at first.
Axes: batch, length (oldest first, right-padded), dim, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.batches import TrainingBatch
from recengine.data.histories import Histories
from recengine.models.base import FitData
from recengine.models.catalogue_softmax import CatalogueSoftmax, SoftmaxRanker
from recengine.models.dropout import Dropout
from recengine.models.self_supervision import SelfSupervision, SelfSupervisionConfig
from recengine.models.transformer import Block, TransformerConfig, through
from recengine.models.watch import Watch


@dataclass(frozen=True, kw_only=True)
class SASRecConfig(TransformerConfig, SelfSupervisionConfig):
    """Hyper-parameters, those of the self-supervised options included."""


class SASRec(SoftmaxRanker):
    """Causal Transformer over item ids, learnt by cross-entropy over the whole catalogue."""

    name: ClassVar[str] = "sasrec"
    label: ClassVar[str] = "SASRec"
    config_class: ClassVar[type] = SASRecConfig
    per_item: ClassVar[tuple[str, ...]] = ("softmax.items.weight", "softmax.bias")

    def __init__(self, config: SASRecConfig, data: FitData) -> None:
        super().__init__(config, data)
        dim = config.embedding_dim
        self.softmax = CatalogueSoftmax(data, dim)
        self.positions = nn.Embedding(config.max_length, dim)
        nn.init.normal_(self.positions.weight, std=0.02)
        self.blocks = nn.ModuleList(
            Block(dim, config.num_heads, config.dropout) for _ in range(config.num_blocks)
        )
        self.dropout = Dropout(config.dropout)
        self.norm = nn.LayerNorm(dim)
        self.auxiliary = SelfSupervision(config, dim) if config.self_supervised else None

    def hidden(
        self, histories: Histories, masked: Bool[Tensor, "batch length"] | None = None
    ) -> Float[Tensor, "batch length dim"]:
        """What the model wants after each event; of `masked` events it sees only the place."""
        return self._states(histories, masked, None)

    def both_sides(
        self, histories: Histories, masked: Bool[Tensor, "batch length"]
    ) -> Float[Tensor, "batch length dim"]:
        """The same network looking both ways, to tell the masked items."""
        return self._states(histories, masked, histories.real)

    def _states(
        self,
        histories: Histories,
        masked: Bool[Tensor, "batch length"] | None,
        real: Bool[Tensor, "batch length"] | None,
    ) -> Float[Tensor, "batch length dim"]:
        events = self.softmax.embed(histories.items)
        if masked is not None:
            assert self.auxiliary is not None
            events = self.auxiliary.hide(events, masked)
        return self._read(events, real)

    def _read(
        self,
        events: Float[Tensor, "batch length dim"],
        real: Bool[Tensor, "batch length"] | None = None,
        watch: Watch | None = None,
    ) -> Float[Tensor, "batch length dim"]:
        steps = torch.arange(events.shape[1], device=events.device)
        states = self.dropout(events + self.positions(steps))
        normed: Tensor = self.norm(through(self.blocks, states, real, watch))
        return normed

    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """The main loss, with the auxiliary ones if there are any."""
        if self.auxiliary is not None:
            return self.auxiliary.loss(self, batch)
        return self.main_loss(self.hidden(batch.histories), batch)

    def main_loss(
        self, hidden: Float[Tensor, "batch length dim"], batch: TrainingBatch
    ) -> Float[Tensor, ""]:
        """Cross-entropy of the next item at every position."""
        real = batch.targets > 0
        return self.softmax.loss(hidden[real], batch.targets[real])

    def interests(self, histories: Histories) -> Float[Tensor, "batch length dim"]:
        """The states themselves."""
        return self.hidden(histories)

    def score_events(
        self,
        chosen: Float[Tensor, "batch length dim"],
        histories: Histories,
        items: Int[Tensor, " some"],
        watch: Watch | None = None,
    ) -> Float[Tensor, "batch some"]:
        """Scores of some items if the events' items had these vectors."""
        states = self._read(chosen, watch=watch)
        return self.softmax.scores_of(histories.last(states), items)

    def asked(self, histories: Histories) -> Int[Tensor, " batch"]:
        """The last event."""
        return (histories.lengths - 1).clamp(min=0)


class SASRecBinary(SASRec):
    """The same network with the loss of its first paper."""

    name: ClassVar[str] = "sasrec-bce"
    label: ClassVar[str] = "SASRec (original loss)"

    def main_loss(
        self, hidden: Float[Tensor, "batch length dim"], batch: TrainingBatch
    ) -> Float[Tensor, ""]:
        """Binary cross-entropy of the next item against one item drawn at random."""
        real = batch.targets > 0
        states, targets = hidden[real], batch.targets[real]
        competing = self.softmax.competing
        drawn = competing[torch.randint(len(competing), targets.shape).to(competing.device)]

        def logits(items: Tensor) -> Any:
            return (states * self.softmax.embed(items)).sum(dim=-1) + self.softmax.bias[items]

        return F.softplus(-logits(targets)).mean() + F.softplus(logits(drawn)).mean()
