from dataclasses import replace

import numpy as np
import pytest

from recengine.data.dataset import Dataset
from recengine.errors import DataError, UnknownNameError
from recengine.evaluation.protocols import PROTOCOLS, find_protocol, protocol_split


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_protocol_says_its_name_and_its_rules(name, cycle_dataset: Dataset):
    protocol = find_protocol(name)
    assert protocol.name == name
    assert protocol.describe().startswith(f"{name}: ")
    split = protocol.split(cycle_dataset)
    assert len(split.test) > 0
    assert len(split.validation) > 0


@pytest.mark.parametrize("name", PROTOCOLS)
def test_nothing_that_is_asked_was_learnt_from(name, cycle_dataset: Dataset):
    split = find_protocol(name).split(cycle_dataset)
    assert not set(split.log.rows[split.test.stops]) & set(split.train.rows)
    assert not set(split.log.rows[split.validation.stops]) & set(split.train.rows)
    assert (split.log.items[split.test.stops] == split.test.targets).all()


def test_successive_asks_for_every_event_after_the_cut_and_last_for_one(cycle_dataset: Dataset):
    last, successive = (
        find_protocol(f"GTS-{name}").split(cycle_dataset).test for name in ("last", "successive")
    )
    assert len(np.unique(last.users)) == len(last)
    assert set(last.users) == set(successive.users)
    assert len(successive) > len(last)


def test_rare_items_count_where_leaving_them_out_leaves_nobody(cycle_dataset: Dataset):
    few = cycle_dataset.interactions.iloc[:5]
    small = replace(cycle_dataset, interactions=few)
    assert small.log.lengths.max() >= 3
    split = protocol_split(small)
    assert split.description.startswith("P-B")
    assert "left out" not in split.description
    assert len(split.test) == 1


@pytest.mark.parametrize("name", PROTOCOLS)
def test_data_too_small_for_a_split_is_one_clear_error(name, cycle_dataset: Dataset):
    tiny = replace(cycle_dataset, interactions=cycle_dataset.interactions.iloc[:2])
    with pytest.raises(DataError, match=r"at least 3 events|leaves"):
        find_protocol(name).split(tiny)


def test_an_unknown_protocol_names_the_known_ones():
    with pytest.raises(UnknownNameError, match=r"Unknown protocol 'P-Z'\. Known: P-A, P-B, GTS-"):
        find_protocol("P-Z")
