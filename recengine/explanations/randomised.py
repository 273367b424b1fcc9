"""The same ranker with its knowledge shuffled: explanations that stay the same explain nothing.

Paper: Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018, arXiv:1810.03292. Differs:
weights are shuffled within each tensor instead of drawn anew, so that their sizes stay.
"""

import copy

import torch
from torch import Tensor

from recengine.models.base import Ranker, WeightedRanker
from recengine.models.ease import Ease
from recengine.models.item_knn import ItemKNN
from recengine.models.recency_ease import RecencyEase
from recengine.models.unified import Unified


def randomised(ranker: Ranker, seed: int = 0) -> Ranker | None:
    """A copy that knows nothing; None for rankers that it is not known how to shuffle."""
    generator = torch.Generator().manual_seed(seed)
    if isinstance(ranker, RecencyEase | Ease):
        shuffled = copy.copy(ranker)
        shuffled.weights = _renamed(ranker.weights, generator)
        return shuffled
    if isinstance(ranker, ItemKNN):
        shuffled_knn = copy.deepcopy(ranker)
        order = torch.randperm(len(ranker.neighbours), generator=generator)
        shuffled_knn.neighbours = ranker.neighbours[order]
        shuffled_knn.similarities = ranker.similarities[order]
        return shuffled_knn
    if not isinstance(ranker, WeightedRanker) or not any(True for _ in ranker.parameters()):
        return None
    net = copy.deepcopy(ranker)
    with torch.no_grad():
        for weights in net.parameters():
            order = torch.randperm(weights.numel(), generator=generator)
            weights.copy_(weights.flatten()[order].view_as(weights))
    if isinstance(net, Unified) and isinstance(net.prior, RecencyEase):
        net.prior = RecencyEase(_renamed(net.prior.weights, generator), net.prior.config)
    net.freeze()
    return net


def _renamed(weights: Tensor, generator: torch.Generator) -> Tensor:
    """An item-item matrix in which every item has the name of another."""
    order = torch.cat(
        [
            torch.zeros(1, dtype=torch.long),
            1 + torch.randperm(len(weights) - 1, generator=generator),
        ]
    )
    return weights[order][:, order]
