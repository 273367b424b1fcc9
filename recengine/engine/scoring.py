"""One request, scored: every item's score, what it is made of, and who competes in which order.

Axes: vocab = 1 + num_items.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.data.histories import Histories
from recengine.explanations.contributions import ScoreParts, split_scores
from recengine.models.base import Ranker
from recengine.training.adaptation import Adaptation, adapt, signed
from recengine.types import NOT_NOW, Request


@dataclass(frozen=True)
class Answer:
    """One request, scored and split.

    Attributes:
        request: with the ranker's name filled in.
        history: the one history, as the ranker read it.
        parts: what makes up each item's score, relative to the average candidate.
        scores: the sums of the parts.
        candidates: items that compete: known, not in the history, and not refused for now.
        order: candidates, best first.
        learnt: what this session's feedback taught; its parts are among `parts`.
    """

    request: Request
    history: Histories
    parts: ScoreParts
    scores: Float[Tensor, " vocab"]
    candidates: Bool[Tensor, " vocab"]
    order: Int[Tensor, " candidates"]
    learnt: Adaptation

    @cached_property
    def ranks(self) -> Int[np.ndarray, "vocab"]:
        """Rank of each candidate from 1; 0 for items that do not compete."""
        ranks = np.zeros(len(self.scores), dtype=np.int64)
        ranks[self.order.numpy()] = np.arange(1, len(self.order) + 1)
        return ranks


def scored(
    request: Request,
    ranker: Ranker,
    history: Histories,
    candidates: Bool[Tensor, " vocab"],
    told: Mapping[int, str],
) -> Answer:
    """Score one history among some candidates, after what was `told` by item index."""
    candidates = candidates.clone()
    candidates[[item for item, verdict in told.items() if verdict == NOT_NOW]] = False
    parts = split_scores(ranker, history).centred(candidates)
    learnt = adapt(ranker, history, parts.total, candidates, signed(told))
    parts = replace(parts, feedback=learnt.parts).centred(candidates)
    scores = parts.total
    competing = candidates.nonzero()[:, 0]
    order = competing[scores[competing].argsort(descending=True, stable=True)]
    asked = replace(request, ranker=ranker.name)
    return Answer(asked, history, parts, scores, candidates, order, learnt)
