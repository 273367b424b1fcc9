"""Why is this item here, and what would change it?"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from recengine.engine.results import AttentionView, Evidence, Explanation, WhatIf
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why.methods import (
    attentive,
    chosen_method,
    question_of,
    require_quick,
)
from recengine.engine.why.results import Trust
from recengine.engine.why.sentences import LEARNT, remark_on_changes, sentence_on
from recengine.engine.wording import ago, feature_label
from recengine.explanations.attention import last_event_attention
from recengine.explanations.attribution import Attribution, Method
from recengine.explanations.exact import EXACT
from recengine.explanations.whatif import Variant, ranks_of_variants
from recengine.models.base import Ranker, WeightedRanker
from recengine.models.unified import Unified
from recengine.types import ITEM_ID, LESS, MORE, TITLE, UNKNOWN_CODE, Request

REST_LABELS = {
    "taste": "Overall taste",
    "popularity": "General popularity",
    "average": "An average history",
    # of what a language model read
    "context": "The moment",
    "item": "The item's own text",
    "mark": "Marks between the texts",
}
MAX_VARIANT_EVENTS = 12  # events left out one by one in a what-if: the most telling ones


def explain(state: State, request: Request, item_id: str) -> Explanation:
    """The exact split of one item's score; of a ranker that is no sum, what its first method says.

    Rankers that only slow methods explain are not explained here: all of it is taste.
    """
    answer = state.answer(request)
    question = question_of(state, answer, item_id)
    method = EXACT
    if not EXACT.applies(question.ranker):
        first = chosen_method(state, answer.request.ranker, "")
        method = EXACT if first.slow or not question.num_events else first
    return explained(state, answer, question.item, method.attribute(question), method)


def explained(
    state: State,
    answer: Answer,
    item: int,
    attribution: Attribution,
    method: Method,
    trust: Trust | None = None,
) -> Explanation:
    """What a method found, as evidence with names, strongest first."""
    evidence = strongest_first(_evidence(state, answer, item, attribution, method))
    return Explanation(
        **about(state, answer, item),
        **by(method),
        evidence=evidence,
        total=float(answer.scores[item]) if method.adds_up else None,
        sentence=sentence_on(state, answer, item, evidence, method),
        trust=trust,
    )


def about(state: State, answer: Answer, item: int) -> dict[str, Any]:
    """Whom and what an explanation is about, as fields of its record."""
    return {
        "request": answer.request,
        "item_id": str(state.dataset.item_ids[item - 1]),
        "title": state.title(item),
        "score": float(answer.scores[item]),
        "rank": int(answer.ranks[item]) or None,
    }


def by(method: Method) -> dict[str, Any]:
    """By which method something was explained, as fields of the record."""
    return {"method": method.label, "method_name": method.name, "unit": method.unit}


def strongest_first(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """By absolute weight; equal ones as they came."""
    return tuple(sorted(evidence, key=lambda each: -abs(each.weight)))


def what_if(state: State, request: Request, item_id: str) -> WhatIf:
    """Rank without each of the most telling events, and with each feature changed.

    Raises:
        ConfigError: the ranker takes seconds for each of them.
    """
    item = state.dataset.item_index(item_id)
    require_quick(state.ranker(request.ranker))
    answer = state.answer(request)
    by_event = answer.parts.by_event(item).abs().numpy()
    length = int(answer.history.lengths[0])
    events = sorted(by_event[:length].argsort()[::-1][:MAX_VARIANT_EVENTS].tolist())
    first_step = first_step_read(state, answer)
    rows, variants = [], []
    for place in events:
        title = state.title(int(answer.history.items[0, place]))
        rows.append(("event", f"Without {title}", first_step + place))
        variants.append(Variant(event=place))
    for index, feature in enumerate(state.dataset.context_features):
        present = int(answer.history.request[0, index])
        for code in range(feature.num_codes):
            if code == present:
                continue
            label = feature_label(feature, feature.value(code))
            known = code != UNKNOWN_CODE
            rows.append(("context", label if known else f"{feature.label} not known", 0))
            variants.append(Variant(feature=index, code=code))
    for index, feature in enumerate(state.dataset.profile_features):
        if int(answer.history.profile[0, index]) != UNKNOWN_CODE:
            rows.append(("profile", f"{feature.label} not known", 0))
            variants.append(Variant(profile=index))
    ranker = state.ranker(answer.request.ranker)
    ranks, scores = ranks_of_variants(
        ranker,
        answer.history,
        variants,
        item,
        answer.candidates,
        added=answer.parts.feedback.sum(dim=0),
    )
    table = pd.DataFrame(rows, columns=["kind", "label", "step"])
    table["new_rank"] = ranks[1:].numpy()
    table["places"] = table["new_rank"] - int(ranks[0])
    table["new_score"] = scores[1:].numpy().astype(float)
    rank = int(ranks[0])
    return WhatIf(item_id, rank, table, remark_on_changes(state, answer, item, rank))


def attention(state: State, request: Request) -> AttentionView:
    """Attention of the position that is scored to the events, by layer and head."""
    answer = state.answer(request)
    ranker = attentive(state, answer.request.ranker)
    length = int(answer.history.lengths[0])
    first_step = first_step_read(state, answer)
    items = answer.history.items[0, :length].numpy()
    rows = state.catalogue.iloc[items - 1][[ITEM_ID, TITLE]].reset_index(drop=True)
    tokens = rows.assign(step=np.arange(first_step, first_step + length))
    if length == 0:
        return AttentionView(tokens, pd.DataFrame(columns=["layer", "head", "step", "weight"]))
    weights = last_event_attention(ranker, answer.history)[..., :length].numpy()
    layers, heads, steps = np.indices(weights.shape)
    table = pd.DataFrame(
        {
            "layer": 1 + layers.ravel(),
            "head": 1 + heads.ravel(),
            "step": first_step + steps.ravel(),
            "weight": weights.ravel().astype(float),
        }
    )
    return AttentionView(tokens, table)


def _evidence(
    state: State, answer: Answer, item: int, attribution: Attribution, method: Method
) -> list[Evidence]:
    history = answer.history
    ranker = state.ranker(answer.request.ranker)
    whole = isinstance(ranker, Unified)  # has all kinds, also if 0
    labels = {**REST_LABELS, "taste": _taste(ranker)}
    found = [
        Evidence(kind, labels[kind], weight)
        for kind, weight in attribution.rest.items()
        if weight or whole
    ]
    if not found and method.adds_up:
        found = [Evidence("popularity", REST_LABELS["popularity"], 0.0)]
    for kind, features, codes, weights in (
        ("context", state.dataset.context_features, history.request[0], attribution.context),
        ("profile", state.dataset.profile_features, history.profile[0], attribution.profile),
    ):
        if kind not in method.kinds:
            continue
        for index, feature in enumerate(features):
            if code := int(codes[index]):
                label = feature_label(feature, feature.value(code))
                found.append(Evidence(kind, label, float(weights[index])))
    found += _event_evidence(state, answer, item, attribution, method)
    # what was said is added to the ranker's score, so it is a part of every sum
    return found + (_feedback_evidence(state, answer, item) if method.adds_up else [])


def _taste(ranker: Ranker) -> str:
    """What of a score belongs to the person and to no event alone."""
    by_name = isinstance(ranker, WeightedRanker) and ranker.per_user
    return LEARNT if by_name else REST_LABELS["taste"]


def _feedback_evidence(state: State, answer: Answer, item: int) -> list[Evidence]:
    """One piece per thing that was said in this session and counts."""
    learnt = answer.learnt
    return [
        Evidence(
            kind="feedback",
            label=f"You said {MORE if sign > 0 else LESS} like {state.title(int(told))}",
            weight=float(answer.parts.feedback[place, item]),
            item_id=str(state.dataset.item_ids[int(told) - 1]),
            detail="said in this session",
        )
        for place, (told, sign) in enumerate(zip(learnt.items, learnt.signs, strict=True))
    ]


def _event_evidence(
    state: State, answer: Answer, item: int, attribution: Attribution, method: Method
) -> list[Evidence]:
    """One piece of evidence per event; if it is an exact sum, of what its weight consists."""
    state = state.edited(answer.request)
    span = state.dataset.log.span(state.dataset.user_index(answer.request.user_id))
    first_step = first_step_read(state, answer)
    weights = attribution.events.numpy()
    remembered = answer.parts.events[:, item].numpy()
    together = answer.parts.prior[:, item].numpy()
    newest = int(state.dataset.log.times[span][-1]) if span.stop > span.start else 0
    found = []
    for place in range(int(answer.history.lengths[0])):
        step = first_step + place
        row = span.start + step - 1
        index = int(state.dataset.log.items[row])
        age = newest - int(state.dataset.log.times[row])
        when = f"{ago(age)} before the last event" if age >= 3600 else "with the last events"
        value = float(state.dataset.log.values[row])
        rated = "" if np.isnan(value) else f", value {value:g}"
        split = f"; remembered {remembered[place]:+.2f}, goes together {together[place]:+.2f}"
        found.append(
            Evidence(
                kind="event",
                label=state.title(index),
                weight=float(weights[place]),
                item_id=str(state.dataset.item_ids[index - 1]),
                step=step,
                detail=f"{when}{rated}{split if method is EXACT else ''}",
            )
        )
    return found


def first_step_read(state: State, answer: Answer) -> int:
    """Number (from 1) of the first event that the ranker still reads."""
    state = state.edited(answer.request)
    user = state.dataset.user_index(answer.request.user_id)
    return 1 + int(state.dataset.log.lengths[user]) - int(answer.history.lengths[0])
