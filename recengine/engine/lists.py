"""What would this person see now, and what changes when the moment or the ranker does?"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from recengine.engine.results import ListChange, Recommendations
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.wording import feature_label, listed, moment, number
from recengine.models.base import Ranker
from recengine.models.unified import Unified
from recengine.types import CATEGORIES, ITEM_ID, TITLE, YEAR, Request

PARTS = ("taste", "events", "context", "profile", "prior", "popularity", "feedback")


def recommend(state: State, request: Request) -> Recommendations:
    """The best k items that are not in the history."""
    answer = state.answer(request)
    table = best_items(state, answer, request.k)
    ranker = state.ranker(answer.request.ranker)
    return Recommendations(
        request=Request(**{**vars(answer.request), "k": request.k}),
        items=table,
        sentence=_sentence(state, answer, table) + _never_met(state, ranker, answer),
        candidates=len(answer.order),
        dynamic=isinstance(ranker, Unified) and bool(ranker.dynamic),
    )


def best_items(state: State, answer: Answer, k: int) -> pd.DataFrame:
    """The best k candidates with their parts, as in `Recommendations.items`."""
    chosen = answer.order[:k]
    table = state.catalogue.iloc[(chosen - 1).numpy()].reset_index(drop=True)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    table["score"] = answer.scores[chosen].numpy().astype(float)
    best = float(table["score"].max()) if len(table) else 0.0
    middle = float(answer.scores[answer.candidates].median())
    table["share_of_best"] = ((table["score"] - middle) / max(best - middle, 1e-9)).clip(0, 1)
    for name in PARTS:
        table[f"part_{name}"] = answer.parts.summed(name)[chosen].numpy().astype(float)
    table["reason"] = [reason(state, answer, int(item)) for item in chosen]
    return table


def reason(state: State, answer: Answer, item: int) -> str:
    """The strongest ground for one item, in one line."""
    parts = answer.parts
    by_event = parts.by_event(item).numpy()
    strongest = [int(place) for place in by_event.argsort()[::-1][:2] if by_event[place] > 0]
    items = answer.history.items[0].tolist()
    titles = listed(list(dict.fromkeys(state.title(items[place]) for place in strongest)))
    context = parts.context[:, item].numpy()
    grounds = {
        "events": float(by_event[by_event > 0].sum()),
        "taste": float(parts.taste[item]),
        "context": float(context.sum()),
        "popularity": float(parts.popularity[item]),
        "feedback": float(parts.feedback[:, item].sum()),
    }
    leading = max(grounds, key=lambda name: grounds[name])
    if leading == "context" and grounds[leading] > 0:
        feature = state.dataset.context_features[int(context.argmax())]
        value = answer.request.context.get(feature.name, "")
        return f"This moment speaks for it: {feature.label.lower()} {value}"
    if leading == "feedback" and grounds[leading] > 0:
        return _asked_for(state, answer, item)
    if leading == "popularity" and grounds[leading] > 0:
        return "Liked by most people"
    if leading == "taste":
        return f"Fits the overall taste, close to {titles}" if titles else "Fits the overall taste"
    return f"Because of {titles}" if titles else "The best of what is left"


def _asked_for(state: State, answer: Answer, item: int) -> str:
    """What was said that speaks most for an item."""
    loudest = int(answer.parts.feedback[:, item].argmax())
    told = int(answer.learnt.items[loudest])
    if told == item:
        return "You said: more like this"
    wish = "more" if answer.learnt.signs[loudest] > 0 else "less"
    return f"You asked for {wish} like {state.title(told)}"


def search(state: State, text: str, limit: int) -> pd.DataFrame:
    """Items whose title contains all words, those that begin with them first."""
    titles = state.catalogue[TITLE].str.casefold()
    words = text.casefold().split()
    found = np.ones(len(titles), dtype=bool)
    for word in words:
        found &= titles.str.contains(word, regex=False).to_numpy()
    rows = np.flatnonzero(found)
    later = ~titles.iloc[rows].str.startswith(words[0] if words else "").to_numpy()
    return state.catalogue.iloc[rows[np.argsort(later, kind="stable")][:limit]]


def compare_lists(state: State, before: Request, after: Request) -> ListChange:
    """Who moved between two lists; ranks beyond both lists are looked up in the whole catalogue."""
    first, second = state.answer(before), state.answer(after)
    length = max(before.k, after.k)
    old, new = first.order[:length].numpy(), second.order[:length].numpy()
    items = list(dict.fromkeys([*new.tolist(), *old.tolist()]))
    rows = np.array(items, dtype=np.int64)
    table = state.catalogue.iloc[rows - 1][[ITEM_ID, TITLE]].reset_index(drop=True)
    table["rank_before"] = first.ranks[rows]
    table["rank_after"] = second.ranks[rows]
    competed = (table["rank_before"] > 0) & (table["rank_after"] > 0)
    table["places"] = (table["rank_before"] - table["rank_after"]).where(competed, 0)
    kept = len(set(old.tolist()) & set(new.tolist()))
    return ListChange(table, kept, _change_sentence(table, kept, length))


def _sentence(state: State, answer: Answer, table: pd.DataFrame) -> str:
    if table.empty:
        return "Nothing is left to recommend: this person has seen the whole catalogue."
    competing = answer.scores[answer.candidates]
    if len(competing) > 1 and competing.min() == competing.max():
        return "All items score the same here, so the order of this list means nothing."
    counts = Counter(name for names in table[CATEGORIES] for name in names)
    top = [name for name, count in counts.most_common(2) if count >= max(2, len(table) // 4)]
    when = moment(state.dataset.context_features, answer.request.context)
    start = f"{when}, this person" if when else "This person"
    mostly = f"gets mostly {listed(top)}" if top else "gets a mixed list"
    if answer.request.feedback:
        new = _new(state, answer, table, replace(answer.request, feedback=()))
        return f"{start} {mostly}; {_here(new, len(table))} because of what you said."
    if not answer.request.context:
        years = table[YEAR].dropna()
        spread = f", from {years.min()} to {years.max()}" if len(years) > 1 else ""
        return f"{start} {mostly}{spread}."
    new = _new(state, answer, table, answer.request.with_context({}))
    if new == 0:
        return f"{start} {mostly}; the moment changes nothing in these {number(len(table))}."
    return f"{start} {mostly}; {_here(new, len(table))} because of the moment."


def _never_met(state: State, ranker: Ranker, answer: Answer) -> str:
    """Values of the moment and the person that count as unknown, as a sentence to append."""
    asked = (
        (state.dataset.context_features, answer.history.request[0]),
        (state.dataset.profile_features, answer.history.profile[0]),
    )
    new = [
        feature_label(feature, value)
        for features, codes in asked
        for feature, code in zip(features, codes, strict=True)
        if (value := feature.value(int(code))) in ranker.unseen.get(feature.name, ())
    ]
    if not new:
        return ""
    return (
        f" {ranker.label} has never met {listed(new)}, which counts as unknown until it is "
        f"trained again."
    )


def _new(state: State, answer: Answer, table: pd.DataFrame, other: Request) -> int:
    """How many of the list another request would not list."""
    usual = set(state.answer(other).order[: len(table)].tolist())
    return sum(int(item) not in usual for item in answer.order[: len(table)])


def _here(new: int, length: int) -> str:
    return f"{number(new)} of the {number(length)} {'is' if new == 1 else 'are'} here"


def _change_sentence(table: pd.DataFrame, kept: int, length: int) -> str:
    new = length - kept
    if new == 0 and (table["places"] == 0).all():
        return "The two lists are the same."
    if new == 0:
        moved = int((table["places"] != 0).sum())
        return f"The same {number(length)} items, {number(moved)} of them in another place."
    plural = "item enters" if new == 1 else "items enter"
    in_list = table["rank_after"].between(1, length)
    entered = table[in_list & ~table["rank_before"].between(0, length)]
    if entered.empty:  # what is new was no candidate before, so it gained no places
        return f"{number(new).capitalize()} {plural} the list."
    best = entered.sort_values("places", ascending=False)[TITLE].iloc[0]
    return f"{number(new).capitalize()} {plural} the list; {best} gains most."
