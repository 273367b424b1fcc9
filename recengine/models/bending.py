"""Which items of a catalogue one request bends, and where their vectors go.

Scores, their parts and dynamic vectors go by the same rule (`shortlist` in dynamic_head.py).

Axes: batch, vocab = 1 + num_items, bent = items that are bent, part / width as in dynamic_head.py.
"""

from abc import abstractmethod

from jaxtyping import Float, Int
from torch import Tensor

from recengine.data.histories import Histories
from recengine.models.base import InterestModel, WeightedRanker
from recengine.models.dynamic_head import DynamicHead, Memory, is_large, shortlist


class Bending(WeightedRanker, InterestModel):
    """A ranker whose item vectors depend on the request.

    Attributes:
        dynamic: whether they do; if not, all are static.
        memory_head: what bends them.
    """

    dynamic: Tensor
    warm: Tensor
    memory_head: DynamicHead

    @abstractmethod
    def item_queries(self) -> Float[Tensor, "part vocab width"]:
        """What each item brings along for the memory."""

    @abstractmethod
    def memory(self, items: Float[Tensor, "vocab dim"], histories: Histories) -> Memory:
        """The tokens that items may attend to."""

    @abstractmethod
    def interest_now(self, histories: Histories) -> Float[Tensor, "batch dim"]:
        """The interest vector after the last event, in the moment of the request."""

    @abstractmethod
    def static_scores(
        self, interest: Float[Tensor, "batch dim"], histories: Histories
    ) -> Float[Tensor, "batch vocab"]:
        """Scores before any item is bent."""

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Scores with dynamic item vectors, for the interest of now."""
        return self.score_with(self.interest_now(histories), histories)

    def item_table(self) -> Float[Tensor, "vocab dim"]:
        """Static item vectors, zeros for padding."""
        vectors = self.item_vectors().clone()
        vectors[0] = 0
        return vectors

    def bent_items(self, histories: Histories) -> Int[Tensor, "batch bent"] | None:
        """Which items each request bends: None for all, of a large catalogue those that stand high.

        Scores, their parts and dynamic vectors go by the same rule.
        """
        if not is_large(len(self.warm)):
            return None
        return shortlist(self.static_scores(self.interest_now(histories), histories))

    def bendable(
        self, rows: Int[Tensor, "*rows bent"] | None
    ) -> tuple[Float[Tensor, "*rows bent dim"], Float[Tensor, "*rows part bent width"]]:
        """Static vectors of some items, or of all, and what they bring along for the memory."""
        items, queries = self.item_vectors(), self.item_queries()
        if rows is None:
            return items, queries
        return items[rows], queries[:, rows].movedim(0, -3)

    def dynamic_vectors(self, histories: Histories) -> Float[Tensor, "batch vocab dim"]:
        """S_j of every item for each request; e_j of those that are not bent."""
        items = self.item_vectors()
        static = items.expand(len(histories), -1, -1)
        if not self.dynamic:
            return static
        rows = self.bent_items(histories)
        bent = self.memory_head.bend(*self.bendable(rows), self.memory(items, histories))
        return bent if rows is None else static.scatter(1, rows[..., None].expand_as(bent), bent)
