"""Ranking in two steps: a retriever makes a shortlist, a net with many inputs puts it in order.

The shortlist is the top of Recency-EASE, and what the net says is added to EASE's score, whose
weight is learnt: the net starts from the retriever's order and corrects it. Everything outside
the shortlist keeps the retriever's order, below the whole of it, so that every item has a place.

The net learns to tell what came next from items that a shortlist may hold: some that go with one
of the last events (as EASE's sum does), some popular ones, some at random. EASE itself was solved
on the events that the net learns from, so its score is a little better there than it will be on
new ones; validation picks the epoch before the net relies on that.

Axes: batch = histories, vocab = 1 + num_items, candidate = items of a shortlist, prefix =
beginnings of histories to learn from, negative = items that did not come next.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.batches import TrainingBatch
from recengine.data.histories import Histories
from recengine.data.settings import Count, PartialShare, Settings
from recengine.models.base import FitData, Ranker, TrainedRanker, never_padding
from recengine.models.ranking_inputs import RankingInputs, draw_prefixes, recent_events
from recengine.models.recency_ease import RecencyEase

NUM_NEIGHBOURS = 100  # items closest to one, from which negatives are drawn
INITIAL_TRUST = 2.5  # logarithm of the weight of the retriever's score before training
SCORED_TOGETHER = 8  # histories at a time, so that a net's numbers stay within the caches


@dataclass(frozen=True, kw_only=True)
class ShortlistConfig(Settings):
    """Hyper-parameters that all of them have."""

    num_events: Count = 50  # most recent events read
    shortlist: Count = 200  # items that the net puts in order
    prefixes: Count = 8  # drawn from each history of a training batch
    negatives: Count = 12  # per prefix
    context_dropout: PartialShare = 0.5  # share of training moments that are hidden
    dropout: PartialShare = 0.2


@dataclass(frozen=True, kw_only=True)
class RankingNetConfig(ShortlistConfig):
    """Hyper-parameters of those with a vector per item."""

    embedding_dim: Count = 32


class ShortlistRanker(TrainedRanker):
    """Puts the top of a retriever in order."""

    builds_on: ClassVar[tuple[str, ...]] = (RecencyEase.name,)

    competes: Tensor
    chosen: Tensor
    popularity: Tensor

    def __init__(self, config: Any, data: FitData) -> None:
        super().__init__(config, data)
        chosen = torch.from_numpy(data.train.items.astype(np.int64))
        self.trust = nn.Parameter(torch.tensor(INITIAL_TRUST))
        self.register_buffer("competes", torch.from_numpy(data.candidates), persistent=False)
        self.register_buffer("chosen", chosen, persistent=False)
        self.register_buffer("popularity", torch.log1p(data.item_counts), persistent=False)

    def build_on(self, rankers: Mapping[str, Ranker]) -> None:
        """Take over the retriever, and note which items go with each item."""
        retriever = rankers[RecencyEase.name]
        assert isinstance(retriever, RecencyEase)
        self.retriever = retriever
        competing = self.competes.nonzero().squeeze(1)
        together = retriever.weights[:, competing.cpu()]
        nearest = together.topk(min(NUM_NEIGHBOURS, len(competing)), dim=1).indices
        self.neighbours = competing[nearest.to(competing.device)]

    @abstractmethod
    def logits(
        self, histories: Histories, candidates: Int[Tensor, "batch candidate"]
    ) -> Float[Tensor, "batch candidate"]:
        """The net's own score of each candidate.

        Args:
            histories: hold the last `num_events` events at most.
            candidates: item indices.
        """

    def corrected(
        self, histories: Histories, candidates: Int[Tensor, "batch candidate"]
    ) -> Float[Tensor, "batch candidate"]:
        """The retriever's score and the net's together."""
        return self.nominations(histories, candidates) + self.logits(histories, candidates)

    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """Loss of telling what came next from the negatives, at random places of the histories."""
        config = self.config
        drawn = draw_prefixes(batch, config.prefixes, config.num_events, config.context_dropout)
        negatives = self.negatives(drawn.histories, config.negatives)
        candidates = torch.cat([drawn.targets[:, None], negatives], dim=1)
        logits = self.corrected(drawn.histories, candidates)
        wrong = F.pad(negatives == drawn.targets[:, None], (1, 0))
        return self.shortlist_loss(logits.masked_fill(wrong, -torch.inf), drawn.values)

    def shortlist_loss(
        self,
        logits: Float[Tensor, "prefix candidate"],
        values: Int[Tensor, " prefix"],  # noqa: ARG002 - for losses that weigh by them
    ) -> Float[Tensor, ""]:
        """Cross-entropy over the candidates, the first of which came next."""
        return -F.log_softmax(logits, dim=1)[:, 0].mean()

    def negatives(self, histories: Histories, count: int) -> Int[Tensor, "prefix negative"]:
        """Half near one of the last events, a quarter popular, the rest at random."""
        prefixes, num_popular = len(histories), count // 4
        num_near = count // 2
        num_random = count - num_near - num_popular
        recency = torch.exp(-histories.ages / self.retriever.config.decay_events) * histories.real
        events = torch.multinomial(recency.cpu(), num_near, replacement=True)
        near = histories.items.gather(1, events.to(histories.items.device))
        which = torch.randint(self.neighbours.shape[1], (prefixes, num_near))
        popular = self.chosen[torch.randint(len(self.chosen), (prefixes, num_popular))]
        competing = self.competes.nonzero().squeeze(1)
        anything = competing[torch.randint(len(competing), (prefixes, num_random))]
        return torch.cat([self.neighbours[near, which.to(near.device)], popular, anything], dim=1)

    def nominations(
        self, histories: Histories, candidates: Int[Tensor, "batch candidate"]
    ) -> Float[Tensor, "batch candidate"]:
        """What the retriever says of each candidate, from the events that the net reads."""
        recency = torch.exp(-histories.ages / self.retriever.config.decay_events) * histories.real
        pairs = self.retriever.weights[histories.items[:, :, None], candidates[:, None]]
        return self.trust.exp() * torch.einsum("bl,blc->bc", recency, pairs)

    def retrieved(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """The retriever's scores; popularity for whoever has no history."""
        scores = self.retriever.score(histories).nan_to_num(neginf=0.0)
        return torch.where(histories.lengths[:, None] > 0, scores, self.popularity)

    def listed(
        self,
        histories: Histories,  # noqa: ARG002 - for those that list by it
        retrieved: Float[Tensor, "batch vocab"],
    ) -> Int[Tensor, "batch candidate"]:
        """The items that the net puts in order."""
        count = min(self.config.shortlist, int(self.competes.sum()))
        return retrieved.masked_fill(~self.competes, -torch.inf).topk(count, dim=1).indices

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """The net's scores on the shortlist; below it the retriever's order."""
        retrieved = self.retrieved(histories)
        listed = self.listed(histories, retrieved)
        everyone = torch.arange(len(histories), device=listed.device)
        read = recent_events(histories, everyone, histories.lengths, self.config.num_events)
        own = torch.cat(
            [
                self.corrected(read.rows(rows), listed[rows])
                for rows in everyone.split(SCORED_TOGETHER)
            ]
        )
        best_left = retrieved.scatter(1, listed, -torch.inf).amax(dim=1, keepdim=True)
        below = retrieved - best_left + own.amin(dim=1, keepdim=True) - 1
        return never_padding(below.scatter(1, listed, own))


class RankingNet(ShortlistRanker):
    """Knows items, events, people and moments as vectors of its own."""

    per_item: ClassVar[tuple[str, ...]] = ("inputs.items.weight", "inputs.bias")
    per_kind: ClassVar[tuple[str, ...]] = ("inputs.kinds.weight",)
    per_value: ClassVar[tuple[str, ...]] = ("inputs.values.weight",)
    per_context: ClassVar[tuple[str, ...]] = ("inputs.context",)
    per_profile: ClassVar[tuple[str, ...]] = ("inputs.profile",)

    def __init__(self, config: Any, data: FitData) -> None:
        super().__init__(config, data)
        self.inputs = RankingInputs(data, config.embedding_dim)
