"""Exact contributions: a score as a sum over what was done, when it is, and who asks.

For the unified ranker the split is exact for a fixed interest vector u (which itself depends on
the history; counterfactuals in whatif.py show that side). LN(h + sum of q_f) is linear once its
standard deviation is known, and LN(h) + sum of q_f is a sum, so the request's moment has an exact
part of u as well.

For rankers that fold a history in (ALS as in section 5 of Hu et al., 2008) the events have what
they add to the folded in vector; what training learnt of the person beyond it is their taste.

All parts are centred over the candidates: a part says how much more it speaks for this item than
for the average item, and the parts of an item sum to its centred score.

Axes: vocab = 1 + num_items, length = events oldest first, context / profile = features, told =
verdicts of this session.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.explanations.shared_columns import SharedColumns
from recengine.models.base import EventAdditive, FoldsIn, Ranker
from recengine.models.unified import Unified


@dataclass(frozen=True)
class ScoreParts:
    """What makes up the score of every item for one request.

    Attributes:
        taste: the person's overall taste, from the whole history at once.
        events: what each event adds by being remembered.
        prior: what each event adds because its item and this one go together.
        context: what each known feature of the moment adds.
        profile: what each known feature of the person adds.
        popularity: what everybody likes.
        feedback: what each thing that the person said in this session adds.
    """

    taste: Float[Tensor, " vocab"]
    events: SharedColumns
    prior: SharedColumns
    context: Float[Tensor, "context vocab"]
    profile: Float[Tensor, "profile vocab"]
    popularity: Float[Tensor, " vocab"]
    feedback: Float[Tensor, "told vocab"]

    @property
    def total(self) -> Float[Tensor, " vocab"]:
        """The score: all parts together."""
        return torch.stack([self.summed(field.name) for field in fields(self)]).sum(dim=0)

    def summed(self, kind: str) -> Float[Tensor, " vocab"]:
        """What one kind of evidence adds to every item."""
        part = getattr(self, kind)
        if isinstance(part, SharedColumns):
            return part.sum()
        return part if part.ndim == 1 else part.sum(dim=0)

    def by_event(self, items: int | slice | Tensor) -> Float[Tensor, "length ..."]:
        """What each event adds to some items: by being remembered, and by what goes together."""
        return self.events[:, items] + self.prior[:, items]

    def centred(self, candidates: Bool[Tensor, "vocab"]) -> "ScoreParts":
        """The same relative to the mean over the candidates."""

        def apart(part: Tensor | SharedColumns) -> Any:
            if isinstance(part, SharedColumns):
                return part.centred(candidates)
            return part - part[..., candidates].mean(dim=-1, keepdim=True)

        return replace(self, **{f.name: apart(getattr(self, f.name)) for f in fields(self)})


@torch.inference_mode()
def split_scores(ranker: Ranker, history: Histories) -> ScoreParts:
    """Split the scores of one request.

    Args:
        ranker: any; one that is no sum over events has all of its score as "taste", one that
            ignores the history as "popularity".
        history: exactly one.
    """
    if isinstance(ranker, Unified):
        return _split_unified(ranker, history)
    scores = ranker.score(history)[0].nan_to_num(neginf=0.0)
    nothing = _nothing(history, scores)
    if isinstance(ranker, FoldsIn):
        items, each = ranker.item_vectors(), ranker.fold_in_parts(history)
        whole = ranker.fold_in(history)[0]
        general = items @ (whole - each.sum(dim=0))
        learnt = scores - items @ whole
        return replace(
            nothing, prior=SharedColumns.whole(each @ items.T), popularity=general, taste=learnt
        )
    if isinstance(ranker, EventAdditive):
        return replace(nothing, prior=SharedColumns.whole(ranker.event_parts(history)))
    if ranker.personal:
        return replace(nothing, taste=scores)
    return replace(nothing, popularity=scores)


def _nothing(history: Histories, like: Float[Tensor, " vocab"]) -> ScoreParts:
    empty = torch.zeros_like(like)
    no_event = SharedColumns.nothing(history.items.shape[1], len(like))
    return ScoreParts(
        taste=empty,
        events=no_event,
        prior=no_event,
        context=empty.expand(history.request.shape[1], -1),
        profile=empty.expand(history.profile.shape[1], -1),
        popularity=empty,
        feedback=empty.expand(0, -1),
    )


def _split_unified(model: Unified, history: Histories) -> ScoreParts:
    items = model.item_vectors()
    hidden = model.last_hidden(items, history)
    interest = model.interest(hidden, history.request)
    taste, moment = _split_interest(model, hidden, history)
    parts = _nothing(history, model.bias)
    parts = replace(
        parts, taste=items @ taste[0], context=moment[0] @ items.T, popularity=model.bias
    )
    if model.prior is not None:
        together = model.beta * model.prior.event_parts(history)
        parts = replace(parts, prior=SharedColumns.whole(together))
    if not model.dynamic:
        return parts
    events, context, profile = _split_bending(model, interest, history)
    return replace(
        parts, events=events, context=parts.context + context[:, :], profile=profile[:, :]
    )


def _split_bending(
    model: Unified, interest: Float[Tensor, "batch dim"], history: Histories
) -> tuple[SharedColumns, SharedColumns, SharedColumns]:
    """What events, moment and person add to the items that are bent, and nothing to the others."""
    head, memory = model.memory_head, model.memory(model.item_vectors(), history)
    rows = model.bent_items(history)
    items, queries = model.bendable(rows)
    tokens = head.token_parts(interest, queries, memory)[0].T
    gate = head.gate_parts(interest, items, model.remembered_moment(history.request))[0].T
    events, context, profile = tokens.split(
        [memory.num_events, len(gate), history.profile.shape[1]]
    )

    def placed(parts: Float[Tensor, "piece bent"]) -> SharedColumns:
        if rows is None:
            return SharedColumns.whole(parts)
        return SharedColumns.at(parts, rows[0], len(model.bias))

    return placed(events), placed(context + gate), placed(profile)


def _split_interest(
    model: Unified, hidden: Float[Tensor, "batch dim"], history: Histories
) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch context dim"]]:
    """u = taste + sum of moment parts: LayerNorm with its standard deviation held fixed."""
    norm = model.interest_norm
    queries = model.moment(history.request)
    if model.config.moment_joins == "interest":
        return norm(hidden), queries
    whole = hidden + queries.sum(dim=1)
    deviation = (whole.var(dim=-1, unbiased=False, keepdim=True) + norm.eps).sqrt()

    def scaled(vectors: Tensor, deviation: Tensor) -> Tensor:
        return (vectors - vectors.mean(dim=-1, keepdim=True)) / deviation * norm.weight

    return scaled(hidden, deviation) + norm.bias, scaled(queries, deviation[:, None])
