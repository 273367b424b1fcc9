import numpy as np
import pytest
import torch

from recengine.data.histories import HistoryReader
from recengine.data.splits import Questions, Split
from recengine.engine.feedback.sessions import TOLD, run_sessions, sessions_of
from recengine.errors import DataError
from recengine.evaluation.protocols import protocol_split
from recengine.models.base import FitData
from recengine.models.recency_ease import RecencyEase
from recengine.training.adaptation import AdaptationConfig


@pytest.fixture(scope="module")
def split(data: FitData) -> Split:
    return protocol_split(data.dataset)


@pytest.fixture(scope="module")
def asked(split: Split) -> Questions:
    return sessions_of(split)


def test_the_held_out_choice_is_never_among_what_is_told(split: Split, asked: Questions) -> None:
    assert len(asked) > 3
    for start, stop, target in zip(asked.starts, asked.stops, asked.targets, strict=True):
        assert stop - start >= TOLD + 5
        assert target not in split.log.items[start:stop]


def test_nobody_with_enough_events_is_said(split: Split) -> None:
    with pytest.raises(DataError, match="Nobody has 1005 events before a held-out choice"):
        sessions_of(split, told=1000)


def test_ranks_before_and_with_full_knowledge_are_the_rankers_own(
    data: FitData, split: Split, asked: Questions
) -> None:
    ranker = RecencyEase.fit(data)
    reader = HistoryReader(split.log, data.dataset.profiles)
    one = asked.take(np.array([0]))
    found = run_sessions(ranker, reader, split, one, AdaptationConfig(), seed=3)
    start, stop, target = int(one.starts[0]), int(one.stops[0]), int(one.targets[0])
    drawn_away = found.competitors[0]
    for cut, rank in ((TOLD, found.own[0, 0]), (0, found.events[0])):
        history = reader.read(one.users, one.starts, one.stops - cut, max_length=200)
        scores = ranker.score(history)[0]
        scores[torch.from_numpy(split.log.items[start:stop].astype(np.int64))] = -torch.inf
        above = int((scores > scores[target]).sum())
        assert 1 <= rank <= above + 1  # the items told in the other arm do not compete either
    assert drawn_away == split.candidates.sum() - len(np.unique(split.log.items[start:stop])) - TOLD


def test_sessions_are_the_same_for_the_same_seed(
    data: FitData, split: Split, asked: Questions
) -> None:
    ranker = RecencyEase.fit(data)
    reader = HistoryReader(split.log, data.dataset.profiles)
    few = asked.take(np.arange(3))
    runs = [run_sessions(ranker, reader, split, few, AdaptationConfig(), seed=1) for _ in range(2)]
    for name in ("own", "others", "events", "competitors"):
        np.testing.assert_array_equal(getattr(runs[0], name), getattr(runs[1], name))
    assert (runs[0].own[:, 0] == runs[0].others[:, 0]).all()
