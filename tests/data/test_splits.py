from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.dataset import Dataset
from recengine.data.splits import Split, global_temporal, leave_last_out
from recengine.errors import ConfigError, DataError


def test_last_event_tests_and_the_one_before_validates(cycle_dataset: Dataset) -> None:
    split = leave_last_out(cycle_dataset)
    log = split.log
    span = log.span(int(split.test.users[0]))
    assert split.test.targets[0] == log.items[span][-1]
    assert split.validation.targets[0] == log.items[span][-2]


def test_a_question_never_sees_its_target_nor_anything_later(cycle_split: Split) -> None:
    for questions in (cycle_split.validation, cycle_split.test):
        rows = questions.stops
        assert (cycle_split.log.items[rows] == questions.targets).all()
        ends = cycle_split.log.offsets[questions.users + 1]
        assert (rows < ends).all()
        assert (questions.starts == cycle_split.log.offsets[questions.users]).all()


def test_held_out_events_are_not_learnt_from(cycle_split: Split) -> None:
    learnt = set(cycle_split.train.rows.tolist())
    held_out = np.concatenate([cycle_split.validation.stops, cycle_split.test.stops])
    assert not learnt & set(cycle_split.log.rows[held_out].tolist())
    assert len(learnt) + len(held_out) == len(cycle_split.log.items)


def test_ties_in_time_keep_file_order(cycle_dataset: Dataset) -> None:
    flat = cycle_dataset.interactions.assign(timestamp=5)
    log = replace(cycle_dataset, interactions=flat).log
    mine = flat[flat["user_id"] == "u3"]["item_id"]
    expected = 1 + cycle_dataset.item_ids.get_indexer(mine)
    assert log.items[log.span(3)].tolist() == expected.tolist()


def test_rare_items_are_dropped_under_p_a_and_kept_under_p_b(cycle_dataset: Dataset) -> None:
    rare = pd.DataFrame(
        [("u0", "i5", 1, "view", 1.0, "rain")], columns=cycle_dataset.interactions.columns
    )
    more = replace(cycle_dataset, interactions=pd.concat([cycle_dataset.interactions, rare]))
    assert not leave_last_out(more).candidates[6]
    assert leave_last_out(more, min_item_count=1).candidates[6]


def test_the_rule_about_rare_items_is_told_only_where_there_is_one(cycle_dataset: Dataset) -> None:
    usual = leave_last_out(cycle_dataset).description
    assert usual == (
        "P-A: last event of each person tests, the one before validates; items with fewer than 5 "
        "events left out; every item a candidate, those already seen filtered"
    )
    every = leave_last_out(cycle_dataset, min_item_count=1).description
    assert every == (
        "P-B: last event of each person tests, the one before validates; every item a candidate, "
        "those already seen filtered"
    )


def test_people_without_three_events_are_one_clear_message(cycle_dataset: Dataset) -> None:
    few = replace(cycle_dataset, interactions=cycle_dataset.interactions.head(2))
    with pytest.raises(DataError, match="at least 3 events"):
        leave_last_out(few)


@pytest.mark.parametrize("target", ["last", "successive"])
def test_temporal_split_learns_only_from_before_what_it_asks(
    cycle_dataset: Dataset, target: str
) -> None:
    split = global_temporal(cycle_dataset, quantile=0.8, target=target)
    newest = split.train.times.max()
    assert (split.log.times[split.validation.stops] > newest).all()
    assert split.log.times[split.test.stops].min() > split.log.times[split.validation.stops].max()
    assert len(split.test) > 0


def test_successive_targets_ask_more_than_the_last_ones(cycle_dataset: Dataset) -> None:
    last = global_temporal(cycle_dataset, quantile=0.5)
    successive = global_temporal(cycle_dataset, quantile=0.5, target="successive")
    assert len(successive.test) > len(last.test) == len(set(last.test.users))


def test_a_sample_of_questions_is_always_the_same_one_in_their_order(cycle_split: Split) -> None:
    asked = cycle_split.test
    few = asked.sample(5)
    assert len(few) == 5
    assert (np.diff(few.users) > 0).all()
    where = np.searchsorted(asked.users, few.users)
    for kept, of_all in ((few.stops, asked.stops), (few.targets, asked.targets)):
        np.testing.assert_array_equal(kept, of_all[where])
    np.testing.assert_array_equal(few.users, asked.sample(5).users)
    np.testing.assert_array_equal(asked.sample(len(asked) + 1).users, asked.users)


def test_impossible_temporal_settings_are_refused(cycle_dataset: Dataset) -> None:
    with pytest.raises(ConfigError, match=r"quantile=2.0"):
        global_temporal(cycle_dataset, quantile=2.0)
    with pytest.raises(ConfigError, match=r"'next'.*'last' or 'successive'"):
        global_temporal(cycle_dataset, target="next")
    flat = replace(cycle_dataset, interactions=cycle_dataset.interactions.assign(timestamp=5))
    with pytest.raises(DataError, match="too much alike"):
        global_temporal(flat)
