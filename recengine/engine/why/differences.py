"""Why A stands above B, and why something is not in the list: differences of the same parts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from recengine.engine.results import Evidence
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why.answers import WhyAbove, WhyNot
from recengine.engine.why.methods import chosen_method, question_of
from recengine.engine.why.reasons import about, by, explained, strongest_first
from recengine.engine.why.sentences import absent
from recengine.engine.why.trust import trust_of
from recengine.engine.wording import listed
from recengine.errors import ConfigError
from recengine.explanations import Method, methods_for
from recengine.types import Request


def why_above(state: State, request: Request, item_a: str, item_b: str, method: str) -> WhyAbove:
    """Two explanations of the same request, piece by piece."""
    answer = state.answer(request)
    if state.dataset.item_index(item_a) == state.dataset.item_index(item_b):
        raise ConfigError(f"Both items are {item_a!r}. Choose two that differ.")
    return _compared(state, answer, item_a, item_b, _summing(state, answer, method))


def why_not(state: State, request: Request, item_id: str, method: str) -> WhyNot:
    """The item against the last one of the list."""
    item = state.dataset.item_index(item_id)
    answer = state.answer(request)
    way = _summing(state, answer, method)
    last, rank = int(answer.order[: request.k][-1]), int(answer.ranks[item])
    in_list = 0 < rank <= request.k
    compared = None
    if rank and item != last:
        rival = str(state.dataset.item_ids[last - 1])
        compared = _compared(state, answer, item_id, rival, way)
    missing = WhyNot(
        **about(state, answer, item),
        **by(way),
        evidence=compared.evidence if compared else (),
        total=compared.total if compared else None,
        in_list=in_list,
        gap=-compared.difference if compared and not in_list else 0.0,
        last=compared,
        trust=trust_of(state, answer.request.ranker, way),
        sentence="",
    )
    told = _why_missing(missing) or f"{missing.title} {absent(state, answer, item)}."
    return replace(missing, sentence=told)


def _why_missing(found: WhyNot) -> str:
    """Where an item stands and what keeps it out; empty if it has no place."""
    title, k = found.title, found.request.k
    if found.rank is None:
        return ""
    if found.last is None:
        return f"{title} is in the list: it is the last of {k:,}."
    if found.in_list:
        return f"{title} is in the list, at number {found.rank:,}."
    named = listed(_labels(found.grounds))
    why = f", mainly because of {named}" if named else ""
    return (
        f"{title} is number {found.rank:,}; {found.gap:.2g} points of score separate it from "
        f"number {k:,}, {found.last.title_b}{why}."
    )


def _summing(state: State, answer: Answer, method: str) -> Method:
    """The method asked for, or the first that adds up: only then do differences mean something."""
    ranker = answer.request.ranker
    way = chosen_method(state, ranker, method)
    if method or way.adds_up:
        return way
    applying = methods_for(state.ranker(ranker))
    return next((each for each in applying if each.adds_up), way)


def _compared(state: State, answer: Answer, item_a: str, item_b: str, method: Method) -> WhyAbove:
    first, second = (
        explained(state, answer, question.item, method.attribute(question), method)
        for question in (question_of(state, answer, item) for item in (item_a, item_b))
    )
    difference = first.score - second.score
    above = WhyAbove(
        **about(state, answer, state.dataset.item_index(item_a)),
        **by(method),
        evidence=strongest_first(_differences(first.evidence, second.evidence)),
        total=difference if method.adds_up else None,
        item_b=item_b,
        title_b=second.title,
        rank_b=second.rank,
        difference=difference,
        trust=trust_of(state, answer.request.ranker, method),
        sentence="",
    )
    return replace(above, sentence=_sentence(above))


def _differences(first: Sequence[Evidence], second: Sequence[Evidence]) -> Iterable[Evidence]:
    """Every piece of either side once, with the weight that it has on each."""
    sides = [{(e.kind, e.label, e.item_id, e.step): e for e in side} for side in (first, second)]
    for key in dict.fromkeys(key for side in sides for key in side):
        weight_a, weight_b = (side[key].weight if key in side else 0.0 for side in sides)
        kind, label, item_id, step = key
        facts = {"weight_a": weight_a, "weight_b": weight_b}
        yield Evidence(kind, label, weight_a - weight_b, item_id, step, facts=facts)


def _sentence(above: WhyAbove) -> str:
    ahead = above.difference >= 0
    upper, lower = (above.title, above.title_b) if ahead else (above.title_b, above.title)
    start = f"{upper} stands above {lower} by {abs(above.difference):.2g} points of score"
    named = listed(_labels(above.grounds))
    return f"{start}, mainly because of {named}." if named else f"{start}."


def _labels(evidence: Iterable[Evidence]) -> list[str]:
    return [
        one.label if one.kind == "event" else one.label[:1].lower() + one.label[1:]
        for one in evidence
    ]
