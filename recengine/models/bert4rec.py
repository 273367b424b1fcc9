"""BERT4Rec: a Transformer that looks both ways and fills in hidden items.

Paper: Sun et al., "BERT4Rec", CIKM 2019, arXiv:1904.06690.
Differs: exact cross-entropy at the hidden positions in the chunked form; layer norm before each
part and a feed-forward part as narrow as the model; every position but the hidden ones keeps its
item; the share of histories with only the last item hidden, as it is when asked, is a setting.
Positions count from the end, as they do in the paper by padding on the left.
Axes: batch, length (oldest first, right-padded), dim, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.batches import TrainingBatch
from recengine.data.histories import Histories
from recengine.data.settings import Share
from recengine.models.base import FitData
from recengine.models.catalogue_softmax import CatalogueSoftmax, SoftmaxRanker
from recengine.models.dropout import Dropout
from recengine.models.history_views import last_position, random_mask
from recengine.models.transformer import Block, TransformerConfig, through
from recengine.models.watch import Watch

PREFIXES_AT_ONCE = 25  # beginnings of each history that are read together


@dataclass(frozen=True, kw_only=True)
class BERT4RecConfig(TransformerConfig):
    """Hyper-parameters."""

    mask_share: Share = 0.2  # of the items that are hidden in training
    last_share: Share = 0.2  # of the training histories in which only the last item is hidden


class BERT4Rec(SoftmaxRanker):
    """Bidirectional Transformer over item ids; asked by hiding what comes after the last event."""

    name: ClassVar[str] = "bert4rec"
    label: ClassVar[str] = "BERT4Rec"
    config_class: ClassVar[type] = BERT4RecConfig
    per_item: ClassVar[tuple[str, ...]] = ("softmax.items.weight", "softmax.bias")

    def __init__(self, config: BERT4RecConfig, data: FitData) -> None:
        super().__init__(config, data)
        dim = config.embedding_dim
        self.softmax = CatalogueSoftmax(data, dim)
        self.mask = nn.Parameter(torch.randn(dim) * 0.02)
        self.positions = nn.Embedding(config.max_length + 1, dim)
        nn.init.normal_(self.positions.weight, std=0.02)
        self.blocks = nn.ModuleList(
            Block(dim, config.num_heads, config.dropout, causal=False)
            for _ in range(config.num_blocks)
        )
        self.dropout = Dropout(config.dropout)
        self.fill_in = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, dim), nn.GELU(), nn.LayerNorm(dim)
        )

    def hidden(
        self,
        items: Int[Tensor, "batch length"],
        lengths: Int[Tensor, " batch"],
        masked: Bool[Tensor, "batch length"],
    ) -> Float[Tensor, "batch length dim"]:
        """States at each position, from all real ones; items at `masked` ones are not read."""
        return self._read(self.softmax.embed(items), lengths, masked)

    def _read(
        self,
        chosen: Float[Tensor, "batch length dim"],
        lengths: Int[Tensor, " batch"],
        masked: Bool[Tensor, "batch length"],
        watch: Watch | None = None,
    ) -> Float[Tensor, "batch length dim"]:
        steps = torch.arange(chosen.shape[1], device=chosen.device)
        from_end = (lengths[:, None] - 1 - steps).clamp(min=0)
        vectors = torch.where(masked[..., None], self.mask, chosen)
        states = self.dropout(vectors + self.positions(from_end))
        return through(self.blocks, states, steps < lengths[:, None], watch)

    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """Cross-entropy of the hidden items."""
        items = torch.cat([batch.histories.items[:, :1], batch.targets], dim=1)
        lengths = batch.histories.lengths + 1
        masked = self.draw_masks(lengths, items.shape[1])
        states = self.hidden(items, lengths, masked)[masked]
        return self.softmax.loss(self.fill_in(states), items[masked])

    def draw_masks(
        self, lengths: Int[Tensor, " batch"], width: int
    ) -> Bool[Tensor, "batch length"]:
        """Positions to hide: a share of each history, or its last one alone."""
        only_last = (torch.rand(len(lengths), 1) < self.config.last_share).to(lengths.device)
        anywhere = random_mask(lengths, width, self.config.mask_share)
        return torch.where(only_last, last_position(lengths, width), anywhere)

    def wanted(
        self, items: Int[Tensor, "batch length"], lengths: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch dim"]:
        """What the hidden position after the last of `lengths` items looks for."""
        items, lengths = F.pad(items, (0, 1)), lengths + 1
        masked = last_position(lengths, items.shape[1])
        found: Tensor = self.fill_in(self.hidden(items, lengths, masked)[masked])
        return found

    def interests(self, histories: Histories) -> Float[Tensor, "batch length dim"]:
        """The hidden position after each event: every beginning of a history is read by itself.

        A network that looks both ways would know the future in one pass, so this takes as many
        passes as there are events, several at once and the short ones cut short.
        """
        items = histories.items
        batch, length = items.shape
        owners = torch.arange(batch, device=items.device)
        found = []
        for first in range(0, length, PREFIXES_AT_ONCE):
            steps = torch.arange(first, min(first + PREFIXES_AT_ONCE, length), device=items.device)
            rows, prefixes = owners.repeat_interleave(len(steps)), steps.repeat(batch) + 1
            read = self.wanted(items[rows, : int(steps[-1]) + 1], prefixes)
            found.append(read.unflatten(0, (batch, len(steps))))
        return torch.cat(found, dim=1)

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Match of each item with the hidden position after the last event."""
        return self.softmax.scores(self.wanted(histories.items, histories.lengths))

    def score_events(
        self,
        chosen: Float[Tensor, "batch length dim"],
        histories: Histories,
        items: Int[Tensor, " some"],
        watch: Watch | None = None,
    ) -> Float[Tensor, "batch some"]:
        """Scores of some items if the events' items had these vectors."""
        masked = last_position(histories.lengths + 1, chosen.shape[1] + 1)
        states = self._read(F.pad(chosen, (0, 0, 0, 1)), histories.lengths + 1, masked, watch)
        return self.softmax.scores_of(self.fill_in(states[masked]), items)

    def asked(self, histories: Histories) -> Int[Tensor, " batch"]:
        """The hidden position after the last event."""
        return histories.lengths
