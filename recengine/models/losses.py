"""Losses as pure functions.

Paper: Petrov & Macdonald, RecSys 2023, arXiv:2308.07192: full cross-entropy over the catalogue is
what makes a sequential recommender good. Computing it in chunks that fit the processor's cache,
with the gradient taken in the same pass, costs a fifth of the textbook form on a CPU.

Axes: token = positions with a target, dim = model width, item = items that compete.
"""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.autograd.function import once_differentiable

CHUNK_ROWS = 512  # logits of one chunk stay within the processor's caches


class _LinearCrossEntropy(torch.autograd.Function):
    """Mean cross-entropy of hidden @ items.T + bias, gradients computed in the forward pass."""

    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, items: Tensor, bias: Tensor, targets: Tensor, dtype: torch.dtype
    ) -> Tensor:
        count = len(targets)
        hidden_low, items_low = hidden.to(dtype), items.to(dtype)
        grad_hidden = torch.empty_like(hidden)
        grad_items = torch.zeros_like(items)
        grad_bias = torch.zeros_like(bias)
        loss = hidden.new_zeros(())
        for start in range(0, count, CHUNK_ROWS):
            rows = slice(start, start + CHUNK_ROWS)
            logits = (hidden_low[rows] @ items_low.T).float().add_(bias)
            target = targets[rows, None]
            chosen = logits.gather(1, target)
            logits.sub_(logits.amax(dim=1, keepdim=True).detach())
            shifted = logits.gather(1, target)
            norm = logits.exp_().sum(dim=1, keepdim=True)
            loss += (norm.log() - shifted).sum()
            probabilities = logits.div_(norm)
            probabilities.scatter_add_(1, target, torch.full_like(chosen, -1.0))
            grad_bias += probabilities.sum(dim=0)
            low = probabilities.to(dtype)
            grad_hidden[rows] = (low @ items_low).float()
            grad_items += (low.T @ hidden_low[rows]).float()
        ctx.save_for_backward(grad_hidden, grad_items, grad_bias)
        ctx.count = count
        return loss / count

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        scale = grad / ctx.count
        grad_hidden, grad_items, grad_bias = ctx.saved_tensors
        return grad_hidden * scale, grad_items * scale, grad_bias * scale, None, None


def linear_cross_entropy(
    hidden: Float[Tensor, "token dim"],
    items: Float[Tensor, "item dim"],
    bias: Float[Tensor, " item"],
    targets: Int[Tensor, " token"],
    dtype: torch.dtype = torch.float32,
) -> Float[Tensor, ""]:
    """Mean of -log softmax(hidden @ items.T + bias)[target], without keeping the logits.

    Args:
        hidden: one row per prediction.
        items: vectors of the items that compete.
        bias: one number per item.
        targets: row of `items` that was chosen.
        dtype: precision of the matrix products; bfloat16 is faster where the processor has it
            and leaves a relative gradient error of about 0.3 %.
    """
    loss: Tensor = _LinearCrossEntropy.apply(hidden, items, bias, targets, dtype)
    return loss


def fast_product_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where matrix products in it are native, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    native = torch.ops.mkldnn._is_mkldnn_bf16_supported() if device.type == "cpu" else False
    capability = torch.backends.cpu.get_cpu_capability()
    return torch.bfloat16 if native and capability.startswith("AVX512") else torch.float32
