"""What one item attends to: the events, the moment and the person, as far as a ranker lets it.

Papers: Zhou et al., "Deep Interest Network", KDD 2018, arXiv:1706.06978 (activations, not
normalised); the memory head of the unified ranker (models/memory_head.py: weights that sum to 1).

Axes: head, token = events oldest first, then (memory alone) features of the moment and the profile.
"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from recengine.data.histories import Histories
from recengine.models.base import Ranker
from recengine.models.din import DIN
from recengine.models.memory_head import MemoryHead
from recengine.models.mixture_of_logits import MixtureOfLogits
from recengine.models.unified import Unified


@torch.inference_mode()
def item_attention(
    ranker: Ranker, history: Histories, item: int
) -> Float[Tensor, "head token"] | None:
    """Weights of one item over the tokens; None if items attend to nothing in this ranker.

    Args:
        ranker: who scores. Of a mixture of logits the pools stand for heads, alike for all items.
        history: exactly one.
        item: index.
    """
    if isinstance(ranker, Unified) and ranker.dynamic:
        head, memory = ranker.memory_head, ranker.memory(ranker.item_vectors(), history)
        if isinstance(head, MemoryHead):
            return head.attention(ranker.item_queries()[:, [item]], memory)[0, :, 0]
        assert isinstance(head, MixtureOfLogits)
        return head.pool_weights(memory)[0]
    if isinstance(ranker, DIN):
        table = ranker.inputs.item_table()
        events = ranker.inputs.event_vectors(table, history)
        wanted = F.embedding(torch.tensor([[item]]), table)
        return ranker.unit(wanted, events)[0] * history.real
    return None
