"""What the stored answers to held-out questions tell: where rankers part ways, where one fails.

Answers are those of the measuring run: the history ends before the choice that was held out, so
they differ from what a page asks now.

Axes: question, place.
"""

import numpy as np
import pandas as pd
from jaxtyping import Int

from recengine.engine.comparison.measurements import read_measurements
from recengine.engine.comparison.quality import stored_answers
from recengine.engine.comparison.results import Disagreements, Misses, StoredAnswers
from recengine.engine.state import State
from recengine.errors import ConfigError, DataError, UnknownNameError
from recengine.evaluation.protocols import find_protocol
from recengine.evaluation.slices import Slice, slices_of
from recengine.models.base import FitData
from recengine.types import CATEGORIES, ITEM_ID, TITLE, USER_ID, YEAR

TOP = 10
NAMED = 3  # titles named of what was listed instead


def disagreements(
    state: State, first: str, second: str, protocol: str, limit: int
) -> Disagreements | None:
    """The questions on which two rankers put the choice furthest apart; None without answers."""
    if (stored := _stored(state, protocol, first, second)) is None:
        return None
    if first == second:
        raise ConfigError(f"{first!r} agrees with itself. Choose two rankers that differ.")
    ranks = stored.ranks[first].astype(np.int64), stored.ranks[second].astype(np.int64)
    shared = _shared(stored, first, second)
    apart = np.log2(ranks[0]) - np.log2(ranks[1])
    order = np.argsort(-np.abs(apart), kind="stable")[:limit]
    table = _questions(state, stored, order)
    table["rank_first"], table["rank_second"] = ranks[0][order], ranks[1][order]
    if shared is not None:
        table["shared"] = shared[order]
    table["factor"] = np.exp2(np.abs(apart[order]))
    closer = int((apart < 0).sum()), int((apart > 0).sum())
    return Disagreements(
        first=first,
        second=second,
        people=table,
        questions=len(apart),
        first_closer=closer[0],
        second_closer=closer[1],
        nothing_shared=None if shared is None else int((shared == 0).sum()),
        sentence=_parting(stored.labels[first], stored.labels[second], len(apart), shared, closer),
    )


def misses(
    state: State, ranker: str, protocol: str, slice_name: str, value: str, limit: int
) -> Misses | None:
    """The choices that a ranker put worst, of all questions or of a slice; None without answers.

    Raises:
        UnknownNameError: unknown protocol, ranker, slice or value.
        DataError: the answers belong to other data.
    """
    if (stored := _stored(state, protocol, ranker)) is None:
        return None
    slices = _slices(state, protocol)
    rows, about = np.arange(len(stored.users)), "all people"
    if slice_name:
        rows, about = _found(slices, slice_name, value).rows, f"{slice_name}: {value}"
    ranks = stored.ranks[ranker].astype(np.int64)[rows]
    worst = rows[np.argsort(-ranks, kind="stable")[:limit]]
    table = _questions(state, stored, worst)
    table["rank"] = stored.ranks[ranker].astype(np.int64)[worst]
    if ranker in stored.lists:
        table["listed"] = [
            [state.title(int(item)) for item in items[:NAMED] if item]
            for items in stored.lists[ranker][worst]
        ]
    table["rescuer"], table["rescuer_rank"] = _rescuers(stored, ranker, worst)
    hits = int((ranks <= TOP).sum())
    values: dict[str, tuple[str, ...]] = {}
    for each in slices:
        values[each.name] = (*values.get(each.name, ()), each.value)
    return Misses(
        table=table,
        questions=len(rows),
        among_ten=hits,
        median_rank=float(np.median(ranks)) if len(ranks) else float("nan"),
        slices=values,
        sentence=_missing(stored.labels[ranker], about, ranks, hits, table),
    )


def _stored(state: State, protocol: str, *rankers: str) -> StoredAnswers | None:
    find_protocol(protocol)
    stored = stored_answers(state, protocol)
    if stored is None:
        measured = read_measurements(state.dataset.name, protocol, state.workspace)
        if measured and measured.facts.get("data_fingerprint") != state.dataset.fingerprint:
            raise _other_data(state)
        return None
    for ranker in rankers:
        if ranker not in stored.ranks:
            raise UnknownNameError("measured ranker", ranker, stored.ranks)
    return stored


def _other_data(state: State) -> DataError:
    return DataError(
        f"The stored answers were given for other data than {state.dataset.name!r} is now, so "
        f"they are not shown. Measure again: recengine evaluate {state.dataset.name}"
    )


def _slices(state: State, protocol: str) -> list[Slice]:
    split = state.split(protocol)
    return slices_of(FitData(state.dataset, split.train, split.candidates), split)


def _found(slices: list[Slice], name: str, value: str) -> Slice:
    by_value = {each.value: each for each in slices if each.name == name}
    if not by_value:
        raise UnknownNameError("slice", name, dict.fromkeys(each.name for each in slices))
    if value not in by_value:
        raise UnknownNameError(f"value of {name}", value, by_value)
    return by_value[value]


def _questions(state: State, stored: StoredAnswers, rows: np.ndarray) -> pd.DataFrame:
    """Who was asked, and what they chose."""
    columns = [ITEM_ID, TITLE, YEAR, CATEGORIES]
    table = state.catalogue.iloc[stored.targets[rows] - 1][columns].reset_index(drop=True)
    table.insert(0, USER_ID, np.asarray(state.dataset.user_ids)[stored.users[rows]])
    return table


def _rescuers(
    stored: StoredAnswers, ranker: str, rows: np.ndarray
) -> tuple[list[str], Int[np.ndarray, "row"]]:
    """Which other ranker put each choice highest, and where; "" and 0 if none was measured."""
    others = [name for name in stored.ranks if name != ranker]
    if not others:
        return [""] * len(rows), np.zeros(len(rows), dtype=np.int64)
    places = np.stack([stored.ranks[name][rows].astype(np.int64) for name in others])
    best = places.argmin(axis=0)
    return [others[each] for each in best], places.min(axis=0)


def _shared(stored: StoredAnswers, *rankers: str) -> Int[np.ndarray, "question"] | None:
    """How many of the first ten items two rankers have in common; None without their lists."""
    if not all(name in stored.lists for name in rankers):
        return None
    first, second = (stored.lists[name][:, :TOP] for name in rankers)
    same = (first[:, :, None] == second[:, None, :]) & (first[:, :, None] > 0)
    return same.any(axis=2).sum(axis=1)


def _parting(
    first: str,
    second: str,
    people: int,
    shared: Int[np.ndarray, "question"] | None,
    closer: tuple[int, int],
) -> str:
    if not people:
        return "Nobody was asked."
    ahead, behind = (first, second) if closer[0] >= closer[1] else (second, first)
    overlap = (
        ""
        if shared is None
        else f"{first} and {second} share {shared.mean():.1f} of ten items on average; "
    )
    return (
        f"{overlap}{ahead} puts the choice higher for {max(closer):,} of {people:,} people, "
        f"{behind} for {min(closer):,}."
    )


def _missing(label: str, about: str, ranks: np.ndarray, hits: int, table: pd.DataFrame) -> str:
    if not len(ranks):
        return "Nobody was asked."
    worst = table.iloc[0]
    who = "people" if about == "all people" else f"people ({about})"
    return (
        f"{label} leaves the choice out of its first ten for {len(ranks) - hits:,} of "
        f"{len(ranks):,} {who}; worst is {worst[TITLE]}, put at number {worst['rank']:,}."
    )
