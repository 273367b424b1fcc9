"""A recurrent ranker: what comes next, and how it will be rated.

Papers: Hidasi et al., "Session-based Recommendations with Recurrent Neural Networks" (GRU4Rec),
ICLR 2016, arXiv:1511.06939; Wu et al., "Recurrent Recommender Networks" (RRN), WSDM 2017 (the
rating form: a rating foretold from the state before it). Differs: exact cross-entropy over the
catalogue; input and output share the item vectors; a GRU instead of an LSTM; only the user has a
moving state, items keep one vector and one offset; both forms are learnt jointly.
Axes: batch, length (oldest first, right-padded), dim, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from recengine.data.batches import TrainingBatch
from recengine.data.histories import NUM_GAP_CODES, Histories
from recengine.data.settings import Count, NotNegative, PartialShare
from recengine.models.base import FitData
from recengine.models.catalogue_softmax import CatalogueSoftmax, SoftmaxRanker
from recengine.models.dropout import Dropout
from recengine.models.rating_head import RatingHead
from recengine.models.self_supervision import (
    SelfSupervision,
    SelfSupervisionConfig,
    read_backwards,
)


@dataclass(frozen=True, kw_only=True)
class GRUConfig(SelfSupervisionConfig):
    """Hyper-parameters."""

    embedding_dim: Count = 64
    num_layers: Count = 1
    max_length: Count = 200  # most recent events read
    dropout: PartialShare = 0.2
    rating_weight: NotNegative = 0.1  # of the squared error of ratings, beside the cross-entropy


class GRU(SoftmaxRanker):
    """GRU over items, how they were rated and how much time passed."""

    name: ClassVar[str] = "gru"
    label: ClassVar[str] = "GRU (recurrent)"
    config_class: ClassVar[type] = GRUConfig
    per_item: ClassVar[tuple[str, ...]] = (
        "softmax.items.weight",
        "softmax.bias",
        "rating.item_offsets",
    )
    per_value: ClassVar[tuple[str, ...]] = ("values.weight",)

    def __init__(self, config: GRUConfig, data: FitData) -> None:
        super().__init__(config, data)
        dim = config.embedding_dim
        self.softmax = CatalogueSoftmax(data, dim)
        self.values = nn.Embedding(data.dataset.num_value_codes, dim)
        self.gaps = nn.Embedding(NUM_GAP_CODES, dim)
        for table in (self.values, self.gaps):
            nn.init.normal_(table.weight, std=0.02)
        self.input_norm, self.norm = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.dropout = Dropout(config.dropout)
        between = config.dropout if config.num_layers > 1 else 0.0
        self.recurrent = nn.GRU(dim, dim, config.num_layers, batch_first=True, dropout=between)
        self.rating = RatingHead(data, dim)
        self.auxiliary = SelfSupervision(config, dim) if config.self_supervised else None

    def hidden(
        self, histories: Histories, masked: Bool[Tensor, "batch length"] | None = None
    ) -> Float[Tensor, "batch length dim"]:
        """What the model wants after each event; of `masked` events it sees only the moment."""
        events = self.softmax.embed(histories.items) + self.values(histories.values)
        if masked is not None:
            assert self.auxiliary is not None
            events = self.auxiliary.hide(events, masked)
        return self._read(events, histories)

    def _read(
        self, events: Float[Tensor, "batch length dim"], histories: Histories
    ) -> Float[Tensor, "batch length dim"]:
        read = self.input_norm(events + self.gaps(histories.gaps))
        states, _ = self.recurrent(self.dropout(read))
        normed: Tensor = self.norm(self.dropout(states))
        return normed

    def both_sides(
        self, histories: Histories, masked: Bool[Tensor, "batch length"]
    ) -> Float[Tensor, "batch length dim"]:
        """States of the same network reading forwards, and reading backwards, added up."""
        return read_backwards(self, histories, masked) + self.hidden(histories, masked)

    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """The main loss, with the auxiliary ones if there are any."""
        if self.auxiliary is not None:
            return self.auxiliary.loss(self, batch)
        return self.main_loss(self.hidden(batch.histories), batch)

    def main_loss(
        self, hidden: Float[Tensor, "batch length dim"], batch: TrainingBatch
    ) -> Float[Tensor, ""]:
        """Cross-entropy of the next item, and squared error of its rating where it has one."""
        real = batch.targets > 0
        loss = self.softmax.loss(hidden[real], batch.targets[real])
        rated = real & ~batch.target_values.isnan()
        if not self.config.rating_weight or not rated.any():
            return loss
        items = batch.targets[rated]
        vectors, values = self.softmax.embed(items), batch.target_values[rated]
        error = self.rating.loss(hidden[rated], vectors, items, values)
        return loss + self.config.rating_weight * error

    def interests(self, histories: Histories) -> Float[Tensor, "batch length dim"]:
        """The states themselves."""
        return self.hidden(histories)

    def score_events(
        self,
        chosen: Float[Tensor, "batch length dim"],
        histories: Histories,
        items: Int[Tensor, " some"],
    ) -> Float[Tensor, "batch some"]:
        """Scores of some items if the events' items had these vectors."""
        states = self._read(chosen + self.values(histories.values), histories)
        return self.softmax.scores_of(histories.last(states), items)

    @property
    def knows_ratings(self) -> bool:
        """Whether any event that it was made for has a value."""
        return self.rating.known

    def predict_ratings(
        self, histories: Histories, items: Int[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Expected rating of one item per history, on the scale of the data.

        Raises:
            DataError: the ranker was trained on data without ratings.
        """
        self.rating.require_ratings()
        state = histories.last(self.hidden(histories))
        return self.rating.predict(state, self.softmax.embed(items), items)
