"""Learned gates: how much of each feature of the moment a ranker should listen to.

A gate of 0 shuts a feature out, 1 leaves its effect as it was trained, more makes it stronger (a
prior added afterwards drowns what the moment says, unless it speaks up). The gates are few, so they
are found on validation, by the mean log-probability of the held-out item less `PENALTY` times their
sum, which shuts those that earn nothing. A common sharpness of all scores is fitted beside them and
thrown away: trained scores and prior together are too sure of themselves, and without it the gates
would grow to drown the history instead.

Paper: Hoff, "Lasso, fractional norm and structured sparsity using a Hadamard product
parametrization", CSDA 2017: gates are squares of free numbers whose squares are penalised, so
that the penalty is smooth and gates can still become 0.
Axes: question, vocab = 1 + num_items, context = features of the moment, dim = model width.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from recengine.data.progress import Progress, silent
from recengine.evaluation.asking import mask_seen
from recengine.evaluation.contexts import moments_of
from recengine.models.unified import Unified
from recengine.training.validation import Validation

PENALTY = 1e-3  # nats per unit of a gate
STEPS = 12  # of L-BFGS; each looks at all questions
SHUT = 0.02  # below this a gate counts as closed
BATCH = 64  # questions read at once


def fit_gates(
    model: Unified, validation: Validation, progress: Progress = silent
) -> Float[Tensor, " context"]:
    """Set the gates of a model whose prior is chosen; returns them.

    Args:
        model: frozen; its dynamic part takes no part, as it is trained behind these gates.
        validation: the questions, asked in the moments in which they came up.
        progress: told while the questions are read.
    """
    gates = model.context_gates
    if len(gates) == 0:
        return gates
    states, moments, offsets, targets = _questions(model, validation, progress)
    items = model.item_vectors().detach().clone()  # may have been kept while serving
    pushes = model.query(moments).detach()
    free = torch.ones(len(gates), device=gates.device, requires_grad=True)
    sharpness = torch.zeros((), device=gates.device, requires_grad=True)
    optimizer = torch.optim.LBFGS([free, sharpness], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        moved = (pushes * (free**2)[:, None]).sum(dim=-2)
        scores = model.in_moment(states, moved) @ items.T + offsets
        value = torch.nn.functional.cross_entropy(scores * sharpness.exp(), targets)
        value = value + PENALTY * (free**2).sum()
        free.grad, sharpness.grad = torch.autograd.grad(value, [free, sharpness])
        return value

    optimizer.step(loss)
    found = free.detach() ** 2
    gates.copy_(torch.where(found < SHUT, torch.zeros_like(found), found))
    return gates


@torch.no_grad()
def _questions(
    model: Unified, validation: Validation, progress: Progress
) -> tuple[
    Float[Tensor, "question dim"],
    Int[Tensor, "question context"],
    Float[Tensor, "question vocab"],
    Int[Tensor, " question"],
]:
    """States before the moment is known, moments, what does not depend on them, targets."""
    asked, reader = validation.questions, validation.reader
    competing = torch.from_numpy(validation.split.candidates)
    items = model.item_vectors()
    moments = moments_of(reader.log, asked)
    states, offsets = [], []
    for first in range(0, len(asked), BATCH):
        some = asked.take(np.arange(first, min(first + BATCH, len(asked))))
        histories = reader.read(
            some.users, some.starts, some.stops, max_length=validation.max_length
        ).to(model.device)
        states.append(model.last_hidden(items, histories))
        targets = torch.from_numpy(some.targets.astype(np.int64))[:, None]
        offset = (model.bias + model.prior_scores(histories)).cpu()
        own = offset.gather(1, targets)
        offset = mask_seen(offset, reader, some.starts, some.stops, competing)
        offsets.append(offset.scatter(1, targets, own).clamp(min=-1e4))
        progress("Choosing what of the moment counts", first + len(some), len(asked))
    return (
        torch.cat(states),
        torch.from_numpy(moments).to(model.device),
        torch.cat(offsets).to(model.device),
        torch.from_numpy(asked.targets.astype(np.int64)).to(model.device),
    )
