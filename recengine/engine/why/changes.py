"""What would take an item out of the list, and what would bring one in."""

from collections.abc import Sequence

import numpy as np

from recengine.data.progress import Progress
from recengine.engine.results import Evidence
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why.answers import Counterfactual
from recengine.engine.why.examples import near_items
from recengine.engine.why.methods import (
    chosen_method,
    competing,
    question_of,
    require_quick,
)
from recengine.engine.why.reasons import about, first_step_read
from recengine.engine.why.sentences import remark_on_changes
from recengine.engine.wording import feature_label, listed, number
from recengine.errors import ConfigError
from recengine.explanations.counterfactual import Aim, Found, smallest_change
from recengine.explanations.whatif import Variant
from recengine.models.recency_ease import RecencyEase
from recengine.types import UNKNOWN_CODE, Request

TELLING_EVENTS = 24  # events tried one by one: those that speak most for the item
PROPOSED = 24  # items tried as further choices, of each kind of proposal


def push_out(state: State, request: Request, item_id: str, progress: Progress) -> Counterfactual:
    """Leave out events, change the moment."""
    require_quick(state.ranker(request.ranker))
    answer = state.answer(request)
    item = competing(state, answer, item_id)
    if int(answer.ranks[item]) > request.k:
        raise ConfigError(
            f"{state.title(item)!r} is number {int(answer.ranks[item]):,}, so it is not among the "
            f"first {request.k:,} and need not be taken out. Ask what would bring it in, or take "
            f"a longer list."
        )
    question = question_of(state, answer, item_id)
    method = chosen_method(state, answer.request.ranker, "")
    weights = method.attribute(question).events[: question.num_events]
    events = weights.argsort(descending=True)[:TELLING_EVENTS].tolist()
    moves = [*(Variant(event=place) for place in events), *_other_moments(state, answer)]
    found = smallest_change(question, moves, request.k, "out", progress=progress)
    return _told(state, answer, item, found, "out")


def bring_in(state: State, request: Request, item_id: str, progress: Progress) -> Counterfactual:
    """Choose more items, change the moment."""
    require_quick(state.ranker(request.ranker))
    answer = state.answer(request)
    item = competing(state, answer, item_id)
    if int(answer.ranks[item]) <= request.k:
        raise ConfigError(
            f"{state.title(item)!r} is number {int(answer.ranks[item]):,}, so it is already among "
            f"the first {request.k:,}. Ask what would take it out, or take another item."
        )
    question = question_of(state, answer, item_id)
    added = [Variant(added=index) for index in _proposals(state, answer, item)]
    moves = [*added, *_other_moments(state, answer)]
    found = smallest_change(question, moves, request.k, "in", progress=progress)
    return _told(state, answer, item, found, "in")


def _other_moments(state: State, answer: Answer) -> list[Variant]:
    """Every other value of every feature of the moment, not known included."""
    present = answer.history.request[0].tolist()
    return [
        Variant(feature=index, code=code)
        for index, feature in enumerate(state.dataset.context_features)
        for code in range(feature.num_codes)
        if code != present[index]
    ]


def _proposals(state: State, answer: Answer, item: int) -> list[int]:
    """Items not seen that lie near one, and those that go together with it."""
    allowed = answer.candidates.numpy().copy()
    allowed[item] = False
    _, cosines = near_items(state, answer.request.ranker, item)
    orders = [np.argsort(-cosines, kind="stable")]
    if RecencyEase.name in state.rankers:
        ease = state.ranker(RecencyEase.name)
        assert isinstance(ease, RecencyEase)
        orders.append(ease.weights[:, item].argsort(descending=True, stable=True).numpy())
    proposed = [each for order in orders for each in order[allowed[order]][:PROPOSED].tolist()]
    return list(dict.fromkeys(proposed))


def _told(state: State, answer: Answer, item: int, found: Found, aim: Aim) -> Counterfactual:
    evidence = tuple(
        _piece(state, answer, change, before, after)
        for change, before, after in zip(found.changes, found.ranks, found.ranks[1:], strict=False)
    )
    sentence = _sentence(state.title(item), evidence, found, answer.request.k, aim)
    remark = remark_on_changes(state, answer, item, found.ranks[0])
    return Counterfactual(
        **about(state, answer, item),
        evidence=evidence,
        total=float(found.ranks[0] - found.ranks[-1]),
        method="the least change",
        method_name="counterfactual",
        unit="places in the list",
        rank_before=found.ranks[0],
        rank_after=found.ranks[-1],
        found=found.reached,
        smallest=found.smallest,
        tried=found.tried,
        sentence=" ".join(filter(None, (sentence, remark))),
    )


def _piece(state: State, answer: Answer, change: Variant, before: int, after: int) -> Evidence:
    """One change, made after those that led to the place `before`."""
    places, facts = float(before - after), {"feature": "", "value": "", "rank_after": after}
    if change.event >= 0:
        index = int(answer.history.items[0, change.event])
        step = first_step_read(state, answer) + change.event
        item_id = str(state.dataset.item_ids[index - 1])
        label = f"Without {state.title(index)}"
        return Evidence("event", label, places, item_id, step, facts=facts)
    if change.added:
        item_id = str(state.dataset.item_ids[change.added - 1])
        return Evidence(
            "addition", f"Also {state.title(change.added)}", places, item_id, facts=facts
        )
    feature = state.dataset.context_features[change.feature]
    value = feature.value(change.code)
    known = change.code != UNKNOWN_CODE
    label = feature_label(feature, value) if known else f"{feature.label} not known"
    return Evidence(
        "context", label, places, facts=facts | {"feature": feature.name, "value": value}
    )


def _sentence(title: str, changes: Sequence[Evidence], found: Found, k: int, aim: Aim) -> str:
    where = "below" if aim == "out" else "among"
    if not found.reached:
        best = f" (the best found is number {found.ranks[-1]:,})" if changes else ""
        return f"None of the changes tried puts {title} {where} the first {k:,}{best}."
    if not changes:
        return f"{title} is {where} the first {k:,} without any change."
    verb = "drops out of" if aim == "out" else "enters"
    how = listed(_phrases(changes))
    least = "the least that does it" if found.smallest else "the least that was found"
    count = len(changes)
    return (
        f"{title} {verb} the first {k:,} {how}: {number(count)} "
        f"change{'s' if count > 1 else ''}, {least}; it then is number {found.ranks[-1]:,}."
    )


def _phrases(changes: Sequence[Evidence]) -> Sequence[str]:
    labels = {
        kind: [one.label for one in changes if one.kind == kind]
        for kind in ("event", "addition", "context")
    }
    without, added = (
        listed([label.split(" ", 1)[1] for label in labels[kind]]) for kind in ("event", "addition")
    )
    moment = listed([label[:1].lower() + label[1:] for label in labels["context"]])
    phrases = (
        without and f"without {without}",
        added and f"with {added} chosen as well",
        moment and f"in another moment ({moment})",
    )
    return [phrase for phrase in phrases if phrase]
