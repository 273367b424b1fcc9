import numpy as np
import pytest

from recengine.data.dataset import Dataset
from recengine.data.splits import Split
from recengine.errors import DataError
from recengine.evaluation.cold_items import PER_PERSON, cold_questions, held_out_items


def test_a_share_of_the_competing_items_is_held_out(cycle_split: Split) -> None:
    held = held_out_items(cycle_split, 0.4)
    assert held.sum() == 2
    assert (held & ~cycle_split.candidates).sum() == 0
    assert (held == held_out_items(cycle_split, 0.4)).all()


def test_too_few_items_give_one_clear_message(cycle_split: Split) -> None:
    with pytest.raises(DataError, match=r"10% of 5 items leaves 0"):
        held_out_items(cycle_split, 0.1)


def test_each_choice_of_a_new_item_comes_after_the_other_items_before_it(
    cycle_dataset: Dataset,
) -> None:
    log = cycle_dataset.log
    held = np.zeros(7, dtype=bool)
    held[[2, 5]] = True
    known, questions = cold_questions(log, held)
    assert not held[known.items].any()
    for user in range(0, 60, 7):
        events = log.items[log.span(user)].tolist()
        expected = [
            (item, [e for e in events[:place] if not held[e]])
            for place, item in enumerate(events)
            if held[item] and not all(held[e] for e in events[:place])
        ][-PER_PERSON:]
        rows = np.flatnonzero(questions.users == user)
        found = [
            (
                int(questions.targets[row]),
                known.items[questions.starts[row] : questions.stops[row]].tolist(),
            )
            for row in rows
        ]
        assert found == expected


def test_nobody_is_asked_too_often(cycle_dataset: Dataset) -> None:
    held = np.ones(7, dtype=bool)
    held[1] = False
    _, questions = cold_questions(cycle_dataset.log, held)
    assert np.bincount(questions.users).max() == PER_PERSON
