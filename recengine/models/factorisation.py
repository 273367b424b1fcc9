"""Matrix factorisation: a person and an item match by the product of their factors.

People without training events, and those made up, have no factors: theirs are folded in from
the history. People with training events keep the factors they got then, whatever the history
says now.

Axes: batch = histories, factor, vocab = 1 + num_items.
"""

from abc import abstractmethod
from typing import Any, ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.models.base import FitData, WeightedRanker, never_padding


class Factorisation(WeightedRanker):
    """Keeps one row of factors per person and per item; rows of the unknown are 0."""

    per_item: ClassVar[tuple[str, ...]] = ("items",)
    per_user: ClassVar[tuple[str, ...]] = ("users",)
    items: Tensor
    users: Tensor

    def __init__(self, config: Any, data: FitData, width: int) -> None:
        super().__init__(config, data)
        self.register_buffer("items", torch.zeros(data.vocab, width))
        self.register_buffer("users", torch.zeros(data.dataset.num_users, width))

    @abstractmethod
    def fold_in(self, histories: Histories) -> Float[Tensor, "batch factor"]:
        """Factors of people from their histories alone."""

    @abstractmethod
    def fold_in_parts(self, history: Histories) -> Float[Tensor, "length factor"]:
        """What each event of one history adds to them."""

    def item_vectors(self) -> Float[Tensor, "vocab factor"]:
        """Factors of the items."""
        return self.items

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Product of a person's factors with each item's."""
        known = histories.users >= 0
        people = self.users[histories.users.clamp(min=0)] * known[:, None]
        unknown = ~people.any(dim=1)
        if unknown.any():
            people[unknown] = self.fold_in(histories.rows(unknown))
        return never_padding(people @ self.items.T)
