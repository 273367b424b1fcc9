"""What the ranking nets read: items, events, people and moments as vectors.

Axes: batch = histories, length = events (oldest first, right-padded), dim = model width,
vocab = 1 + num_items, profile / context = features.
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.batches import TrainingBatch, hide_moments
from recengine.data.histories import NUM_GAP_CODES, Histories
from recengine.models.base import FitData
from recengine.models.features import FeatureTable, raw_text

NUM_AGE_CODES = 9  # 1 + floor(log2(1 + age in events)), at most 8; 0 is not used


class RankingInputs(nn.Module):
    """One table per thing that a net may know; all vectors have the same width."""

    text: Tensor

    def __init__(self, data: FitData, dim: int) -> None:
        super().__init__()
        dataset = data.dataset
        self.items = nn.Embedding(data.vocab, dim, padding_idx=0)
        self.bias = nn.Parameter(torch.zeros(data.vocab))
        self.register_buffer("text", raw_text(data), persistent=False)
        self.text_projection = nn.Linear(self.text.shape[1], dim) if self.text.shape[1] else None
        self.values = nn.Embedding(dataset.num_value_codes, dim)
        self.kinds = nn.Embedding(len(dataset.event_kinds), dim)
        self.gaps = nn.Embedding(NUM_GAP_CODES, dim)
        self.ages = nn.Embedding(NUM_AGE_CODES, dim)
        self.profile = FeatureTable(tuple(f.num_codes for f in dataset.profile_features), dim)
        self.context = FeatureTable(tuple(f.num_codes for f in dataset.context_features), dim)
        for table in (self.items, self.values, self.kinds, self.gaps, self.ages):
            nn.init.normal_(table.weight, std=0.02)
        nn.init.zeros_(self.items.weight[0])

    def text_table(self) -> Float[Tensor, "vocab dim"] | None:
        """What each item's text says, or None where there are no texts."""
        return None if self.text_projection is None else self.text_projection(self.text)

    def item_table(self) -> Float[Tensor, "vocab dim"]:
        """Id and text of each item together."""
        texts = self.text_table()
        ids: Tensor = self.items.weight
        return ids if texts is None else ids + texts

    def event_vectors(
        self, table: Float[Tensor, "vocab dim"], histories: Histories
    ) -> Float[Tensor, "batch length dim"]:
        """What was chosen, how, how soon after the event before, and how many events ago."""
        ages = 1 + torch.log2(1 + histories.ages).long().clamp(max=NUM_AGE_CODES - 2)
        how = self.values(histories.values) + self.kinds(histories.events)
        when = self.gaps(histories.gaps) + self.ages(ages)
        return (F.embedding(histories.items, table) + how + when) * histories.real[..., None]


def recent_events(
    histories: Histories, rows: Int[Tensor, " batch"], stops: Int[Tensor, " batch"], count: int
) -> Histories:
    """The last `count` events before each stop, as histories of their own.

    Args:
        histories: to cut from.
        rows: which history each cut is from.
        stops: how many of its events are known.
        count: events kept.
    """
    lengths = stops.clamp(max=count)
    steps = torch.arange(max(int(lengths.max()), 1), device=stops.device)
    real = steps < lengths[:, None]
    places = ((stops - lengths)[:, None] + steps).clamp(max=histories.items.shape[1] - 1)

    def cut(column: Tensor) -> Tensor:
        mask = real.reshape(*real.shape, *[1] * (column.ndim - 2))
        return column[rows[:, None], places] * mask

    return replace(
        histories.rows(rows),
        items=cut(histories.items),
        values=cut(histories.values),
        events=cut(histories.events),
        gaps=cut(histories.gaps),
        contexts=cut(histories.contexts),
        lengths=lengths,
    )


@dataclass(frozen=True)
class Prefixes:
    """Beginnings of histories with the event that followed.

    Attributes:
        histories: what was known; the moment of the request is that of the event that followed.
        targets: the item that followed.
        values: code of the strength of the event that followed, 0 where the crop ends before it.
    """

    histories: Histories
    targets: Int[Tensor, " prefix"]
    values: Int[Tensor, " prefix"]


def draw_prefixes(
    batch: TrainingBatch, per_history: int, count: int, hidden_moments: float
) -> Prefixes:
    """Cut every history short at random places.

    Args:
        batch: to draw from.
        per_history: how many prefixes of each.
        count: most recent events kept.
        hidden_moments: share of the moments that are made unknown.
    """
    lengths = batch.histories.lengths
    device = lengths.device
    rows = torch.arange(len(lengths), device=device).repeat_interleave(per_history)
    drawn = torch.rand(len(rows)).to(device)
    last = (drawn * lengths[rows]).long().clamp(max=lengths[rows] - 1)
    known = recent_events(batch.histories, rows, last + 1, count)
    moments = hide_moments(batch.moments[rows, last], hidden_moments)
    values = F.pad(batch.histories.values, (0, 1))[rows, last + 1]
    return Prefixes(replace(known, request=moments), batch.targets[rows, last], values)
