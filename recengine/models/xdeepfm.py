"""xDeepFM: explicit crossings of features, beside a deep net and a linear part.

Paper: Lian et al., "xDeepFM: Combining Explicit and Implicit Feature Interactions for Recommender
Systems", KDD 2018, arXiv:1803.05170.
Differs: learnt as one choice among a few (softmax) instead of click by click, on top of the
retriever's score (shortlist.py), so the linear part holds what depends on the candidate only, as
the rest is the same for a whole shortlist; the history enters as two fields, its mean and its
last event; no regularisation beside the trainer's weight decay and dropout in the deep net.
Axes: batch = histories, candidate, row = all candidates of a batch, field, dim = width of a
field, map = feature maps of a crossing layer.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.histories import Histories
from recengine.data.settings import Count
from recengine.models.base import FitData
from recengine.models.shortlist import RankingNet, RankingNetConfig


@dataclass(frozen=True, kw_only=True)
class XDeepFMConfig(RankingNetConfig):
    """Hyper-parameters."""

    embedding_dim: Count = 16
    cross_maps: tuple[int, ...] = (24, 24)  # feature maps of each crossing layer
    hidden_dim: Count = 128  # width of the deep net's two layers


class CompressedInteraction(nn.Module):
    """CIN: each layer crosses the one before with all fields, number by number.

        X^k_h = sum over i, j of W^k_{h,i,j} (X^{k-1}_i * X^0_j)

    Every map of every layer is summed over its numbers; layer k holds crossings of k + 1 fields.
    """

    def __init__(self, num_fields: int, maps: tuple[int, ...]) -> None:
        super().__init__()
        widths = (num_fields, *maps)
        self.layers = nn.ModuleList(
            nn.Linear(before * num_fields, after, bias=False)
            for before, after in zip(widths, maps, strict=False)
        )

    def forward(self, fields: Float[Tensor, "row field dim"]) -> Float[Tensor, "row map"]:
        """Sums of all maps, layer after layer."""
        base = fields.transpose(1, 2)  # numbers before fields: a layer is one matrix product
        crossed, sums = base, []
        for layer in self.layers:
            crossed = layer((crossed[..., :, None] * base[..., None, :]).flatten(2))
            sums.append(crossed.sum(dim=1))
        return torch.cat(sums, dim=1)


class XDeepFM(RankingNet):
    """Ranking net that crosses candidate, history, person and moment."""

    name: ClassVar[str] = "xdeepfm"
    label: ClassVar[str] = "xDeepFM"
    config_class: ClassVar[type] = XDeepFMConfig

    def __init__(self, config: XDeepFMConfig, data: FitData) -> None:
        super().__init__(config, data)
        dataset, text_dim = data.dataset, self.inputs.text.shape[1]
        num_features = len(dataset.profile_features) + len(dataset.context_features)
        num_fields = 3 + (text_dim > 0) + num_features
        self.crossing = CompressedInteraction(num_fields, config.cross_maps)
        self.crossed = nn.Linear(sum(config.cross_maps), 1, bias=False)
        self.deep = nn.Sequential(
            nn.Linear(num_fields * config.embedding_dim, config.hidden_dim),
            nn.ReLU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden_dim, config.hidden_dim),
            nn.ReLU(),
            nn.Linear(config.hidden_dim, 1),
        )
        self.linear = nn.Linear(text_dim, 1, bias=False) if text_dim else None

    def fields(
        self, histories: Histories, candidates: Int[Tensor, "batch candidate"]
    ) -> Float[Tensor, "batch candidate field dim"]:
        """Candidate by id and by text, history by mean and by last event, person, moment."""
        table, texts = self.inputs.item_table(), self.inputs.text_table()
        of_candidate = [F.embedding(candidates, self.inputs.items.weight)]
        if texts is not None:
            of_candidate.append(F.embedding(candidates, texts))
        events = self.inputs.event_vectors(table, histories)
        count = histories.lengths.clamp(min=1)
        mean = events.sum(dim=1, keepdim=True) / count[:, None, None]
        last = events[torch.arange(len(events), device=count.device), count - 1]
        person, moment = (
            self.inputs.profile(histories.profile),
            self.inputs.context(histories.request),
        )
        shared = torch.cat([mean, last[:, None], person, moment], dim=1)
        expanded = shared[:, None].expand(-1, candidates.shape[1], -1, -1)
        return torch.cat([torch.stack(of_candidate, dim=2), expanded], dim=2)

    def logits(
        self, histories: Histories, candidates: Int[Tensor, "batch candidate"]
    ) -> Float[Tensor, "batch candidate"]:
        """Crossings, deep net and linear part added up."""
        fields = self.fields(histories, candidates).flatten(0, 1)
        deep = self.deep(fields.flatten(1)) + self.crossed(self.crossing(fields))
        linear = self.inputs.bias
        if self.linear is not None:
            linear = linear + self.linear(self.inputs.text).squeeze(1)
        logits: Tensor = deep.reshape(candidates.shape) + linear[candidates]
        return logits
