"""The unified ranker: users, items, behaviour and moments in one jointly trained Transformer.

    e_j = LN(W_t text_j) + delta_j                 delta: a small trained part, absent for new items
    z_k = e_{i_k} + event + value + context + gap + position
    h   = causal Transformer(z_1 .. z_T),  u_t = LN(h_t + query(context of the request))  [1]
    S_j = the item bent by the memory head,  r_j = u_T . S_j + b_j + beta * prior_j

[1] or LN(h_t) + query(...), as moments.py says.

Papers: Kang & McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018, arXiv:1808.09781;
Petrov & Macdonald, RecSys 2023, arXiv:2308.07192 (full cross-entropy). Differs: item vectors from
text plus id, typed events, a context query behind gates, a head that bends items (dynamic_head.py)
and a closed-form prior; gates and prior are chosen on validation.
Axes: batch, length (oldest first, right-padded), dim, vocab = 1 + num_items, context / profile.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.histories import NUM_GAP_CODES, Histories
from recengine.models.base import EventAdditive, FitData, Ranker, never_padding
from recengine.models.bending import Bending
from recengine.models.dropout import Dropout
from recengine.models.dynamic_head import DynamicHead, Memory, shortlist
from recengine.models.features import FeatureTable, raw_text, whitening_of
from recengine.models.moments import Listening
from recengine.models.rating_head import RatingHead
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
from recengine.models.self_supervision import SelfSupervision
from recengine.models.transformer import Block, through
from recengine.models.unified_config import HEADS, UnifiedConfig
from recengine.models.watch import Watch

__all__ = ["Unified", "UnifiedConfig"]


class Unified(Listening, Bending):
    """One model for lists, maps, timelines and reasons.

    Attributes:
        prior: closed-form scorer added with weight `beta`, or None.
        dynamic: whether the memory head has been trained and takes part.
        context_gates: how much of each feature of the moment counts; chosen on validation.
        gates_fitted: whether they were; a ranker trained before there were gates leaves all open.
    """

    name: ClassVar[str] = "unified"
    label: ClassVar[str] = "Unified Transformer"
    config_class: ClassVar[type] = UnifiedConfig
    builds_on: ClassVar[tuple[str, ...]] = (RecencyEase.name,)
    per_item: ClassVar[tuple[str, ...]] = "delta.weight", "bias", "warm", "rating_head.item_offsets"
    per_kind: ClassVar[tuple[str, ...]] = ("events.weight",)
    per_value: ClassVar[tuple[str, ...]] = ("values.weight",)
    per_context: ClassVar[tuple[str, ...]] = "contexts", "query", "memory_contexts"
    per_profile: ClassVar[tuple[str, ...]] = ("memory_profile",)

    gates_fitted: bool = True
    whitening: Tensor
    text: Tensor
    warm: Tensor
    beta: Tensor
    prior_decay: Tensor
    dynamic: Tensor

    def __init__(
        self,
        config: UnifiedConfig,
        data: FitData,
        whitening: Float[Tensor, "raw_plus_one text"] | None = None,
    ) -> None:
        """Start untrained.

        Args:
            config: hyper-parameters.
            data: for its texts and the sizes of its vocabularies.
            whitening: linear map of the text vectors, last row the offset; (1, 0) for ids alone.
                Kept with the weights, as it must not change with rounding.
        """
        super().__init__(config, data)
        dim, dataset = config.embedding_dim, data.dataset
        text, warm = raw_text(data), (data.item_counts > 0).float()
        if whitening is None:
            whitening = whitening_of(text[1:], config.text_dim)
        self.register_buffer("whitening", whitening)
        self.register_buffer("text", text @ whitening[:-1] + whitening[-1], persistent=False)
        self.register_buffer("warm", warm)
        self.text_projection = nn.Linear(width, dim) if (width := whitening.shape[1]) else None
        self.item_norm = nn.LayerNorm(dim)
        self.delta = nn.Embedding(len(warm), dim)
        self.bias = nn.Parameter(torch.zeros(len(warm)))
        self.events = nn.Embedding(len(dataset.event_kinds), dim)
        self.values = nn.Embedding(dataset.num_value_codes, dim)
        self.gaps = nn.Embedding(NUM_GAP_CODES, dim)
        self.positions = nn.Embedding(config.max_length, dim)
        context_sizes = tuple(each.num_codes for each in dataset.context_features)
        profile_sizes = tuple(each.num_codes for each in dataset.profile_features)
        self.contexts = FeatureTable(context_sizes, dim)
        self.query = FeatureTable(context_sizes, dim)
        self.blocks = nn.ModuleList(
            Block(dim, config.num_heads, config.dropout) for _ in range(config.num_blocks)
        )
        self.input_dropout = Dropout(config.dropout)
        self.interest_norm = nn.LayerNorm(dim)
        self.memory_contexts = FeatureTable(context_sizes, dim)
        self.memory_profile = FeatureTable(profile_sizes, dim)
        head = HEADS[config.head]
        self.memory_head: DynamicHead = head(dim, config.memory_heads, config.memory_key_dim)
        self.rating_head = RatingHead(data, dim)
        self.register_buffer("beta", torch.tensor(0.0))
        self.register_buffer("prior_decay", torch.tensor(8.0))
        self.register_buffer("dynamic", torch.tensor(False))
        self.register_buffer("context_gates", torch.ones(len(context_sizes)))
        self.prior: EventAdditive | None = None
        self._kept: tuple[Tensor, Tensor] | None = None  # item vectors and queries, while frozen
        if config.moment_joins == "interest":
            for weight in self.query.parameters():
                nn.init.zeros_(weight)  # a value does nothing until events say what
        nn.init.constant_(self.item_norm.weight, 0.05)
        for table in (self.delta, self.events, self.values, self.gaps, self.positions):
            nn.init.normal_(table.weight, std=0.02)
        self.auxiliary = SelfSupervision(config, dim) if config.self_supervised else None

    @classmethod
    def restore(cls, data: FitData, config: Any, weights: Mapping[str, Tensor]) -> "Unified":
        """The model with these weights and the whitening they were trained with."""
        model = cls(config, data, weights["whitening"])
        model.gates_fitted = "context_gates" in weights  # older files lack them: all open
        model.load_state_dict({"context_gates": model.context_gates, **weights})
        return model

    def build_on(self, rankers: Mapping[str, Ranker]) -> None:
        """Take over the prior, with the decay that was chosen for it."""
        ease = rankers[RecencyEase.name]
        assert isinstance(ease, RecencyEase)
        config = RecencyEaseConfig(decay_events=float(self.prior_decay))
        self.prior = RecencyEase(ease.weights, config)

    def freeze(self) -> None:
        """Get ready to serve; item vectors and what items look for are computed once."""
        super().freeze()
        with torch.no_grad():  # not inference mode: gradients of events pass through them
            self._kept = None
            items = self.item_vectors()
            self._kept = items, self.memory_head.queries(items)

    def train(self, mode: bool = True) -> "Unified":
        """Switch between training and serving; what was kept is dropped."""
        self._kept = None
        super().train(mode)
        return self

    def item_queries(self) -> Float[Tensor, "part vocab width"]:
        """What each item brings along for the memory."""
        return self._kept[1] if self._kept else self.memory_head.queries(self.item_vectors())

    def item_vectors(self) -> Float[Tensor, "vocab dim"]:
        """Static vectors e_j. In training the id part of some items is hidden at random."""
        if self._kept:
            return self._kept[0]
        delta = self.delta.weight * self.warm[:, None]
        if self.training and self.config.id_dropout:
            keep = torch.rand(len(delta), 1, device=delta.device) >= self.config.id_dropout
            delta = delta * keep
        if self.text_projection is None:
            return delta
        return self.item_norm(self.text_projection(self.text)) + delta

    def event_vectors(
        self, items: Float[Tensor, "vocab dim"], histories: Histories
    ) -> Float[Tensor, "batch length dim"]:
        """What was chosen and how: the raw events that the memory head attends to."""
        return self._typed(F.embedding(histories.items, items), histories)

    def _typed(
        self, chosen: Float[Tensor, "batch length dim"], histories: Histories
    ) -> Float[Tensor, "batch length dim"]:
        return chosen + self.events(histories.events) + self.values(histories.values)

    def hidden(
        self,
        items: Float[Tensor, "vocab dim"],
        histories: Histories,
        masked: Bool[Tensor, "batch length"] | None = None,
        real: Bool[Tensor, "batch length"] | None = None,
    ) -> Float[Tensor, "batch length dim"]:
        """State after each event; `masked` ones show their moment; told `real`, it looks ahead."""
        events = self.event_vectors(items, histories)
        if masked is not None:
            assert self.auxiliary is not None
            events = self.auxiliary.hide(events, masked)
        return self._read(events, histories, real=real)

    def _read(
        self,
        events: Float[Tensor, "batch length dim"],
        histories: Histories,
        watch: Watch | None = None,
        real: Bool[Tensor, "batch length"] | None = None,
    ) -> Float[Tensor, "batch length dim"]:
        steps = torch.arange(histories.items.shape[1], device=histories.items.device)
        read = events + self.gaps(histories.gaps) + self.positions(steps)
        read = read + self.contexts(histories.contexts).sum(dim=-2)
        return through(self.blocks, self.input_dropout(read), real, watch)

    def interests(self, histories: Histories) -> Float[Tensor, "batch length dim"]:
        """The interest after each event, all under the moment of the request."""
        hidden = self.hidden(self.item_vectors(), histories)
        moments = histories.request[:, None].expand(-1, hidden.shape[1], -1)
        return self.interest(hidden, moments)

    def item_bias(self) -> Float[Tensor, " vocab"]:
        """The learnt general appeal."""
        return self.bias

    def interest_now(self, histories: Histories) -> Float[Tensor, "batch dim"]:
        """The interest vector u after the last event, in the moment of the request."""
        return self.interest(self.last_hidden(self.item_vectors(), histories), histories.request)

    def last_hidden(
        self, items: Float[Tensor, "vocab dim"], histories: Histories
    ) -> Float[Tensor, "batch dim"]:
        """The state after the last event; zeros for an empty history."""
        return histories.last(self.hidden(items, histories))

    def memory(self, items: Float[Tensor, "vocab dim"], histories: Histories) -> Memory:
        """The tokens that items may attend to: events, then the moment, then the person."""
        return self._memory(self.event_vectors(items, histories), histories)

    def _memory(self, events: Float[Tensor, "batch length dim"], histories: Histories) -> Memory:
        moment = self.remembered_moment(histories.request)
        person = self.memory_profile(histories.profile)
        features = torch.cat([moment, person], dim=1)
        known = (features != 0).any(dim=-1)  # not unknown, never met, or behind a closed gate
        return Memory(
            tokens=torch.cat([events, features], dim=1),
            ages=F.pad(histories.ages, (0, known.shape[1])),
            present=torch.cat([histories.real, known], dim=1),
            gate=moment.sum(dim=-2),
            num_events=events.shape[1],
            num_moments=moment.shape[1],
        )

    def score_with(
        self, interest: Float[Tensor, "batch dim"], histories: Histories
    ) -> Float[Tensor, "batch vocab"]:
        """Scores with dynamic item vectors and the prior, for a given interest."""
        scores = self.static_scores(interest, histories)
        if self.dynamic:
            memory = self.memory(self.item_vectors(), histories)
            rows = shortlist(scores)
            added = self.memory_head.added(interest, *self.bendable(rows), memory)
            scores = scores + added if rows is None else scores.scatter_add(1, rows, added)
        return never_padding(scores)

    def static_scores(
        self, interest: Float[Tensor, "batch dim"], histories: Histories
    ) -> Float[Tensor, "batch vocab"]:
        """Scores before any item is bent."""
        return interest @ self.item_vectors().T + self.bias + self.prior_scores(histories)

    def prior_scores(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """What goes together with the history, as strongly as validation chose."""
        if self.prior is None:
            return torch.zeros(len(histories), len(self.warm), device=self.warm.device)
        return self.beta * self.prior.score(histories).nan_to_num(neginf=0.0)

    def score_events(
        self,
        chosen: Float[Tensor, "batch length dim"],
        histories: Histories,
        items: Int[Tensor, " some"],
        watch: Watch | None = None,
    ) -> Float[Tensor, "batch some"]:
        """Scores of some items, without the prior, if the events' items had these vectors.

        The items that are bent are those of the history itself.
        """
        events = self._typed(chosen, histories)
        state = histories.last(self._read(events, histories, watch))
        interest = self.interest(state, histories.request)
        scores = interest @ self.item_vectors()[items].T + self.bias[items]
        if not self.dynamic:
            return scores
        memory, rows = self._memory(events, histories), self.bent_items(histories)
        if rows is None:
            return scores + self.memory_head.added(interest, *self.bendable(items), memory)
        added = self.memory_head.added(interest, *self.bendable(rows), memory)
        return (
            scores + added.new_zeros(len(added), len(self.warm)).scatter(1, rows, added)[:, items]
        )

    def asked(self, histories: Histories) -> Int[Tensor, " batch"]:
        """The last event."""
        return (histories.lengths - 1).clamp(min=0)

    @property
    def knows_ratings(self) -> bool:
        """Whether any event that it was made for has a value."""
        return self.rating_head.known

    def predict_ratings(
        self, histories: Histories, items: Int[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Expected rating of one item per history, on the scale of the data.

        Raises:
            DataError: the ranker was trained on data without ratings.
        """
        self.rating_head.require_ratings()
        vectors = self.item_vectors()
        return self.rating_head.predict(self.last_hidden(vectors, histories), vectors[items], items)
