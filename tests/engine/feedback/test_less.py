from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from recengine.data.histories import HistoryReader
from recengine.data.splits import Questions, Split
from recengine.engine.feedback import sessions
from recengine.engine.feedback.less import run_less
from recengine.engine.feedback.sessions import sessions_of
from recengine.evaluation.protocols import protocol_split
from recengine.models.base import FitData
from recengine.models.recency_ease import RecencyEase
from recengine.training.adaptation import Adaptation, AdaptationConfig, Reach, adapt_within

CONFIG = AdaptationConfig()
TOLD = 2


@pytest.fixture(scope="module")
def split(data: FitData) -> Split:
    return protocol_split(data.dataset)


@pytest.fixture(scope="module")
def asked(split: Split) -> Questions:
    return sessions_of(split)


@pytest.fixture
def reader(data: FitData, split: Split) -> HistoryReader:
    return HistoryReader(split.log, data.dataset.profiles)


def valued(split: Split, values: np.ndarray) -> Split:
    """The same events, with other values."""
    train = replace(split.train, values=values[: len(split.train.items)])
    return replace(split, log=replace(split.log, values=values), train=train)


def test_less_is_told_of_what_was_valued_low_and_never_of_anything_better(
    data: FitData,
    split: Split,
    asked: Questions,
    reader: HistoryReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[set[int], set[float]]] = []

    def listen(reach: Reach, *arguments: Any) -> Adaptation:
        told.append((set(arguments[2].tolist()), set(arguments[3].tolist())))
        return adapt_within(reach, *arguments)

    monkeypatch.setattr(sessions, "adapt_within", listen)
    found = run_less(RecencyEase.fit(data), reader, split, asked, CONFIG, told=TOLD)
    assert len(found.users) > 3
    rows = {int(user): row for row, user in enumerate(asked.users)}
    for person, user in enumerate(found.users):
        row = rows[int(user)]
        events = slice(asked.starts[row], asked.stops[row])
        items, values = split.log.items[events], split.log.values[events]
        lows, signs = told[person * 2 * TOLD + TOLD - 1]
        assert len(lows) == TOLD
        assert signs == {-1.0}
        assert all(values[items == item].max() <= 2 for item in lows)
        assert asked.targets[row] not in lows
        popular = told[person * 2 * TOLD + 2 * TOLD - 1][0]
        assert not popular & set(items.tolist())


def test_nothing_told_is_the_rankers_own_rank_in_both_arms(
    data: FitData, split: Split, asked: Questions, reader: HistoryReader
) -> None:
    found = run_less(RecencyEase.fit(data), reader, split, asked, CONFIG, told=TOLD)
    assert np.array_equal(found.low[:, 0], found.less[:, 0])
    again = run_less(RecencyEase.fit(data), reader, split, asked, CONFIG, told=TOLD)
    assert np.array_equal(found.low, again.low)
    assert np.array_equal(found.less, again.less)


@pytest.mark.parametrize("value", [np.nan, 3.0])
def test_without_values_that_differ_nobody_is_asked(
    data: FitData, split: Split, asked: Questions, reader: HistoryReader, value: float
) -> None:
    flat = valued(split, np.full(len(split.log.items), value, dtype=np.float32))
    found = run_less(RecencyEase.fit(data), reader, flat, asked, CONFIG)
    assert len(found.users) == 0


def test_an_item_that_was_ever_valued_higher_is_not_told(
    data: FitData, split: Split, asked: Questions, reader: HistoryReader
) -> None:
    values = np.full(len(split.log.items), 5, dtype=np.float32)
    values[0] = 1
    high = valued(split, values)
    assert len(run_less(RecencyEase.fit(data), reader, high, asked, CONFIG).users) == 0
