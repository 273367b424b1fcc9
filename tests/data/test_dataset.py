from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.dataset import Dataset
from recengine.data.features import Feature
from recengine.errors import UnknownNameError

WEATHER = Feature("weather", "Weather", ("rain", "sunny"))


@pytest.fixture
def dataset():
    return Dataset(
        name="toy",
        title="Toy",
        interactions=pd.DataFrame(
            {
                "user_id": ["b", "a", "b", "b", "a"],
                "item_id": ["x", "y", "y", "z", "x"],
                "timestamp": np.array([30, 20, 10, 30, 5]),
                "event": ["click", "view", "click", "click", "view"],
                "value": np.array([1, 2, np.nan, 5, 2], dtype=np.float32),
                "weather": ["rain", "sunny", None, "rain", "hail"],
            }
        ),
        items=pd.DataFrame(
            {
                "item_id": ["x", "y", "z"],
                "title": ["X", "Y", "Z"],
                "categories": [["red"], ["red", "blue"], []],
            }
        ),
        users=pd.DataFrame({"user_id": ["a", "b", "idle"], "job": ["cook", "nurse", None]}),
        context_features=(WEATHER,),
        profile_features=(Feature("job", "Job", ("cook", "nurse")),),
    )


def test_the_log_goes_by_user_then_time_and_ties_keep_the_order_of_the_file(dataset):
    log = dataset.log
    assert log.offsets.tolist() == [0, 2, 5, 5]
    assert log.items.tolist() == [1, 2, 2, 1, 3]
    assert log.times.tolist() == [5, 20, 10, 30, 30]
    assert log.rows.tolist() == [4, 1, 2, 0, 3]
    assert log.users.tolist() == [0, 0, 1, 1, 1]
    assert log.lengths.tolist() == [2, 3, 0]


def test_values_events_and_contexts_become_codes(dataset):
    log = dataset.log
    assert dataset.event_kinds == ("click", "view")
    assert log.events.tolist() == [1, 1, 0, 0, 0]
    assert log.value_codes.tolist() == [2, 2, 0, 1, 3]
    assert dataset.num_value_codes == 4
    assert log.contexts[:, 0].tolist() == [0, 2, 0, 1, 1]
    assert dataset.context_of(1) == {"weather": "sunny"}
    assert dataset.context_of(0) == {}


def test_many_different_values_share_eight_codes(dataset):
    values = np.arange(5, dtype=np.float32)
    table = pd.concat([dataset.interactions.assign(value=values + 5 * n) for n in range(4)])
    many = replace(dataset, interactions=table)
    assert set(many.log.value_codes) == set(range(1, 9))
    assert many.num_value_codes == 9


def test_profiles_are_codes_and_none_are_no_columns(dataset):
    assert dataset.profiles.tolist() == [[1], [2], [0]]
    assert replace(dataset, profile_features=()).profiles.shape == (3, 0)
    assert replace(dataset, context_features=()).log.contexts.shape == (5, 0)


def test_items_split_among_their_categories(dataset):
    assert dataset.categories == ("red", "blue")
    assert dataset.category_shares.tolist() == [[1, 0], [0.5, 0.5], [0, 0]]


def test_a_kept_part_of_the_log_keeps_its_users(dataset):
    part = dataset.log.keep(dataset.log.times > 10)
    assert part.offsets.tolist() == [0, 1, 3, 3]
    assert part.num_users == 3
    assert part.items[part.span(1)].tolist() == [1, 3]


def test_the_log_cannot_be_changed(dataset):
    with pytest.raises(ValueError, match="read-only"):
        dataset.log.items[0] = 7


def test_ids_and_indices_belong_together(dataset):
    assert dataset.item_index("x") == 1
    assert dataset.user_index("idle") == 2
    assert (dataset.num_items, dataset.num_users) == (3, 3)
    with pytest.raises(UnknownNameError, match=r"item 'w'\. Known: x, y, z"):
        dataset.item_index("w")
    with pytest.raises(UnknownNameError, match="user 'c'"):
        dataset.user_index("c")


def test_equal_data_have_equal_fingerprints_and_any_change_shows(dataset):
    assert replace(dataset, title="Other words").fingerprint == dataset.fingerprint
    items = dataset.items.assign(categories=[["red"], ["red"], []])
    assert replace(dataset, items=items).fingerprint != dataset.fingerprint
    swapped = dataset.interactions.iloc[[1, 0, 2, 3, 4]]
    assert replace(dataset, interactions=swapped).fingerprint != dataset.fingerprint
