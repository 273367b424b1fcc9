import numpy as np
import pytest

from recengine.data.storefront.effects import PROFILE_FEATURES
from recengine.data.storefront.people import make_people


@pytest.fixture(scope="module")
def people():
    return make_people(600, np.random.default_rng(0))


def test_profiles_hold_legal_values_only(people):
    for feature in PROFILE_FEATURES:
        assert set(people.table[feature.name]) == set(feature.values)


def test_pensioners_are_retired_and_students_are_young(people):
    old = people.table[people.table["age_band"] == "65+"]
    assert (old["occupation"] == "retired").mean() > 0.7
    students = people.table[people.table["occupation"] == "student"]
    assert students["age_band"].isin(["18-24", "25-34"]).mean() > 0.9


def test_friendship_goes_both_ways_and_never_to_oneself(people):
    pairs = set(map(tuple, people.friends.to_numpy()))
    assert len(pairs) == len(people.friends)
    assert all((friend, user) in pairs and user != friend for user, friend in pairs)
    assert {user for user, _ in pairs} == set(people.table["user_id"])


def test_friends_have_more_alike_tastes_than_strangers(people):
    centred = people.kind_tastes - people.kind_tastes.mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    position = {user: row for row, user in enumerate(people.table["user_id"])}
    left, right = (people.friends[name].map(position) for name in ("user_id", "friend_id"))
    of_friends = (unit[left] * unit[right]).sum(axis=1).mean()
    of_all = (unit @ unit.T)[~np.eye(len(unit), dtype=bool)].mean()
    assert of_friends > of_all + 0.3


def test_young_families_lean_towards_baby_things(people):
    from recengine.data.storefront.words import CATEGORY_NAMES

    baby = people.leanings[:, CATEGORY_NAMES.index("Baby")]
    young = (people.table["household"] == "young family").to_numpy()
    assert baby[young].mean() > baby[~young].mean() + 1.5
