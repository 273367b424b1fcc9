"""Where a ranker has its items: the vectors in which nearness means likeness to it."""

import torch
from jaxtyping import Float
from torch import Tensor

from recengine.models.base import Ranker
from recengine.models.catalogue_softmax import CatalogueSoftmax
from recengine.models.factorisation import Factorisation
from recengine.models.text_cosine import TextRanker
from recengine.models.unified import Unified


@torch.inference_mode()
def item_space(ranker: Ranker) -> Float[Tensor, "vocab dim"] | None:
    """One vector per item; None if the ranker has none (an item-item matrix, popularity)."""
    if isinstance(ranker, Unified):
        return ranker.item_vectors()
    if isinstance(ranker, TextRanker):
        return ranker.vectors
    if isinstance(ranker, Factorisation):
        return ranker.items
    softmax = getattr(ranker, "softmax", None)
    return softmax.items.weight if isinstance(softmax, CatalogueSoftmax) else None
