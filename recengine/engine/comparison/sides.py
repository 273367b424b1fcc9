"""Two requests side by side: what each lists, how far they agree, what each leaned on.

Axes: vocab = 1 + num_items.
"""

import numpy as np
import pandas as pd
from jaxtyping import Int
from scipy.stats import spearmanr

from recengine.engine.comparison.leaning import asked_without, leaned_exactly
from recengine.engine.comparison.results import SideBySide
from recengine.engine.lists import recommend
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.wording import listed, number
from recengine.models.unified import Unified
from recengine.projection.sample import fair_sample
from recengine.types import CATEGORIES, ITEM_ID, TITLE, YEAR, Request

SCATTERED = 400  # best items of each side in the scatter ...
SAMPLED = 1_200  # ... and a fair sample of all others
FEWEST_TO_CORRELATE = 10
SIDES = ("first", "second")


def side_by_side(state: State, first: Request, second: Request) -> SideBySide:
    """Both lists, and how they differ."""
    lists = recommend(state, first), recommend(state, second)
    answers = state.answer(first), state.answer(second)
    tops = [
        answer.order[: listed_.request.k].numpy()
        for answer, listed_ in zip(answers, lists, strict=True)
    ]
    shared = len(np.intersect1d(tops[0], tops[1]))
    both = (answers[0].ranks > 0) & (answers[1].ranks > 0)
    enough = int(both.sum()) >= FEWEST_TO_CORRELATE
    agreement = (
        float(spearmanr(answers[0].ranks[both], answers[1].ranks[both]).statistic)
        if enough
        else float("nan")
    )
    items = _aligned(state, answers, tops)
    return SideBySide(
        first=lists[0],
        second=lists[1],
        items=items,
        scatter=_scatter(state, answers, tops, both),
        leaned=pd.concat(
            [
                leaned_exactly(state, answer, top).assign(side=side)
                for side, answer, top in zip(SIDES, answers, tops, strict=True)
            ],
            ignore_index=True,
        ),
        askable=tuple(
            side
            for side, answer in zip(SIDES, answers, strict=True)
            if asked_without(state.ranker(answer.request.ranker))
        ),
        places=_places(state, tops),
        shared=shared,
        agreement=agreement,
        sentence=_sentence(state, answers, items, shared, max(map(len, tops))),
    )


def _aligned(
    state: State, answers: tuple[Answer, Answer], tops: list[Int[np.ndarray, "places"]]
) -> pd.DataFrame:
    rows = np.union1d(tops[0], tops[1]).astype(np.int64)
    table = state.catalogue.iloc[rows - 1][[ITEM_ID, TITLE, YEAR, CATEGORIES]]
    table = table.reset_index(drop=True)
    for side, answer, top in zip(SIDES, answers, tops, strict=True):
        table[f"rank_{side}"] = answer.ranks[rows]
        table[f"in_{side}"] = np.isin(rows, top)
    places = table[["rank_first", "rank_second"]].replace(0, np.iinfo(np.int64).max)
    return table.iloc[places.min(axis=1).argsort(kind="stable")].reset_index(drop=True)


def _scatter(
    state: State,
    answers: tuple[Answer, Answer],
    tops: list[Int[np.ndarray, "places"]],
    both: np.ndarray,
) -> pd.DataFrame:
    best = np.zeros(len(both), dtype=bool)
    for answer in answers:
        best[answer.order[:SCATTERED].numpy()] = True
    rest = np.flatnonzero(both & ~best)
    if len(rest) > SAMPLED:
        rest = np.random.default_rng(0).choice(rest, SAMPLED, replace=False)
    rows = np.sort(np.concatenate([np.flatnonzero(both & best), rest]))
    table = state.catalogue.iloc[rows - 1][[ITEM_ID, TITLE]].reset_index(drop=True)
    table["rank_first"], table["rank_second"] = (answer.ranks[rows] for answer in answers)
    table["listed"] = _listed(rows, tops)
    return table


def _places(state: State, tops: list[Int[np.ndarray, "places"]]) -> pd.DataFrame:
    """Both lists on the map for everyone, with a sample of the catalogue; empty without a map."""
    columns = [ITEM_ID, TITLE, "x", "y", "listed"]
    if Unified.name not in state.places:
        return pd.DataFrame(columns=columns)
    xy = state.places[Unified.name].static
    either = np.union1d(tops[0], tops[1]).astype(np.int64) - 1
    rows = fair_sample(xy, SAMPLED, keep=either).rows
    table = state.catalogue.iloc[rows][[ITEM_ID, TITLE]].reset_index(drop=True)
    table[["x", "y"]] = xy[rows].astype(float)
    table["listed"] = _listed(rows + 1, tops)
    return table


def _listed(rows: np.ndarray, tops: list[Int[np.ndarray, "places"]]) -> np.ndarray:
    """In which list each item stands: "both", "first", "second" or ""."""
    first, second = (np.isin(rows, top) for top in tops)
    return np.select([first & second, first, second], ["both", "first", "second"], default="")


def _sentence(
    state: State, answers: tuple[Answer, Answer], items: pd.DataFrame, shared: int, length: int
) -> str:
    first, second = answers[0].request, answers[1].request
    if first == second:
        return "Both sides ask the same, so both lists are the same."
    if first.user_id != second.user_id:
        who = f"Person {first.user_id} and person {second.user_id}"
    elif first.ranker != second.ranker:
        who = listed([state.label(first.ranker), state.label(second.ranker)])
    elif first.feedback != second.feedback and first.context == second.context:
        who = "Before and after what was said, the lists"
    else:
        who = "The two moments"
    if shared == length and (items["rank_first"] == items["rank_second"]).all():
        return f"{who} give the same {number(length)} items in the same order."
    if shared == length:
        return f"{who} share all {number(length)} items, in another order."
    start = f"{who} share {number(shared) if shared else 'none'} of {number(length)} items"
    apart = items[~items["in_first"] & items["in_second"] & (items["rank_first"] > 0)]
    if apart.empty:
        return f"{start}."
    far = apart.loc[apart["rank_first"].idxmax()]
    return (
        f"{start}; furthest apart is {far[TITLE]}, number {far['rank_second']:,} on the right and "
        f"{far['rank_first']:,} on the left."
    )
