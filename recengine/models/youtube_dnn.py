"""YouTube's two nets: one finds candidates in the whole catalogue, one puts a shortlist in order.

Paper: Covington, Adams & Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys 2016.
Differs: exact softmax over the catalogue instead of a sampled one; the age of an example is
counted in events of the same person, from the end of the piece of history that is learnt from,
as serving asks right at the end; no searches and no impressions, as logs of choices have none;
the ranking net's numbers about a candidate are its popularity and how often it was chosen before,
and the score of the model that nominated it is added instead of read (shortlist.py); a choice
weighs as its value (a rating, a count) does against the mean one, where the paper has seconds
watched.
Axes: batch = histories, length = events (oldest first, right-padded), candidate, dim,
vocab = 1 + num_items.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.batches import TrainingBatch, hide_moments
from recengine.data.histories import Histories
from recengine.data.settings import Count, PartialShare, Settings
from recengine.models.base import FitData, TrainedRanker
from recengine.models.catalogue_softmax import CatalogueSoftmax
from recengine.models.features import FeatureTable
from recengine.models.shortlist import RankingNet, RankingNetConfig

NUM_POWERS = 3  # a number enters as itself, squared, and as its root


@dataclass(frozen=True, kw_only=True)
class YouTubeDNNConfig(Settings):
    """Hyper-parameters of the net that finds candidates."""

    embedding_dim: Count = 64
    hidden_dim: Count = 256  # width of the tower's first layer; the second has half
    num_events: Count = 50  # most recent events averaged
    max_length: Count = 200  # events of a history that are learnt from at once
    context_dropout: PartialShare = 0.5  # share of training moments that are hidden
    dropout: PartialShare = 0.2


class YouTubeDNN(TrainedRanker):
    """Mean of what was chosen, person and moment through a tower; softmax over the catalogue."""

    name: ClassVar[str] = "youtube-dnn"
    label: ClassVar[str] = "YouTube DNN"
    config_class: ClassVar[type] = YouTubeDNNConfig
    per_item: ClassVar[tuple[str, ...]] = ("softmax.items.weight", "softmax.bias", "watched.weight")
    per_context: ClassVar[tuple[str, ...]] = ("context",)
    per_profile: ClassVar[tuple[str, ...]] = ("profile",)

    def __init__(self, config: YouTubeDNNConfig, data: FitData) -> None:
        super().__init__(config, data)
        dim, dataset = config.embedding_dim, data.dataset
        self.softmax = CatalogueSoftmax(data, dim)
        self.watched = nn.Embedding(data.vocab, dim, padding_idx=0)
        nn.init.normal_(self.watched.weight[1:], std=0.1)
        self.profile = FeatureTable(tuple(f.num_codes for f in dataset.profile_features), dim)
        self.context = FeatureTable(tuple(f.num_codes for f in dataset.context_features), dim)
        self.tower = nn.Sequential(
            nn.Linear(3 * dim + NUM_POWERS, config.hidden_dim),
            nn.ReLU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden_dim, config.hidden_dim // 2),
            nn.ReLU(),
            nn.Linear(config.hidden_dim // 2, dim),
        )

    def averages(self, items: Int[Tensor, "batch length"]) -> Float[Tensor, "batch length dim"]:
        """Mean vector of the last events at each position, that event included."""
        sums = self.watched(items).cumsum(dim=1)
        count = self.config.num_events
        before = F.pad(sums, (0, 0, count, 0))[:, : sums.shape[1]]
        steps = torch.arange(1, items.shape[1] + 1, device=items.device).clamp(max=count)
        means: Tensor = (sums - before) / steps[:, None]
        return means

    def hidden(
        self,
        watched: Float[Tensor, "*batch dim"],
        profile: Int[Tensor, "*batch profile"],
        moment: Int[Tensor, "*batch context"],
        age: Float[Tensor, "*batch"],
    ) -> Float[Tensor, "*batch dim"]:
        """What the tower makes of a person; `age` is that of the example, 0 when serving."""
        person, when = self.profile(profile).sum(dim=-2), self.context(moment).sum(dim=-2)
        hidden: Tensor = self.tower(torch.cat([watched, person, when, powers(age)], dim=-1))
        return hidden

    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """Cross-entropy of the next item at every position."""
        histories, real = batch.histories, batch.targets > 0
        length = histories.items.shape[1]
        profile = histories.profile[:, None].expand(-1, length, -1)
        moments = hide_moments(batch.moments, self.config.context_dropout)
        ages = histories.ages / self.config.max_length
        watched = self.averages(histories.items)
        hidden = self.hidden(watched[real], profile[real], moments[real], ages[real])
        return self.softmax.loss(hidden, batch.targets[real])

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Match of the person at the end of the history with each item."""
        lengths = histories.lengths
        rows = torch.arange(len(lengths), device=lengths.device)
        last = self.averages(histories.items)[rows, (lengths - 1).clamp(min=0)]
        watched = last * (lengths > 0)[:, None]
        now = torch.zeros(len(lengths), device=lengths.device)
        return self.softmax.scores(self.hidden(watched, histories.profile, histories.request, now))


@dataclass(frozen=True, kw_only=True)
class YouTubeRankConfig(RankingNetConfig):
    """Hyper-parameters of the net that ranks."""

    hidden_dim: Count = 128  # width of the tower's first layer; the second has half


class YouTubeRank(RankingNet):
    """Weighted logistic regression on a tower; its odds are the value to be expected."""

    name: ClassVar[str] = "youtube-rank"
    label: ClassVar[str] = "YouTube DNN (ranking)"
    config_class: ClassVar[type] = YouTubeRankConfig

    quantile: Tensor
    weight_of: Tensor

    def __init__(self, config: YouTubeRankConfig, data: FitData) -> None:
        super().__init__(config, data)
        self.register_buffer("quantile", popularity_quantiles(data), persistent=False)
        self.register_buffer("weight_of", value_weights(data), persistent=False)
        self.tower = nn.Sequential(
            nn.Linear(5 * config.embedding_dim + 2 * NUM_POWERS, config.hidden_dim),
            nn.ReLU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden_dim, config.hidden_dim // 2),
            nn.ReLU(),
            nn.Linear(config.hidden_dim // 2, 1),
        )

    def logits(
        self, histories: Histories, candidates: Int[Tensor, "batch candidate"]
    ) -> Float[Tensor, "batch candidate"]:
        """Log-odds of each candidate from its vector, the mean and the last event, and numbers."""
        table = self.inputs.item_table()
        wanted = F.embedding(candidates, table)
        events = self.inputs.event_vectors(table, histories)
        count = histories.lengths.clamp(min=1)
        mean = events.sum(dim=1) / count[:, None]
        last = events[torch.arange(len(events), device=count.device), count - 1]
        person = self.inputs.profile(histories.profile).sum(dim=1)
        moment = self.inputs.context(histories.request).sum(dim=1)
        shared = torch.cat([mean, last, person, moment], dim=1)[:, None]
        times_chosen = (candidates[:, :, None] == histories.items[:, None]).sum(dim=2)
        chosen = times_chosen / count[:, None]
        numbers = torch.cat([powers(self.quantile[candidates]), powers(chosen)], dim=2)
        expanded = shared.expand(-1, candidates.shape[1], -1)
        logits: Tensor = self.tower(torch.cat([wanted, expanded, numbers], dim=2)).squeeze(2)
        return logits + self.inputs.bias[candidates]

    def shortlist_loss(
        self, logits: Float[Tensor, "prefix candidate"], values: Int[Tensor, " prefix"]
    ) -> Float[Tensor, ""]:
        """Logistic loss in which a choice counts as much as its value, any other item once."""
        chosen = self.weight_of[values] * F.softplus(-logits[:, 0])
        return (chosen + F.softplus(logits[:, 1:]).sum(dim=1)).mean()


def powers(numbers: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch power"]:
    """A number in 0..1 as itself, squared, and as its root, so that a net may bend it."""
    return torch.stack([numbers, numbers.square(), numbers.sqrt()], dim=-1)


def popularity_quantiles(data: FitData) -> Float[Tensor, " vocab"]:
    """Share of the items that are chosen less often than each."""
    counts = data.item_counts
    return torch.searchsorted(counts.sort().values, counts).float() / len(counts)


def value_weights(data: FitData) -> Float[Tensor, " code"]:
    """Mean value behind each value code, relative to the mean of all; 1 where none is known."""
    weights = np.ones(data.dataset.num_value_codes, dtype=np.float32)
    known = ~np.isnan(data.train.values)
    values, codes = data.train.values[known], data.train.value_codes[known]
    overall = float(values.mean()) if len(values) else 0.0
    for code in np.unique(codes) if overall > 0 else ():
        weights[code] = max(0.0, float(values[codes == code].mean()) / overall)
    return torch.from_numpy(weights)
