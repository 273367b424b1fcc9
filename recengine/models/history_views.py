"""Other views of the same history: cropped, partly hidden, or partly out of order.

Paper: Xie et al., "Contrastive Learning for Sequential Recommendation" (CL4SRec), ICDE 2022,
arXiv:2010.14395. Differs: the events to hide are drawn one by one, so their number varies; codes
of time gaps move along with their events.
Axes: batch, length (oldest first, right-padded).
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.data.batches import TrainingBatch
from recengine.data.histories import Histories

EVENT_FIELDS = ("items", "values", "events", "gaps", "contexts")  # of Histories, one per event


@dataclass(frozen=True)
class View:
    """One view of each history of a batch.

    Attributes:
        order: position in the history of the event that stands at each position of the view.
        lengths: number of events of the view.
        hidden: events that a model may not see, only that something happened.
        shuffled: events that no longer stand where they were; what followed them is not what
            follows in the view.
    """

    order: Int[Tensor, "batch length"]
    lengths: Int[Tensor, " batch"]
    hidden: Bool[Tensor, "batch length"]
    shuffled: Bool[Tensor, "batch length"]

    def apply(self, histories: Histories) -> Histories:
        """The histories as this view shows them, hidden events included."""
        return rearranged(histories, self.order, self.lengths)

    def apply_to_batch(self, batch: TrainingBatch) -> TrainingBatch:
        """The batch as this view shows it; shuffled events have no target."""
        histories = self.apply(batch.histories)
        unknown = self.shuffled | ~histories.real
        moments = batch.moments.gather(1, self.order[..., None].expand_as(batch.moments))
        return TrainingBatch(
            histories,
            batch.targets.gather(1, self.order).masked_fill(unknown, 0),
            moments.masked_fill(unknown[..., None], 0),
            batch.target_values.gather(1, self.order).masked_fill(unknown, torch.nan),
        )


def random_views(
    histories: Histories,
    *,
    crop_share: float,
    mask_share: float,
    reorder_share: float,
    view_share: float = 1.0,
) -> View:
    """Crop, mask or reorder each history, one of the three at random.

    Args:
        histories: of one event or more.
        crop_share: of the events that a crop keeps.
        mask_share: of the events that a mask hides.
        reorder_share: of the events that change places among each other.
        view_share: of the histories that are changed at all.
    """
    items, lengths = histories.items, histories.lengths
    device = items.device
    changed = (torch.rand(len(items)) < view_share).to(device)
    kind = torch.randint(3, (len(items),)).to(device)
    crop, mask, reorder = (changed & (kind == number) for number in range(3))
    steps = torch.arange(items.shape[1], device=device).expand_as(items)

    kept = torch.where(crop, (lengths * crop_share).long().clamp(min=1), lengths)
    order = steps + _random_start(lengths - kept)[:, None]

    span = torch.where(reorder, (lengths * reorder_share).long(), 0)
    start = _random_start(lengths - span)[:, None]
    shuffled = (steps >= start) & (steps < start + span[:, None])
    # Sorting by random numbers within the span and by position elsewhere shuffles the span alone.
    inside = start + torch.rand(items.shape).to(device) * span[:, None]
    shuffle = torch.where(shuffled, inside, steps.float()).argsort(dim=1, stable=True)
    order = torch.where(reorder[:, None], shuffle, order).clamp(max=items.shape[1] - 1)

    hidden = random_mask(lengths, items.shape[1], mask_share) & mask[:, None]
    return View(order, kept, hidden, shuffled)


def random_mask(
    lengths: Int[Tensor, " batch"], width: int, share: float
) -> Bool[Tensor, "batch length"]:
    """A share of the real positions of each history, its last one if chance picks none."""
    steps = torch.arange(width, device=lengths.device)
    drawn = (torch.rand(len(lengths), width) < share).to(lengths.device)
    drawn = drawn & (steps < lengths[:, None])
    return drawn | (~drawn.any(dim=1, keepdim=True) & last_position(lengths, width))


def last_position(lengths: Int[Tensor, " batch"], width: int) -> Bool[Tensor, "batch length"]:
    """The place of the last event of each history."""
    return torch.arange(width, device=lengths.device) == lengths[:, None] - 1


def backwards(histories: Histories) -> Int[Tensor, "batch length"]:
    """The order that reads each history from its last event to its first."""
    steps = torch.arange(histories.items.shape[1], device=histories.items.device)
    return (histories.lengths[:, None] - 1 - steps).clamp(min=0)


def rearranged(
    histories: Histories, order: Int[Tensor, "batch length"], lengths: Int[Tensor, " batch"]
) -> Histories:
    """The events at some positions of each history, in that order."""
    steps = torch.arange(order.shape[1], device=order.device)
    padding = steps >= lengths[:, None]
    columns = {}
    for name in EVENT_FIELDS:
        column: Tensor = getattr(histories, name)
        extra = [1] * (column.ndim - 2)
        index = order.reshape(*order.shape, *extra).expand_as(column)
        columns[name] = column.gather(1, index).masked_fill(
            padding.reshape(*padding.shape, *extra), 0
        )
    return replace(histories, lengths=lengths, **columns)


def _random_start(slack: Int[Tensor, " batch"]) -> Int[Tensor, " batch"]:
    """A whole number from 0 to each slack."""
    drawn: Float[Tensor, " batch"] = torch.rand(len(slack)).to(slack.device)
    return (drawn * (slack + 1)).long()
