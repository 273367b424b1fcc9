"""Integrated gradients: what each event adds on the way from an average history to this one.

    weight_k = (x_k - x') . mean over the path of d score / d x_k,   x' = the mean item

The weights sum to score(history) - score(average history), up to the steps of the path. What the
ranker adds event by event (the unified ranker's prior) is added exactly; so are the parts of the
moment and of the person, as they are at the end of the path.

Paper: Sundararajan, Taly & Yan, "Axiomatic Attribution for Deep Networks", ICML 2017,
arXiv:1703.01365. Differs: the baseline is the mean item at every event (an all-zero one is no
item); midpoints of equal steps, all in one batch.

Axes: step = points of the path, length = events oldest first, dim.
"""

from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from recengine.explanations.attribution import Attribution, Method, Question
from recengine.explanations.contrast import contrast
from recengine.models.base import Differentiable, Ranker

STEPS = 16


def _applies(ranker: Ranker) -> bool:
    return isinstance(ranker, Differentiable)


def along_the_path(
    question: Question, steps: int = STEPS
) -> tuple[Float[Tensor, " length"], float]:
    """Weights of the events without additive parts, and the relative score of the baseline."""
    ranker, history = question.ranker, question.history
    assert isinstance(ranker, Differentiable)
    items, weights = contrast(question)
    table = ranker.item_table().detach()
    chosen = F.embedding(history.items, table)
    baseline = table[1:].mean(dim=0) * history.real[..., None]
    difference = chosen - baseline
    points = (torch.arange(steps) + 0.5) / steps
    with torch.enable_grad():
        path = (baseline + points[:, None, None] * difference).requires_grad_()
        repeated = history.rows(torch.zeros(steps, dtype=torch.long))
        scores = ranker.score_events(path, repeated, items) @ weights
        (gradients,) = torch.autograd.grad(scores.sum(), path)
    events = (difference[0] * gradients.mean(dim=0)).sum(dim=-1)
    with torch.no_grad():
        start = float((ranker.score_events(baseline, history, items) @ weights)[0])
    return events, start


def _attribute(question: Question) -> Attribution:
    events, _ = along_the_path(question)
    parts, item = question.parts, question.item
    found = Attribution(
        events=events + parts.prior[:, item],
        context=parts.context[:, item],
        profile=parts.profile[:, item],
    )
    # The start of the path as everything else, so that weights sum to the score as it is shown.
    said = float(parts.feedback[:, item].sum())  # on top of what the ranker says
    return replace(found, rest={"average": float(parts.total[item]) - said - found.total})


INTEGRATED_GRADIENTS = Method(
    name="integrated-gradients",
    label="integrated gradients",
    meaning="What each event adds on the way from a history of average items to this one.",
    applies=_applies,
    attribute=_attribute,
    adds_up=True,
    kinds=("event", "context", "profile"),
)
