"""For whom, for what and when is a ranker good? Questions grouped by what is known about them.

Groups are cut from the training events and the history alone, never from what a ranker answers.
A group of fewer than 30 people is too small to tell anything and says so.

Axes: question, vocab = 1 + num_items.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int, Int64

from recengine.data.splits import Split
from recengine.evaluation.bootstrap import Interval, bootstrap_mean
from recengine.models.base import FitData
from recengine.types import UNKNOWN_CODE, YEAR

ENOUGH = 30  # people
COLD_PERSON = 10  # training events below which a person counts as cold
COLD_ITEM = 5  # training events below which an item counts as cold
MOST_CATEGORIES = 20  # the most frequent ones
DAY = 86_400


@dataclass(frozen=True)
class Slice:
    """Some of the questions.

    Attributes:
        name: what they are grouped by, such as "Age".
        value: what they have in common, such as "25-34".
        rows: which questions.
        people: how many different people they are about.
    """

    name: str
    value: str
    rows: Int64[np.ndarray, "rows"]
    people: int

    @property
    def enough(self) -> bool:
        """Whether there are enough people to tell anything."""
        return self.people >= ENOUGH

    def interval(
        self, values: Float64[np.ndarray, "question"], users: Int[np.ndarray, "question"]
    ) -> Interval:
        """Mean of a metric over this slice."""
        return bootstrap_mean(values[self.rows], people=users[self.rows])


def slices_of(data: FitData, split: Split) -> list[Slice]:
    """Every group of a split's test questions that is not empty."""
    users = split.test.users
    slices = []
    for name, value, mask in _groups(data, split):
        rows = np.flatnonzero(mask)
        if len(rows):
            slices.append(Slice(name, value, rows, len(np.unique(users[rows]))))
    return slices


Group = tuple[str, str, np.ndarray]


def _groups(data: FitData, split: Split) -> Iterator[Group]:
    questions, dataset = split.test, data.dataset
    yield from _thirds("History", questions.stops - questions.starts, "events")
    learnt = np.diff(split.train.offsets)[questions.users]
    yield from _two("People", learnt < COLD_PERSON, f"learnt from under {COLD_PERSON} events")
    for column, feature in enumerate(dataset.profile_features):
        codes = dataset.profiles[questions.users, column]
        yield from _coded(feature.label, feature.values, codes)
    counts = data.item_counts.numpy()
    yield from _popularity(counts, questions.targets)
    yield from _two("Items", counts[questions.targets] < COLD_ITEM, f"under {COLD_ITEM} events")
    yield from _item_age(data, split)
    shares = dataset.category_shares[questions.targets - 1]
    for column, name in enumerate(dataset.categories[:MOST_CATEGORIES]):
        yield "Category", name, shares[:, column] > 0
    for column, feature in enumerate(dataset.context_features):
        codes = split.log.contexts[questions.stops, column]
        yield from _coded(feature.label, feature.values, codes)


def _thirds(name: str, amounts: np.ndarray, unit: str) -> Iterator[Group]:
    """Three groups of about equal size; equal amounts stay together."""
    low, high = (int(cut) for cut in np.quantile(amounts, [1 / 3, 2 / 3], method="lower"))
    yield name, f"up to {low:,} {unit}", amounts <= low
    if high > low:
        yield name, f"{low + 1:,} to {high:,} {unit}", (amounts > low) & (amounts <= high)
    yield name, f"over {high:,} {unit}", amounts > high


def _two(name: str, cold: np.ndarray, rule: str) -> Iterator[Group]:
    yield name, f"cold ({rule})", cold
    yield name, "warm", ~cold


def _coded(name: str, values: Iterable[str], codes: np.ndarray) -> Iterator[Group]:
    for code, value in enumerate(values, start=UNKNOWN_CODE + 1):
        yield name, value, codes == code


def _popularity(counts: np.ndarray, targets: np.ndarray) -> Iterator[Group]:
    """Items in three groups, each with a third of the training events."""
    order = np.argsort(-counts, kind="stable")
    before = np.empty(len(counts))
    before[order] = np.cumsum(counts[order]) - counts[order]
    third = (3 * before[targets] / max(counts.sum(), 1)).astype(int).clip(max=2)
    for code, value in enumerate(("head: the most popular", "middle", "tail: the least popular")):
        yield "Popularity", value, third == code


def _item_age(data: FitData, split: Split) -> Iterator[Group]:
    """Years since the item came out where years are known, else days since it was first seen."""
    log, questions, items = split.log, split.test, data.dataset.items
    moments = log.times[questions.stops]
    if YEAR in items and items[YEAR].notna().any():
        made = items[YEAR].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        asked = 1970 + moments.astype("datetime64[s]").astype("datetime64[Y]").astype(int)
        ages, unit = asked - made[questions.targets - 1], "years"
    else:
        first = np.full(data.vocab, np.iinfo(np.int64).max)
        np.minimum.at(first, log.items, log.times)
        ages, unit = (moments - first[questions.targets]) / DAY, "days"
    known = ~np.isnan(ages)
    if known.any():
        whole = ages[known].clip(min=0).astype(np.int64)
        for name, value, mask in _thirds("Item age", whole, unit):
            rows = np.zeros(len(ages), dtype=bool)
            rows[known] = mask
            yield name, value, rows
