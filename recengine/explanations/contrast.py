"""The score that gradients follow: one item against a fair sample of the candidates.

Relative to all candidates costs too much for each step of a path; the difference of the two means
is the same for every event, so no event's weight depends on it much.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from recengine.explanations.attribution import Question

SAMPLED = 128  # candidates, evenly over the catalogue


def contrast(question: Question) -> tuple[Int[Tensor, " some"], Float[Tensor, " some"]]:
    """Items and weights, so that scores @ weights is the item's score relative to the others."""
    competing = question.candidates.nonzero()[:, 0]
    if len(competing) > SAMPLED:
        places = torch.linspace(0, len(competing) - 1, SAMPLED).round().long()
        competing = competing[places]
    items = torch.cat([torch.tensor([question.item]), competing])
    weights = torch.cat([torch.ones(1), torch.full((len(competing),), -1 / len(competing))])
    return items, weights
