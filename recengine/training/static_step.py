"""One step of the unified ranker's static stage, in the words of its self-supervised options.

Axes: batch, length (oldest first, right-padded), dim, token = positions with an item to tell.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.data.batches import TrainingBatch, hide_moments
from recengine.data.histories import Histories
from recengine.models.catalogue_softmax import Competition
from recengine.models.unified import Unified


class StaticStep:
    """A `SequenceEncoder` whose item vectors are drawn once for the whole step."""

    def __init__(self, model: Unified, competition: Competition) -> None:
        self._model, self._competition = model, competition
        self._items = model.item_vectors()

    def hidden(
        self, histories: Histories, masked: Bool[Tensor, "batch length"] | None = None
    ) -> Float[Tensor, "batch length dim"]:
        """States after each event; of `masked` events only the moment is seen."""
        return self._model.hidden(self._items, histories, masked)

    def both_sides(
        self, histories: Histories, masked: Bool[Tensor, "batch length"]
    ) -> Float[Tensor, "batch length dim"]:
        """Interests of the same network looking both ways, in a moment unknown."""
        states = self._model.hidden(self._items, histories, masked, histories.real)
        return self._model.interest(states, torch.zeros_like(histories.contexts))

    def main_loss(
        self, hidden: Float[Tensor, "batch length dim"], batch: TrainingBatch
    ) -> Float[Tensor, ""]:
        """Cross-entropy of the next item at every position, some moments hidden."""
        moments = hide_moments(batch.moments, self._model.config.context_dropout)
        real = batch.targets > 0
        interest = self._model.interest(hidden, moments)
        return self.item_loss(interest[real], batch.targets[real])

    def item_loss(
        self, states: Float[Tensor, "token dim"], items: Int[Tensor, " token"]
    ) -> Float[Tensor, ""]:
        """Mean exact cross-entropy of items, told from interests."""
        return self._competition.cross_entropy(states, self._items, self._model.bias, items)
