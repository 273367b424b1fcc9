"""Coordinates in which people's usual changes of interest are alike in every direction.

Changes of interest vectors are strongly correlated between dimensions. In the principal axes of
those changes, scaled to unit variance, independent noise per axis is a fair picture of them, and
no direction drowns the others. Axes: dim, change = rows.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

FLOOR = 1e-3  # of the largest spread: flatter directions are noise of rounding


class Space(nn.Module):
    """A fixed linear map; the identity until it is fitted."""

    centre: Tensor
    axes: Tensor
    spread: Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(dim))
        self.register_buffer("axes", torch.eye(dim))
        self.register_buffer("spread", torch.ones(dim))

    def fit(self, vectors: Float[Tensor, "row dim"], changes: Float[Tensor, "change dim"]) -> None:
        """Centre on the vectors, turn and scale to the changes."""
        second_moments = changes.double().T @ changes.double() / max(1, len(changes))
        strengths, axes = torch.linalg.eigh(second_moments)
        spread = strengths.clamp(min=0).sqrt()
        largest = spread.max().clamp(min=1e-12)
        self.centre.copy_(vectors.mean(dim=0))
        self.axes.copy_(axes)
        self.spread.copy_(spread.clamp(min=float(FLOOR * largest)))

    def inwards(self, vectors: Float[Tensor, "*row dim"]) -> Float[Tensor, "*row dim"]:
        """Coordinates of vectors."""
        return (vectors - self.centre) @ self.axes / self.spread

    def outwards(self, coordinates: Float[Tensor, "*row dim"]) -> Float[Tensor, "*row dim"]:
        """Vectors of coordinates."""
        return (coordinates * self.spread) @ self.axes.T + self.centre
