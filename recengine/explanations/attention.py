"""What the model looked at: attention of the last event to all events, by layer and head.

Attention says where information was read, not how much it mattered; it is shown as such.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.models.transformer import Block
from recengine.models.unified import Unified


@torch.inference_mode()
def last_event_attention(model: Unified, history: Histories) -> Float[Tensor, "layer head length"]:
    """Weights over the events of one history; each (layer, head) sums to 1.

    Attention of the last real event; positions after it are 0.
    """
    items = model.item_vectors()
    states = model.embed(items, history)
    last = max(int(history.lengths[0]) - 1, 0)
    layers = []
    for block in model.blocks:
        assert isinstance(block, Block)
        layers.append(block.attention_weights(states)[0, :, last])
        states = block(states)
    return torch.stack(layers)
