"""The least change, on a scorer so simple that the answer is known."""

import pytest
import torch

from recengine.data.histories import Histories
from recengine.explanations import Question
from recengine.explanations.counterfactual import smallest_change
from recengine.explanations.whatif import Variant, apply_changes
from recengine.models.base import Ranker, never_padding

ITEMS = 20


class Sums(Ranker):
    """Each event of item i adds a given amount to item 19; all other scores are fixed."""

    name, label = "sums", "Sums"

    def __init__(self, adds: dict[int, float], moment: float = 0.0) -> None:
        self.adds, self.moment = adds, moment

    @classmethod
    def fit(cls, data):  # noqa: ARG003
        return cls({})

    def score(self, histories: Histories) -> torch.Tensor:
        scores = torch.arange(ITEMS + 1).float().repeat(len(histories), 1) / 10  # 0.1 .. 2.0
        scores[:, 19] = 0.0
        for item, amount in self.adds.items():
            scores[:, 19] += amount * (histories.items == item).sum(dim=1)
        scores[:, 19] += self.moment * histories.request[:, 0]
        return never_padding(scores)


def asked(ranker: Sums, items: list[int], moment: int = 1) -> Question:
    length = len(items)
    events = torch.zeros(1, length, dtype=torch.long)
    history = Histories(
        users=torch.tensor([0]),
        items=torch.tensor([items]),
        values=events,
        events=events,
        gaps=events,
        contexts=torch.zeros(1, length, 1, dtype=torch.long),
        request=torch.tensor([[moment]]),
        profile=torch.zeros(1, 0, dtype=torch.long),
        lengths=torch.tensor([length]),
    )
    candidates = torch.ones(ITEMS + 1, dtype=torch.bool)
    candidates[[0, *items]] = False
    return Question(ranker, history, 19, candidates)


def leave_out(question: Question) -> list[Variant]:
    return [Variant(event=place) for place in range(question.num_events)]


def test_one_strong_event_is_the_whole_answer() -> None:
    question = asked(Sums({1: 3.0, 2: 0.1}), [2, 1, 3])
    found = smallest_change(question, leave_out(question), 3, "out")
    assert found.changes == (Variant(event=1),)
    assert (found.reached, found.smallest) == (True, True)
    assert found.ranks[0] == 1
    assert found.ranks[1] > 3


def test_two_events_are_found_where_none_alone_suffices() -> None:
    # 19 stands at 2 x 1.5; the third best other scores 1.7: both must go
    question = asked(Sums({1: 2.0, 2: 2.0, 3: 0.1}), [1, 2, 3])
    found = smallest_change(question, leave_out(question), 3, "out")
    assert set(found.changes) == {Variant(event=0), Variant(event=1)}
    assert found.smallest
    assert found.reached


def test_of_a_greedy_set_nothing_can_be_left_out() -> None:
    adds = dict.fromkeys(range(1, 7), 1.0)
    question = asked(Sums(adds), [1, 2, 3, 4, 5, 6, 7])
    found = smallest_change(question, leave_out(question), 3, "out")
    assert found.reached
    assert len(found.changes) == 5  # 6 - 5 = 1.0 is the first sum below the third best, 1.7
    assert Variant(event=6) not in found.changes


def test_what_cannot_be_reached_is_said() -> None:
    question = asked(Sums({1: 0.1}), [1, 2])
    found = smallest_change(question, [Variant(event=1)], 3, "in")
    assert not found.reached
    assert not found.smallest
    assert found.ranks[-1] > 3


def test_the_moment_counts_like_an_event() -> None:
    question = asked(Sums({1: 0.1}, moment=2.0), [1, 2])
    moves = [*leave_out(question), Variant(feature=0, code=0)]
    found = smallest_change(question, moves, 1, "out")
    assert found.changes == (Variant(feature=0, code=0),)


def test_a_further_choice_brings_an_item_in_and_competes_no_more() -> None:
    question = asked(Sums({20: 1.85}), [1, 2])
    moves = [Variant(added=item) for item in (3, 20)]
    found = smallest_change(question, moves, 1, "in")
    assert found.changes == (Variant(added=20),)
    assert found.ranks[-1] == 1  # item 20 scores 2.0, but has been chosen now


def test_two_values_of_one_feature_are_never_given_at_once() -> None:
    question = asked(Sums({1: 9.0}, moment=0.0), [1, 2])
    moves = [Variant(feature=0, code=0), Variant(feature=0, code=2)]
    found = smallest_change(question, moves, 3, "out")
    assert len(found.changes) <= 1


def test_progress_knows_how_many_changes_there_are_at_most() -> None:
    for most in (1, 2, 8):
        told: list[tuple[int, int]] = []
        question = asked(Sums(dict.fromkeys(range(1, 13), 1.0)), list(range(1, 13)))
        found = smallest_change(
            question,
            leave_out(question),
            1,
            "in",
            most=most,
            progress=lambda _, done, total, told=told: told.append((done, total)),
        )
        assert len({total for _, total in told}) == 1
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert found.tried == told[-1][0] <= told[-1][1]


def test_progress_can_cancel_the_search() -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    question = asked(Sums({1: 9.0}), [1, 2])
    with pytest.raises(KeyboardInterrupt):
        smallest_change(question, leave_out(question), 3, "out", progress=stop)


def test_a_further_choice_stands_behind_the_last_event() -> None:
    question = asked(Sums({}), [4, 5])
    both = [[Variant(added=7), Variant(added=8)], [Variant(event=0), Variant(added=9)], []]
    changed = apply_changes(question.history, both)
    assert changed.items.tolist() == [[4, 5, 7, 8], [5, 9, 0, 0], [4, 5, 0, 0]]
    assert changed.lengths.tolist() == [4, 2, 2]
