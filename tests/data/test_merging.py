"""Several platforms, one timeline: who is who, what is the same, and where each event came from."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.dataset import Dataset
from recengine.data.merging import merge
from recengine.data.tables import load_tables
from recengine.errors import ConfigError, DataError, UnknownNameError

T = 1_700_000_000


def platform(name: str, rows: list[tuple], titles: dict[str, str], **more) -> Dataset:
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    events = events.assign(event="view", value=np.float32(1))
    items = pd.DataFrame({"item_id": list(titles), "title": list(titles.values())})
    items["categories"] = [["Drama"] if n % 2 else ["Horror"] for n in range(len(items))]
    users = pd.DataFrame({"user_id": sorted({row[0] for row in rows})})
    return Dataset(
        name=name, title=name.title(), interactions=events, items=items, users=users, **more
    )


@pytest.fixture
def films() -> Dataset:
    rows = [("ann", "1", T), ("bob", "2", T + 50), ("ann", "2", T + 900)]
    return platform("films", rows, {"1": "Alien", "2": "Heat"}, timezone="Europe/Berlin")


@pytest.fixture
def games() -> Dataset:
    rows = [("ann", "1", T + 100), ("zoe", "9", T + 60)]
    return platform("games", rows, {"1": "Zork", "9": "alien"}, timezone="America/New_York")


def test_events_of_one_person_are_in_order_of_time_with_their_source(tmp_path, films, games):
    merged = merge({"films": films, "games": games}, tmp_path / "both")
    dataset = load_tables(tmp_path / "both").dataset
    ann = dataset.log.span(dataset.user_index("ann"))
    assert dataset.log.times[ann].tolist() == [T, T + 100, T + 900]
    place = [f.name for f in dataset.context_features].index("source")
    feature = dataset.context_features[place]
    sources = [feature.value(int(code)) for code in dataset.log.contexts[ann, place]]
    assert sources == ["films", "games", "films"]
    assert (merged.events, merged.people, merged.shared_people) == (5, 3, 1)


def test_items_are_joined_by_title_and_otherwise_kept_apart(tmp_path, films, games):
    merged = merge({"films": films, "games": games}, tmp_path / "both")
    dataset = load_tables(tmp_path / "both").dataset
    assert merged.shared_items == 1
    assert sorted(dataset.items["title"]) == ["Alien", "Heat", "Zork"]
    assert set(dataset.categories) == {"Drama", "Horror"}


@pytest.mark.parametrize(("join", "items"), [("id", 3), ("none", 4), ("title", 3)])
def test_how_items_are_joined_can_be_chosen(tmp_path, films, games, join, items):
    assert merge({"a": films, "b": games}, tmp_path / "x", join=join).items == items


def test_the_same_title_of_different_years_is_another_item(tmp_path, films, games):
    old = replace(films, items=films.items.assign(year=pd.array([1979, 1995], dtype="Int64")))
    new = replace(games, items=games.items.assign(year=pd.array([1980, 2021], dtype="Int64")))
    assert merge({"a": old, "b": new}, tmp_path / "x").shared_items == 0


def test_a_table_says_who_is_who(tmp_path, films, games):
    people = pd.DataFrame(
        {"source": ["films", "games"], "user_id": ["bob", "zoe"], "person": ["beatrice"] * 2}
    )
    merged = merge({"films": films, "games": games}, tmp_path / "both", people=people)
    dataset = load_tables(tmp_path / "both").dataset
    span = dataset.log.span(dataset.user_index("beatrice"))
    assert dataset.log.times[span].tolist() == [T + 50, T + 60]
    assert merged.shared_people == 2
    assert "bob" not in dataset.user_ids


def test_mixed_time_zones_are_one_line_of_time_and_said(tmp_path, films, games):
    merged = merge({"films": films, "games": games}, tmp_path / "both")
    assert load_tables(tmp_path / "both").dataset.timezone == "Europe/Berlin"
    assert "clock of Europe/Berlin" in merged.sentence
    assert merged.timezones == ("Europe/Berlin", "America/New_York")


def test_context_and_profile_of_one_source_is_unknown_in_the_other(tmp_path, films, games):
    rainy = replace(films, interactions=films.interactions.assign(weather=["rain", "sun", "rain"]))
    aged = replace(games, users=games.users.assign(age=["young", "old"]))
    merge({"films": rainy, "games": aged}, tmp_path / "both")
    dataset = load_tables(tmp_path / "both").dataset
    names = [f.name for f in dataset.context_features]
    ann = dataset.log.span(dataset.user_index("ann"))
    weather = dataset.log.contexts[ann, names.index("weather")]
    assert (weather > 0).tolist() == [True, False, True]
    assert [f.name for f in dataset.profile_features] == ["age"]


def test_mistakes_say_what_was_expected(tmp_path, films, games):
    both = {"films": films, "games": games}
    with pytest.raises(ConfigError, match="two datasets"):
        merge({"films": films}, tmp_path / "x")
    with pytest.raises(UnknownNameError, match="title"):
        merge(both, tmp_path / "x", join="smell")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("mine")
    with pytest.raises(ConfigError, match="not empty"):
        merge(both, tmp_path / "full")
    with pytest.raises(DataError, match="Expected source, user_id, person"):
        merge(both, tmp_path / "x", people=pd.DataFrame({"who": []}))
    wrong = pd.DataFrame({"source": ["books"], "user_id": ["a"], "person": ["b"]})
    with pytest.raises(UnknownNameError, match="films"):
        merge(both, tmp_path / "x", people=wrong)
    twice = pd.DataFrame({"source": ["films"] * 2, "user_id": ["a"] * 2, "person": ["b", "c"]})
    with pytest.raises(DataError, match="twice"):
        merge(both, tmp_path / "x", people=twice)
