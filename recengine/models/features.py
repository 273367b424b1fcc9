"""How codes of features and texts of items reach a net.

Axes: vocab = 1 + num_items, raw = width of the encoder's vectors, feature = profile or context
features, dim = model width.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.models.base import FitData


class FeatureTable(nn.Module):
    """One vector per value of each of several features; unknown values are zero vectors."""

    def __init__(self, sizes: tuple[int, ...], dim: int) -> None:
        super().__init__()
        self.dim = dim
        tables = [nn.Embedding(size, dim, padding_idx=0) for size in sizes]
        for table in tables:
            nn.init.normal_(table.weight[1:], std=0.02)
        self.tables = nn.ModuleList(tables)

    def forward(self, codes: Int[Tensor, "*batch feature"]) -> Float[Tensor, "*batch feature dim"]:
        """The vectors of all features, stacked; (..., 0, dim) if there are none."""
        if not self.tables:
            return torch.zeros(*codes.shape, self.dim, device=codes.device)
        vectors = [table(codes[..., place]) for place, table in enumerate(self.tables)]
        return torch.stack(vectors, dim=-2)


def raw_text(data: FitData) -> Float[Tensor, "vocab raw"]:
    """The encoder's vectors with a row for padding; (vocab, 0) where there is no text."""
    if data.text is None:
        return torch.zeros(data.vocab, 0)
    return F.pad(torch.from_numpy(data.text), (0, 0, 1, 0))


def whitening_of(text: Float[Tensor, "items raw"], dim: int) -> Float[Tensor, "raw_plus_one text"]:
    """Map to the strongest principal components with equal variance, last row the offset.

    Language-model vectors share a few dominant directions; without whitening those drown the rest.
    """
    if text.shape[1] == 0 or dim == 0:
        return torch.zeros(text.shape[1] + 1, 0)
    mean = text.double().mean(dim=0)
    _, strengths, directions = torch.linalg.svd(text.double() - mean, full_matrices=False)
    used = min(dim, int((strengths > 1e-6 * strengths[0]).sum()))
    linear = directions[:used].T / strengths[:used] * len(text) ** 0.5
    return torch.cat([linear, -(mean @ linear)[None]]).float()
