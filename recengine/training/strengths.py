"""How strongly the closed-form prior and the moment speak beside the trained part of a ranker.

Both are chosen on validation, for the static part: the decay and the weight of the prior by grid,
then the gates of the moment's features by likelihood (context_gates.py), then all together, with
the gates scaled by one of a few strengths. Every question is asked twice, in a moment unknown and
in the one in which it came up, and both count alike.

Axes: batch, vocab = 1 + num_items, context = features of the moment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from recengine.data.histories import Histories
from recengine.data.progress import Progress, silent
from recengine.evaluation.accuracy import ndcg_at_k
from recengine.evaluation.asking import mask_seen
from recengine.evaluation.contexts import PLACES, moments_of
from recengine.models.recency_ease import RecencyEase
from recengine.models.unified import Unified
from recengine.training.context_gates import fit_gates
from recengine.training.validation import Validation

BATCH = 64  # questions scored at once


@dataclass(frozen=True)
class Grid:
    """What is tried.

    Attributes:
        priors: recency-EASE by its decay, in events.
        betas: weights of the prior.
        gates: what the fitted gates are multiplied by.
    """

    priors: Mapping[float, RecencyEase]
    betas: tuple[float, ...]
    gates: tuple[float, ...]


def choose_strengths(
    model: Unified, validation: Validation, grid: Grid, progress: Progress = silent
) -> float:
    """Set prior, gates and their strengths to the best on validation; returns its NDCG@10.

    Args:
        model: frozen, with its dynamic part as it is to be served.
        validation: the questions.
        grid: what is tried.
        progress: told after every batch.
    """
    model.context_gates.fill_(1.0)
    best = _choose(model, validation, grid, (1.0,), progress)
    if len(model.context_gates) == 0:
        return best
    fit_gates(model, validation, progress)
    return _choose(model, validation, grid, grid.gates, progress)


def choose_prior(
    model: Unified, validation: Validation, grid: Grid, progress: Progress = silent
) -> float:
    """Set the prior alone, once more; returns the NDCG@10 on validation."""
    return _choose(model, validation, grid, (1.0,), progress)


@torch.inference_mode()
def _choose(
    model: Unified,
    validation: Validation,
    grid: Grid,
    strengths: tuple[float, ...],
    progress: Progress,
) -> float:
    fitted = model.context_gates.clone()
    tried = list(product(grid.priors, grid.betas, strengths))
    totals = dict.fromkeys(tried, 0.0)
    model.prior = None
    for batch in _batches(model, validation, progress):
        added = {decay: prior.score(batch.histories).nan_to_num(neginf=0.0)
                 for decay, prior in grid.priors.items()}  # fmt: skip
        unknown = {
            each: batch.gain(batch.without, added[each[0]], each[1])
            for each in product(grid.priors, grid.betas)
        }
        for strength in strengths:
            model.context_gates.copy_(fitted * strength)
            scores = batch.in_its_moment(model)
            for decay, beta in product(grid.priors, grid.betas):
                gain = batch.gain(scores, added[decay], beta) + unknown[decay, beta]
                totals[decay, beta, strength] += gain / 2
    (decay, beta, strength), best = max(totals.items(), key=lambda entry: entry[1])
    model.context_gates.copy_(fitted * strength)
    model.beta.fill_(beta)
    model.prior_decay.fill_(decay)
    model.prior = grid.priors[decay]
    return best / len(validation.questions)


@dataclass(frozen=True)
class _Batch:
    """Some questions: what they are about, and the scores while their moments are unknown."""

    histories: Histories
    told: Histories
    targets: Int[Tensor, "batch 1"]
    without: Float[Tensor, "batch vocab"]
    mask: Float[Tensor, "batch vocab"]

    def in_its_moment(self, model: Unified) -> Float[Tensor, "batch vocab"]:
        """Scores when the moments are known."""
        return model.score(self.told) + self.mask

    def gain(
        self, scores: Float[Tensor, "batch vocab"], prior: Float[Tensor, "batch vocab"], beta: float
    ) -> float:
        """NDCG@10, summed over the questions."""
        total = scores + beta * prior
        ranks = (total >= total.gather(1, self.targets)).sum(dim=1)
        return float(ndcg_at_k(ranks.cpu().numpy(), PLACES).sum())


def _batches(model: Unified, validation: Validation, progress: Progress) -> Iterator[_Batch]:
    questions, reader = validation.questions, validation.reader
    competing = torch.from_numpy(validation.split.candidates)
    moments = moments_of(reader.log, questions)
    for first in range(0, len(questions), BATCH):
        rows = np.arange(first, min(first + BATCH, len(questions)))
        asked = questions.take(rows)
        spans = asked.users, asked.starts, asked.stops
        histories, told = (
            reader.read(*spans, max_length=validation.max_length, request=request).to(model.device)
            for request in (None, moments[rows])
        )
        targets = torch.from_numpy(asked.targets.astype(np.int64))[:, None]
        nothing = torch.zeros(len(asked), len(competing))
        mask = mask_seen(nothing, reader, asked.starts, asked.stops, competing)
        mask = mask.scatter_(1, targets, 0.0).to(model.device)
        without = model.score(histories) + mask
        yield _Batch(histories, told, targets.to(model.device), without, mask)
        progress("Choosing the prior", first + len(asked), len(questions))
