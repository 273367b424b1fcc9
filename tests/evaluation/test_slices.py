import numpy as np
import pytest

from recengine.data.splits import Split
from recengine.evaluation.slices import ENOUGH, slices_of
from recengine.models.base import FitData


@pytest.fixture(scope="module")
def slices(cycle_data: FitData, cycle_split: Split):
    return slices_of(cycle_data, cycle_split)


def _values(slices, name):
    return {each.value: each for each in slices if each.name == name}


def test_groups_of_history_length_share_out_everybody(slices, cycle_split):
    groups = _values(slices, "History")
    rows = np.concatenate([each.rows for each in groups.values()])
    assert sorted(rows) == list(range(len(cycle_split.test)))
    lengths = cycle_split.test.stops - cycle_split.test.starts
    longest = [lengths[each.rows].max() for each in groups.values()]
    assert longest == sorted(longest)


def test_profile_groups_hold_the_people_with_that_value(slices, cycle_dataset, cycle_split):
    french = _values(slices, "Country")["France"]
    users = cycle_split.test.users[french.rows]
    assert set(cycle_dataset.users["country"].iloc[users]) == {"France"}
    assert french.people == len(users) == 30


def test_moment_groups_hold_the_questions_of_that_moment(slices, cycle_dataset, cycle_split):
    rainy = _values(slices, "Weather")["rain"]
    events = cycle_split.log.rows[cycle_split.test.stops[rainy.rows]]
    assert set(cycle_dataset.interactions["weather"].iloc[events]) == {"rain"}


def test_a_choice_with_two_categories_is_in_both_groups(slices, cycle_dataset, cycle_split):
    groups = _values(slices, "Category")
    cedar = np.flatnonzero(cycle_split.test.targets == cycle_dataset.item_index("i2"))
    assert set(cedar) <= set(groups["tree"].rows)
    assert set(cedar) <= set(groups["flower"].rows)


def test_each_popularity_group_holds_items_more_popular_than_the_next(
    slices, cycle_data, cycle_split
):
    counts = cycle_data.item_counts.numpy()[cycle_split.test.targets]
    groups = [counts[each.rows] for each in _values(slices, "Popularity").values()]
    assert len(groups) == 3
    assert groups[0].min() >= groups[1].max()
    assert groups[1].min() >= groups[2].max()


def test_people_with_short_histories_are_cold(slices):
    cold = _values(slices, "People")["cold (learnt from under 10 events)"]
    assert cold.people == 60


def test_small_groups_say_that_they_are_too_small(slices):
    assert {each.enough for each in slices} == {True, False}
    for each in slices:
        assert each.enough == (each.people >= ENOUGH)
        assert len(each.rows) > 0


def test_the_interval_is_that_of_the_groups_own_questions(slices, cycle_split):
    french = _values(slices, "Country")["France"]
    values = np.where(np.isin(np.arange(60), french.rows), 1.0, 0.0)
    interval = french.interval(values, cycle_split.test.users)
    assert (interval.low, interval.mean, interval.high) == (1, 1, 1)


def test_item_age_is_in_years_where_years_are_known_and_in_days_elsewhere(
    slices, cycle_data, cycle_split
):
    from dataclasses import replace

    assert all(value.endswith("days") for value in _values(slices, "Item age"))
    items = cycle_data.dataset.items.assign(year=[1990, 2000, 2010, 2020, 2030, None])
    dated = replace(cycle_data, dataset=replace(cycle_data.dataset, items=items))
    groups = _values(slices_of(dated, cycle_split), "Item age")
    assert all(value.endswith("years") for value in groups)
    oldest = list(groups.values())[-1]
    assert 1 in cycle_split.test.targets[oldest.rows]
    assert 5 not in cycle_split.test.targets[oldest.rows]
