"""What many pieces add to very many items, kept small.

Of a large catalogue only a shortlist is bent, so what an event adds by being remembered is the same
for all items outside it; what nobody adds is the same for all. Such columns are kept once.

Axes: piece = what adds something, column = those that differ, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from types import EllipsisType

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


@dataclass(frozen=True)
class SharedColumns:
    """A matrix of parts, piece by item, that is read like a tensor: parts[:, items].

    Attributes:
        columns: the columns that differ.
        place: which of them each item has.
    """

    columns: Float[Tensor, "piece column"]
    place: Int[Tensor, " vocab"]

    @classmethod
    def whole(cls, parts: Float[Tensor, "piece vocab"]) -> "SharedColumns":
        """Every item has a column of its own."""
        return cls(parts, torch.arange(parts.shape[1]))

    @classmethod
    def nothing(cls, num_pieces: int, vocab: int) -> "SharedColumns":
        """No piece adds anything to any item."""
        return cls(torch.zeros(num_pieces, 1), torch.zeros(vocab, dtype=torch.long))

    @classmethod
    def at(
        cls, parts: Float[Tensor, "piece some"], items: Int[Tensor, " some"], vocab: int
    ) -> "SharedColumns":
        """Some items have columns of their own, nothing is added to the others."""
        place = torch.full((vocab,), len(items)).scatter(0, items, torch.arange(len(items)))
        return cls(torch.cat([parts, parts.new_zeros(len(parts), 1)], dim=1), place)

    def __getitem__(
        self, key: tuple[int | slice | EllipsisType, int | slice | Tensor]
    ) -> Float[Tensor, "..."]:
        """Parts of some pieces for some items."""
        pieces, items = key
        return self.columns[pieces][..., self.place[items]]

    def sum(self) -> Float[Tensor, " vocab"]:
        """What all pieces together add to each item."""
        return self.columns.sum(dim=0)[self.place]

    def centred(self, candidates: Bool[Tensor, "vocab"]) -> "SharedColumns":
        """The same relative to the mean over the candidates."""
        counts = self.place[candidates].bincount(minlength=self.columns.shape[1])
        mean = self.columns @ (counts / counts.sum())
        return SharedColumns(self.columns - mean[:, None], self.place)
