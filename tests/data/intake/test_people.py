import pandas as pd

from recengine.data.intake.mapping import TableMapping
from recengine.data.intake.people import take_friends, take_users

ACTIVE = pd.Series(["b", "a", "b", "c"], dtype="str")


def test_without_a_table_people_are_those_who_act_in_order_of_appearance():
    users, features, problems = take_users(None, None, ACTIVE)
    assert users["user_id"].tolist() == ["b", "a", "c"]
    assert (features, problems) == ((), [])


def test_profiles_are_joined_and_missing_ones_are_unknown(raw):
    table = raw(id=["a", "b", "idle"], job=["nurse", "cook", "pilot"])
    mapping = TableMapping("people.csv", {"user_id": "id"}, ("job",))
    users, (feature,), problems = take_users(table, mapping, ACTIVE)
    assert users["user_id"].tolist() == ["b", "a", "c"]
    assert users["job"].tolist()[:2] == ["cook", "nurse"]
    assert list(feature.codes(users["job"])) == [1, 2, 0]
    assert [(p.severity, p.what, p.rows, p.count) for p in problems] == [
        ("warning", "people without a valid event", (4,), 1)
    ]


def test_people_named_twice_or_not_at_all_are_reported(raw):
    table = raw(id=["a", "a", "", "b"], job=["nurse", "cook", "cook", "cook"])
    mapping = TableMapping("people.csv", {"user_id": "id"}, ("job",))
    users, _, problems = take_users(table, mapping, ACTIVE)
    assert users.set_index("user_id")["job"]["a"] == "nurse"
    assert [(p.severity, p.rows) for p in problems] == [("error", (4,)), ("warning", (3,))]


def test_without_a_table_there_are_no_friends():
    assert take_friends(None, None, ACTIVE) == (None, [])


def test_friendships_with_strangers_and_repetitions_are_left_out(raw):
    table = raw(x=["a", "a", "a"], y=["b", "b", "stranger"])
    mapping = TableMapping("pals.csv", {"user_id": "x", "friend_id": "y"})
    friends, (problem,) = take_friends(table, mapping, ACTIVE)
    assert friends.to_numpy().tolist() == [["a", "b"]]
    assert problem.rows == (4,)
