"""Why is this item here, and what would change it?"""

import numpy as np
import pandas as pd

from recengine.engine.results import AttentionView, Evidence, Explanation, WhatIf
from recengine.engine.state import Answer, State
from recengine.engine.wording import ago, feature_label, listed
from recengine.explanations.attention import last_event_attention
from recengine.explanations.whatif import Variant, ranks_of_variants
from recengine.models.unified import Unified
from recengine.types import ITEM_ID, LESS, MORE, TITLE, UNKNOWN_CODE, Request

MAX_VARIANT_EVENTS = 12  # events left out one by one in a what-if: the most telling ones


def explain(state: State, request: Request, item_id: str) -> Explanation:
    """The exact split of one item's score."""
    item = state.dataset.item_index(item_id)
    answer = state.answer(request)
    evidence = sorted(_evidence(state, answer, item), key=lambda each: -abs(each.weight))
    score = float(answer.scores[item])
    rank = int(answer.ranks[item]) or None
    return Explanation(
        request=answer.request,
        item_id=item_id,
        title=state.title(item),
        score=score,
        rank=rank,
        evidence=tuple(evidence),
        method="exact contributions",
        adds_up=True,
        sentence=_sentence(state, item, rank, evidence),
    )


def what_if(state: State, request: Request, item_id: str) -> WhatIf:
    """Rank without each of the most telling events, and with each feature changed."""
    item = state.dataset.item_index(item_id)
    answer = state.answer(request)
    by_event = (answer.parts.events[:, item] + answer.parts.prior[:, item]).abs().numpy()
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
    return WhatIf(item_id=item_id, rank=int(ranks[0]), changes=table)


def attention(state: State, request: Request) -> AttentionView:
    """Attention of the last event to the events before it, by layer and head."""
    model = state.unified(request.ranker)
    answer = state.answer(request)
    length = int(answer.history.lengths[0])
    first_step = first_step_read(state, answer)
    items = answer.history.items[0, :length].numpy()
    rows = state.catalogue.iloc[items - 1][[ITEM_ID, TITLE]].reset_index(drop=True)
    tokens = rows.assign(step=np.arange(first_step, first_step + length))
    if length == 0:
        return AttentionView(tokens, pd.DataFrame(columns=["layer", "head", "step", "weight"]))
    weights = last_event_attention(model, answer.history)[..., :length].numpy()
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


def _evidence(state: State, answer: Answer, item: int) -> list[Evidence]:
    parts, history = answer.parts, answer.history
    ranker = state.ranker(answer.request.ranker)
    found = []
    if isinstance(ranker, Unified) or parts.taste.any():
        found.append(Evidence("taste", "Overall taste", float(parts.taste[item])))
    if (popularity := float(parts.popularity[item])) or not found:
        found.append(Evidence("popularity", "General popularity", popularity))
    features = state.dataset.context_features
    for index, feature in enumerate(features):
        if code := int(history.request[0, index]):
            label = feature_label(feature, feature.value(code))
            found.append(Evidence("context", label, float(parts.context[index, item])))
    for index, feature in enumerate(state.dataset.profile_features):
        if code := int(history.profile[0, index]):
            label = feature_label(feature, feature.value(code))
            found.append(Evidence("profile", label, float(parts.profile[index, item])))
    return found + _feedback_evidence(state, answer, item) + _event_evidence(state, answer, item)


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


def _event_evidence(state: State, answer: Answer, item: int) -> list[Evidence]:
    """One piece of evidence per event: what remembering it adds, and what goes together with it."""
    span = state.dataset.log.span(state.dataset.user_index(answer.request.user_id))
    first_step = first_step_read(state, answer)
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
        found.append(
            Evidence(
                kind="event",
                label=state.title(index),
                weight=float(remembered[place] + together[place]),
                item_id=str(state.dataset.item_ids[index - 1]),
                step=step,
                detail=f"{when}{rated}; remembered {remembered[place]:+.2f}, "
                f"goes together {together[place]:+.2f}",
            )
        )
    return found


def first_step_read(state: State, answer: Answer) -> int:
    """Number (from 1) of the first event that the ranker still reads."""
    user = state.dataset.user_index(answer.request.user_id)
    return 1 + int(state.dataset.log.lengths[user]) - int(answer.history.lengths[0])


def _sentence(state: State, item: int, rank: int | None, evidence: list[Evidence]) -> str:
    title = state.title(item)
    place = f"{title} is number {rank:,}" if rank else f"{title} was already seen"
    grounds = []
    taste = next((each.weight for each in evidence if each.kind == "taste"), 0.0)
    if taste > 0:
        grounds.append("it fits the overall taste")
    events = [each.label for each in evidence if each.kind == "event" and each.weight > 0]
    if events:
        grounds.append(f"of {listed(list(dict.fromkeys(events))[:2])}")
    helping = [each.label for each in evidence if each.kind == "context" and each.weight > 0.1]
    if helping:
        grounds.append(f"of the moment ({helping[0].lower()})")
    said = [each.label for each in evidence if each.kind == "feedback" and each.weight > 0.1]
    if said:
        grounds.append(said[0][:1].lower() + said[0][1:])
    against = next((each for each in evidence if each.weight < 0), None)
    why = f", mainly because {listed(grounds)}" if grounds else ""
    but = f"; {against.label} speaks against it" if against and against.weight < -0.3 else ""
    return f"{place}{why}{but}."
