"""Self-supervised options of the sequential rankers: what else one history can teach.

Masked item: some events are hidden and must be told from those before and after them.
Contrast: two views of one history must be more alike than views of different people. The views
are crops, masks and reorderings ("augment"), or the same history under two draws of dropout
("dropout"). Augmentation: some training histories are replaced by a view of them.

Papers: Sun et al., "BERT4Rec", CIKM 2019, arXiv:1904.06690 (masked item); Xie et al., "CL4SRec",
ICDE 2022, arXiv:2010.14395 (views, augmentation); Qiu et al., "DuoRec", WSDM 2022,
arXiv:2110.05730 (dropout). Differs: cosine instead of plain products in the contrast; DuoRec's
second kind of positives, other people with the same next item, is left out.
Axes: batch, length (oldest first, right-padded), dim.
"""

from dataclasses import dataclass, fields
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.batches import TrainingBatch
from recengine.data.histories import Histories
from recengine.data.settings import NotNegative, Positive, Settings, Share
from recengine.errors import ConfigError
from recengine.models.history_views import (
    View,
    backwards,
    random_mask,
    random_views,
    rearranged,
)

CONTRASTS = ("augment", "dropout")


@dataclass(frozen=True, kw_only=True)
class SelfSupervisionConfig(Settings):
    """Hyper-parameters that a ranker's config takes over; everything is off unless asked for."""

    masked_item_weight: NotNegative = 0.0  # of telling hidden events, beside the main loss
    contrast_weight: NotNegative = 0.0  # of telling one's views from those of others
    contrast_views: str = "augment"  # or "dropout"
    temperature: Positive = 0.5  # of the contrast; lower looks harder at the most similar others
    augment_share: Share = 0.0  # of the training histories that are replaced by a view
    crop_share: Share = 0.6  # of the events that a crop keeps
    mask_share: Share = 0.2  # of the events that are hidden
    reorder_share: Share = 0.3  # of the events that change places

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.reorder_share == 1:
            raise ConfigError("reorder_share=1.0 would leave no event in place; take at most 0.9")
        if self.contrast_views not in CONTRASTS:
            raise ConfigError(
                f"contrast_views={self.contrast_views!r} must be one of {', '.join(CONTRASTS)}"
            )

    @property
    def self_supervised(self) -> bool:
        """Whether any of the options is on."""
        return max(self.masked_item_weight, self.contrast_weight, self.augment_share) > 0


SELF_SUPERVISED = tuple(field.name for field in fields(SelfSupervisionConfig))


@runtime_checkable
class SequenceEncoder(Protocol):
    """What a ranker must have for its training to be supervised like this."""

    def hidden(
        self, histories: Histories, masked: Bool[Tensor, "batch length"] | None = None
    ) -> Float[Tensor, "batch length dim"]:
        """States after each event, from that event and those before; `masked` ones are hidden."""

    def both_sides(
        self, histories: Histories, masked: Bool[Tensor, "batch length"]
    ) -> Float[Tensor, "batch length dim"]:
        """States at each event, from those before and after; `masked` ones are hidden."""

    def main_loss(
        self, hidden: Float[Tensor, "batch length dim"], batch: TrainingBatch
    ) -> Float[Tensor, ""]:
        """Loss of the ranker's own task."""

    def item_loss(
        self, states: Float[Tensor, "token dim"], items: Int[Tensor, " token"]
    ) -> Float[Tensor, ""]:
        """Mean cross-entropy of items, told from states of `both_sides`."""


class SelfSupervision(nn.Module):
    """Adds to a ranker's own loss what its config asks for."""

    def __init__(self, config: SelfSupervisionConfig, dim: int) -> None:
        super().__init__()
        self.config = config
        self.mask = nn.Parameter(torch.randn(dim) * 0.02)  # stands where an event is hidden

    def hide(
        self,
        events: Float[Tensor, "batch length dim"],
        masked: Bool[Tensor, "batch length"],
    ) -> Float[Tensor, "batch length dim"]:
        """Vectors of events with the mask in place of the hidden ones."""
        return torch.where(masked[..., None], self.mask, events)

    def loss(self, ranker: SequenceEncoder, batch: TrainingBatch) -> Float[Tensor, ""]:
        """The ranker's own loss, on augmented histories if so asked, with its auxiliaries."""
        config, masked, original = self.config, None, batch.histories
        if config.augment_share:
            view = self._views(original, config.augment_share)
            batch, masked = view.apply_to_batch(batch), view.hidden
        hidden = ranker.hidden(batch.histories, masked)
        loss = ranker.main_loss(hidden, batch)
        if config.masked_item_weight:
            loss = loss + config.masked_item_weight * self.masked_item_loss(ranker, original)
        if config.contrast_weight:
            if config.contrast_views == "dropout":
                first = batch.histories.last(hidden)
                second = batch.histories.last(ranker.hidden(batch.histories, masked))
            else:
                first, second = self._seen(ranker, original), self._seen(ranker, original)
            loss = loss + config.contrast_weight * info_nce(first, second, config.temperature)
        return loss

    def masked_item_loss(self, ranker: SequenceEncoder, histories: Histories) -> Float[Tensor, ""]:
        """Cross-entropy of hidden items, told from both sides."""
        lengths, width = histories.lengths, histories.items.shape[1]
        masked = random_mask(lengths, width, self.config.mask_share)
        states = ranker.both_sides(histories, masked)
        return ranker.item_loss(states[masked], histories.items[masked])

    def _seen(self, ranker: SequenceEncoder, histories: Histories) -> Float[Tensor, "batch dim"]:
        """Last states of one random view of each history."""
        view = self._views(histories, 1.0)
        shown = view.apply(histories)
        return shown.last(ranker.hidden(shown, view.hidden))

    def _views(self, histories: Histories, share: float) -> View:
        config = self.config
        return random_views(
            histories,
            crop_share=config.crop_share,
            mask_share=config.mask_share,
            reorder_share=config.reorder_share,
            view_share=share,
        )


def read_backwards(
    ranker: SequenceEncoder, histories: Histories, masked: Bool[Tensor, "batch length"]
) -> Float[Tensor, "batch length dim"]:
    """States at each event, of a ranker that reads the histories from their end."""
    order = backwards(histories)
    reverse = rearranged(histories, order, histories.lengths)
    after = ranker.hidden(reverse, masked.gather(1, order) & histories.real)
    return after.gather(1, order[..., None].expand_as(after))


def info_nce(
    first: Float[Tensor, "batch dim"], second: Float[Tensor, "batch dim"], temperature: float
) -> Float[Tensor, ""]:
    """Mean of -log softmax over all other views in the batch, at the other view of the same one."""
    views = F.normalize(torch.cat([first, second]), dim=-1)
    own = torch.eye(len(views), dtype=torch.bool, device=views.device)
    logits = (views @ views.T / temperature).masked_fill(own, -torch.inf)
    partners = torch.arange(len(views), device=views.device).roll(len(first))
    return F.cross_entropy(logits, partners)
