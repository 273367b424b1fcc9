"""Gradient times attention: only attention that moves this item's score counts.

    R = I;  for each layer: R = R + mean over heads of (gradient * attention)+ @ R

Paper: Chefer, Gur & Wolf, "Generic Attention-model Explainability for Interpreting Bi-Modal and
Encoder-Decoder Transformers", ICCV 2021, arXiv:2103.15679 (the rule for self-attention). Differs:
the gradient is of the item's score relative to that of other candidates.

Axes: length = events; a ranker may have further positions behind them.
"""

import torch
from torch.nn import functional as F

from recengine.explanations.attention import attends
from recengine.explanations.attribution import Attribution, Method, Question, of_events
from recengine.explanations.contrast import contrast
from recengine.models.base import Attentive
from recengine.models.watch import Watch


def _attribute(question: Question) -> Attribution:
    ranker, history = question.ranker, question.history
    assert isinstance(ranker, Attentive)
    watch = Watch()
    with torch.enable_grad():
        chosen = F.embedding(history.items, ranker.item_table()).detach().requires_grad_()
        items, weights = contrast(question)
        score = (ranker.score_events(chosen, history, items, watch) @ weights).sum()
        gradients = torch.autograd.grad(score, watch.weights)
    relevance = torch.eye(watch.weights[0].shape[-1])
    for layer, gradient in zip(watch.weights, gradients, strict=True):
        cam = (gradient * layer.detach())[0].clamp(min=0).mean(dim=0)
        relevance = relevance + cam @ relevance
    row = relevance[int(ranker.asked(history)[0])]
    events = row[: history.items.shape[1]] * history.real[0]
    return of_events(question, events.detach())


GRADIENT_ATTENTION = Method(
    name="gradient-attention",
    label="gradient times attention",
    meaning="Where the sequence model looked as far as that raised this item's score.",
    applies=attends,
    attribute=_attribute,
    unit="relevance",
    signed=False,
)
