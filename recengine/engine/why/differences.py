"""Why A stands above B, and why something is not in the list: differences of the same parts."""

from dataclasses import replace

import pandas as pd

from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why import reasons
from recengine.engine.why.methods import chosen_method, question_of
from recengine.engine.why.results import WhyAbove, WhyNot
from recengine.engine.why.sentences import absent
from recengine.engine.why.trust import trust_of
from recengine.engine.wording import listed
from recengine.errors import ConfigError
from recengine.explanations import Method, methods_for
from recengine.types import Request

COLUMNS = ["kind", "label", "item_id", "step", "weight_a", "weight_b", "difference"]
NAMED = 2  # grounds named in a sentence


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
    asked = replace(answer.request, k=request.k)
    title, rank = state.title(item), int(answer.ranks[item]) or None
    none = pd.DataFrame(columns=COLUMNS)
    if rank is None:
        sentence = f"{title} {absent(state, answer, item)}."
        return WhyNot(asked, item_id, title, None, False, 0.0, None, none, none, sentence)
    last = int(answer.order[: request.k][-1])
    in_list = rank <= request.k
    if item == last:
        sentence = f"{title} is in the list: it is the last of {request.k:,}."
        return WhyNot(asked, item_id, title, rank, True, 0.0, None, none, none, sentence)
    compared = _compared(state, answer, item_id, str(state.dataset.item_ids[last - 1]), way)
    rows = compared.evidence
    against, in_favour = rows[rows["difference"] < 0], rows[rows["difference"] > 0]
    gap = 0.0 if in_list else -compared.difference
    if in_list:
        sentence = f"{title} is in the list, at number {rank:,}."
    else:
        named = listed(_labels(against, compared))
        why = f", mainly because of {named}" if named else ""
        sentence = (
            f"{title} is number {rank:,}; {gap:.2g} points of score separate it from number "
            f"{request.k:,}, {compared.title_b}{why}."
        )
    return WhyNot(
        asked,
        item_id,
        title,
        rank,
        in_list,
        gap,
        compared,
        against.reset_index(drop=True),
        in_favour.reset_index(drop=True),
        sentence,
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
    found = []
    for item_id in (item_a, item_b):
        question = question_of(state, answer, item_id)
        split = method.attribute(question)
        found.append(reasons.explained(state, answer, question.item, split, method))
    first, second = found
    tables = [
        pd.DataFrame(
            [(e.kind, e.label, e.item_id, e.step, e.weight) for e in each.evidence],
            columns=["kind", "label", "item_id", "step", "weight"],
        )
        for each in found
    ]
    keys = ["kind", "label", "item_id", "step"]
    both = tables[0].merge(tables[1], on=keys, how="outer", suffixes=("_a", "_b"))
    both[["weight_a", "weight_b"]] = both[["weight_a", "weight_b"]].fillna(0.0)
    both["difference"] = both["weight_a"] - both["weight_b"]
    both = both.iloc[both["difference"].abs().argsort(kind="stable")[::-1]].reset_index(drop=True)
    above = WhyAbove(
        request=answer.request,
        item_a=item_a,
        title_a=first.title,
        rank_a=first.rank,
        item_b=item_b,
        title_b=second.title,
        rank_b=second.rank,
        difference=first.score - second.score,
        evidence=both[COLUMNS],
        unit=method.unit,
        method=method.label,
        method_name=method.name,
        adds_up=method.adds_up,
        trust=trust_of(state, answer.request.ranker, method),
        sentence="",
    )
    return replace(above, sentence=_sentence(above))


def _sentence(above: WhyAbove) -> str:
    ahead = above.difference >= 0
    upper, lower = (above.title_a, above.title_b) if ahead else (above.title_b, above.title_a)
    rows = above.evidence
    helping = rows[(rows["difference"] > 0) == ahead]
    start = f"{upper} stands above {lower} by {abs(above.difference):.2g} points of score"
    named = listed(_labels(helping[helping["difference"] != 0], above))
    return f"{start}, mainly because of {named}." if named else f"{start}."


def _labels(rows: pd.DataFrame, above: WhyAbove) -> list[str]:
    """The strongest pieces by name; a piece that outweighs nothing is not named."""
    strongest = rows[rows["difference"].abs() > 0.05 * abs(above.difference)]
    return [
        label if kind == "event" else label[:1].lower() + label[1:]
        for kind, label in strongest[["kind", "label"]].head(NAMED).itertuples(index=False)
    ]
