"""What every ranker has in common: a catalogue, a way to be fitted, a way to score.

Four kinds, each building on the one before: plain ones, those with settings that validation can
choose, those with weights worth keeping, and those whose weights gradient descent finds. Beside
them `InterestModel`: rankers of any kind that follow an interest from event to event.

Axes: batch = histories, vocab = 1 + num_items (index 0 pads and is never ranked).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.data.batches import TrainingBatch
from recengine.data.dataset import Dataset, Log
from recengine.data.histories import Histories
from recengine.encoders.base import ItemEncoder
from recengine.models.moving import Movable, MovableModule
from recengine.models.watch import Watch

MAX_LENGTH = 200  # events of a history that any ranker reads


@dataclass(frozen=True)
class FitData:
    """What a ranker may learn from.

    Attributes:
        dataset: names, features and the catalogue (its interactions are not to be read).
        train: the events to learn from.
        candidates: the item indices that compete for a place.
        text: one vector per item from a text encoder, or None if there is no text.
        encoder: what made them, for rankers that read for themselves; it loads nothing before it
            is asked to.
    """

    dataset: Dataset
    train: Log
    candidates: Bool[np.ndarray, "vocab"]
    text: Float[np.ndarray, "items text"] | None = None
    encoder: ItemEncoder | None = None

    @property
    def vocab(self) -> int:
        """Number of item indices, padding included."""
        return 1 + self.dataset.num_items

    @property
    def item_counts(self) -> Float[Tensor, " vocab"]:
        """How often each item was chosen in the training events."""
        counts = np.bincount(self.train.items, minlength=self.vocab).astype(np.float32)
        return torch.from_numpy(counts)


class Ranker(Movable, ABC):
    """Scores the whole catalogue for a batch of histories.

    Attributes:
        name: how commands and URLs call it.
        label: how people call it.
        personal: whether scores depend on the history.
        builds_on: names of other rankers that it needs, handed over by `build_on`.
        slow: whether asking everybody takes so long that nobody does it by the way.
        needs_ratings: whether there is nothing to learn for it in events without values.
        unseen: values that came into the data after it was trained, by feature: they count as
            unknown.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    slow: ClassVar[bool] = False
    needs_ratings: ClassVar[bool] = False
    personal: ClassVar[bool] = True
    builds_on: ClassVar[tuple[str, ...]] = ()
    unseen: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    @classmethod
    @abstractmethod
    def fit(cls, data: FitData) -> "Ranker":
        """Make one in a single step; rankers that need training epochs start untrained."""

    def build_on(self, rankers: Mapping[str, "Ranker"]) -> None:
        """Take over the rankers named in `builds_on`; called once, before the first score."""

    @property
    def events_read(self) -> int:
        """How many events of a history it reads, the most recent ones; more must not be given."""
        return MAX_LENGTH

    @abstractmethod
    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """A score per item index, higher is better; padding scores -inf."""


class InterestModel(Ranker):
    """A ranker that follows an interest: a vector after every event, in the space of its items.

    All that timelines, themes and forecasts may know of a ranker. For any interest vector u,
    `u . item vector + item bias` says how well an item fits; whatever else a score is made of
    (a prior, bent items) is added by `score_with` and is the same for every u or built on it.
    So `score_with` of its own last interest is its score.

    Axes: dim = width of the vectors, the same for interests and items of one ranker.
    """

    @abstractmethod
    def interests(self, histories: Histories) -> Float[Tensor, "batch length dim"]:
        """The interest after each event, of that event and those before it only.

        All events are answered in one pass, under the moment of `histories.request`, unknown ones
        included. Values at padding mean nothing.
        """

    @abstractmethod
    def item_vectors(self) -> Float[Tensor, "vocab dim"]:
        """Vectors that interests are compared with, those of nobody in particular."""

    @abstractmethod
    def item_bias(self) -> Float[Tensor, " vocab"]:
        """General appeal of each item, added to its match."""

    @abstractmethod
    def score_with(
        self, interest: Float[Tensor, "batch dim"], histories: Histories
    ) -> Float[Tensor, "batch vocab"]:
        """Scores with `interest`, such as a forecast one, in the place of the ranker's own."""


class TunableRanker(Ranker):
    """A ranker with settings.

    Attributes:
        config: a frozen dataclass of hyper-parameters.
        config_class: its class, all fields with defaults.
        grid: the settings worth trying on validation; neighbours share as much as they can.
    """

    config: Any
    config_class: ClassVar[type]
    grid: ClassVar[tuple[Any, ...]] = ()

    @classmethod
    @abstractmethod
    def fit(cls, data: FitData, config: Any = None) -> "TunableRanker":
        """Make one with these settings, or with the usual ones."""

    def refit(self, data: FitData, config: Any) -> "TunableRanker":
        """One of the same data with other settings; override to keep what they do not change."""
        return type(self).fit(data, config)


class WeightedRanker(MovableModule, TunableRanker):
    """A ranker with weights that are kept on disk.

    Attributes:
        per_item, per_user, per_kind, per_value: names of the weights with one row per item index,
            per user index, per kind of event, per code of its strength.
        per_context, per_profile: names of the tables of features of the moment, of the person.
    """

    per_item: ClassVar[tuple[str, ...]] = ()
    per_user: ClassVar[tuple[str, ...]] = ()
    per_kind: ClassVar[tuple[str, ...]] = ()
    per_value: ClassVar[tuple[str, ...]] = ()
    per_context: ClassVar[tuple[str, ...]] = ()
    per_profile: ClassVar[tuple[str, ...]] = ()

    def __init__(self, config: Any, data: FitData) -> None:  # noqa: ARG002 - gives the shapes
        """Of the right shapes for this data; nothing is learnt here."""
        super().__init__()
        self.config = config

    @classmethod
    def fit(cls, data: FitData, config: Any = None) -> "WeightedRanker":
        """Untrained; closed-form rankers override this and compute their weights."""
        return cls(config or cls.config_class(), data)

    @classmethod
    def restore(cls, data: FitData, config: Any, weights: Mapping[str, Tensor]) -> "WeightedRanker":
        """The ranker with these weights, whose rows are those of this data."""
        model = cls(config, data)
        model.load_state_dict(dict(weights))
        return model

    @property
    def events_read(self) -> int:
        """As many as its `max_length` says, if it has one."""
        return min(MAX_LENGTH, getattr(self.config, "max_length", MAX_LENGTH))

    def freeze(self) -> None:
        """Get ready to serve: no gradients, no dropout, whatever can be computed before is."""
        self.requires_grad_(False).eval()


class TrainedRanker(WeightedRanker):
    """A ranker whose weights are found by gradient descent, batch by batch.

    Attributes:
        judged_by: what tells a good epoch from a bad one on validation: "ndcg" of the ranking, or
            "rmse" of the ratings of a `RatingPredictor`.
    """

    judged_by: ClassVar[str] = "ndcg"

    @abstractmethod
    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """Loss of one batch; the model is in training mode."""


@runtime_checkable
class EventAdditive(Protocol):
    """A scorer whose score is a sum over the events of the history."""

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Scores of all items."""

    def event_parts(self, history: Histories) -> Float[Tensor, "length vocab"]:
        """What each event of one history adds to each item's score."""


@runtime_checkable
class FoldsIn(Protocol):
    """A ranker with a vector for everybody it was trained on, and one from the history for others.

    The vectors of others are sums over their events; a score is their product with `item_vectors`.
    """

    def item_vectors(self) -> Float[Tensor, "vocab dim"]:
        """One vector per item."""

    def fold_in(self, histories: Histories) -> Float[Tensor, "batch dim"]:
        """Vectors of people from their histories alone."""

    def fold_in_parts(self, history: Histories) -> Float[Tensor, "length dim"]:
        """What each event of one history adds to that vector of an empty history."""


@runtime_checkable
class ItemVectors(Protocol):
    """A ranker in whose space like items lie near each other."""

    def item_vectors(self) -> Float[Tensor, "vocab dim"]:
        """One vector per item; padding has any."""


@runtime_checkable
class Differentiable(Protocol):
    """A ranker whose scores can be followed back, by gradients, to the items that were chosen."""

    def item_table(self) -> Float[Tensor, "vocab dim"]:
        """The vector by which each item enters a history; zeros for padding."""

    def score_events(
        self,
        chosen: Float[Tensor, "batch length dim"],
        histories: Histories,
        items: Int[Tensor, " some"],
    ) -> Float[Tensor, "batch some"]:
        """Scores of some items if the items of the events had these vectors.

        Equal to `score` for the vectors of `item_table`, but for what does not pass through them
        (the unified ranker's closed-form prior), which is left out. Everything else about the
        events is that of `histories`.
        """


@runtime_checkable
class Attentive(Protocol):
    """A differentiable ranker that reads its history by attention, and may be watched."""

    def item_table(self) -> Float[Tensor, "vocab dim"]:
        """As in `Differentiable`."""

    def score_events(
        self,
        chosen: Float[Tensor, "batch length dim"],
        histories: Histories,
        items: Int[Tensor, " some"],
        watch: Watch | None = None,
    ) -> Float[Tensor, "batch some"]:
        """As in `Differentiable`; attention and states are left in `watch`."""

    def asked(self, histories: Histories) -> Int[Tensor, " batch"]:
        """The position whose last state is scored; positions before it are the events."""


@runtime_checkable
class RatingPredictor(Protocol):
    """A model that foretells how somebody will rate an item."""

    @property
    def device(self) -> torch.device:
        """As in `Ranker`."""

    @property
    def knows_ratings(self) -> bool:
        """Whether it learnt from any rating; if not, it foretells none."""

    def predict_ratings(
        self, histories: Histories, items: Int[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Expected rating of one given item per history, on the scale of the data."""


def never_padding(scores: Float[Tensor, "batch vocab"]) -> Float[Tensor, "batch vocab"]:
    """The same scores with padding out of the race."""
    scores[:, 0] = -torch.inf
    return scores
