"""What every ranker has in common: a catalogue, a way to be fitted, a way to score.

Axes: batch = histories, vocab = 1 + num_items (index 0 pads and is never ranked).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from recengine.data.dataset import Dataset, Log
from recengine.data.histories import Histories


@dataclass(frozen=True)
class FitData:
    """What a ranker may learn from.

    Attributes:
        dataset: names, features and the catalogue (its interactions are not to be read).
        train: the events to learn from.
        candidates: the item indices that compete for a place.
        text: one vector per item from a text encoder, or None if there is no text.
    """

    dataset: Dataset
    train: Log
    candidates: Bool[np.ndarray, "vocab"]
    text: Float[np.ndarray, "items text"] | None = None

    @property
    def vocab(self) -> int:
        """Number of item indices, padding included."""
        return 1 + self.dataset.num_items

    @property
    def item_counts(self) -> Float[Tensor, " vocab"]:
        """How often each item was chosen in the training events."""
        counts = np.bincount(self.train.items, minlength=self.vocab).astype(np.float32)
        return torch.from_numpy(counts)


class Ranker(ABC):
    """Scores the whole catalogue for a batch of histories.

    Attributes:
        name: how commands and URLs call it.
        label: how people call it.
    """

    name: ClassVar[str]
    label: ClassVar[str]

    @classmethod
    @abstractmethod
    def fit(cls, data: FitData) -> "Ranker":
        """Make one in a single step; rankers that need training epochs start untrained."""

    @abstractmethod
    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """A score per item index, higher is better; padding scores -inf."""


@runtime_checkable
class EventAdditive(Protocol):
    """A scorer whose score is a sum over the events of the history."""

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Scores of all items."""

    def event_parts(self, history: Histories) -> Float[Tensor, "length vocab"]:
        """What each event of one history adds to each item's score."""


def never_padding(scores: Float[Tensor, "batch vocab"]) -> Float[Tensor, "batch vocab"]:
    """The same scores with padding out of the race."""
    scores[:, 0] = -torch.inf
    return scores
