"""What the blocks of a Transformer leave behind while somebody watches, and how to sum it up.

Paper: Abnar & Zuidema, "Quantifying Attention Flow in Transformers", ACL 2020, arXiv:2005.00928.

Axes: batch, heads, length (positions), dim.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass
class Watch:
    """A notebook handed along through the blocks; without one nothing is kept.

    Attributes:
        weights: attention of each block so far, (batch, heads, length that reads, length read);
            each reader's weights sum to 1 over what it may read.
        states: what the first block read, then what each block gave, (batch, length, dim).
    """

    weights: list[Tensor] = field(default_factory=list)
    states: list[Tensor] = field(default_factory=list)


def rollout(
    layers: Iterable[Float[Tensor, "heads length length"]],
) -> Float[Tensor, "length length"]:
    """How much of each input (columns) reaches each position through all layers, first one first.

    Heads are averaged; half of each layer is the position's own state, carried over unread.
    """
    first, *later = (layer.mean(dim=0) for layer in layers)
    itself = torch.eye(len(first))
    flow = (first + itself) / 2
    for layer in later:
        flow = (layer + itself) / 2 @ flow
    return flow
