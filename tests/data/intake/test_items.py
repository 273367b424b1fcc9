import numpy as np
import pandas as pd

from recengine.data.intake.items import take_items
from recengine.data.intake.mapping import TableMapping


def take(table, used, *, further=(), separator="", **roles):
    mapping = TableMapping("goods.csv", {"item_id": "id", **roles}, further, separator)
    return take_items(table, mapping, pd.Series(used, dtype="str"))


def test_without_a_table_items_go_by_their_ids():
    items, problems = take_items(None, None, pd.Series(["b", "a", "b", "=x()"], dtype="str"))
    assert items["item_id"].tolist() == ["b", "a", "=x()"]
    assert items["title"].tolist() == ["b", "a", "'=x()"]
    assert items["categories"].tolist() == [[], [], []]
    assert problems == []


def test_all_listed_items_are_in_the_catalogue_used_or_not(raw):
    table = raw(id=["1", "2"], name=["Umbrella", "Boots"], kind=["rain|wind", "rain"])
    items, problems = take(table, ["1"], title="name", categories="kind")
    assert items["title"].tolist() == ["Umbrella", "Boots"]
    assert items["categories"].tolist() == [["rain", "wind"], ["rain"]]
    assert problems == []


def test_texts_are_cleaned_and_every_kind_of_trouble_is_reported(raw):
    table = raw(
        id=["1", "2", "3", "3", "", "6"],
        name=["<b>A</b>", "=1+1", "", "again", "x", "y" * 400],
        text=["z" * 20_000, "<p>fine</p>", "", "", "", ""],
    )
    items, problems = take(table, ["1", "2", "3", "6"], title="name", description="text")
    assert items["item_id"].tolist() == ["1", "2", "3", "6"]
    assert items["title"].tolist()[:3] == ["A", "'=1+1", "3"]
    assert items["title"].str.len().max() == 300
    assert items["description"].str.len().tolist() == [10_000, 4, 0, 0]
    assert [(p.severity, p.column, p.rows) for p in problems] == [
        ("error", "id", (6,)),
        ("warning", "id", (5,)),
        ("warning", "name", (4,)),
        ("warning", "name", (7,)),
        ("warning", "name", (2,)),
        ("warning", "name", (3,)),
        ("warning", "text", (2,)),
        ("warning", "text", (3,)),
    ]


def test_items_of_events_that_are_not_listed_are_added(raw):
    table = raw(id=["1"], name=["Umbrella"], text=["Big"], year=["1999"])
    items, problems = take(table, ["1", "9", "9"], title="name", description="text", year="year")
    assert items["title"].tolist() == ["Umbrella", "9"]
    assert items["description"].tolist() == ["Big", ""]
    assert items["categories"].tolist() == [[], []]
    assert items["year"].isna().tolist() == [False, True]
    assert "1 of the items in events are not listed, such as '9'" in problems[0].what


def test_films_with_their_year_in_the_title_are_taken_apart(raw):
    table = raw(id=["1", "2"], name=["Innocents, The (1961)", "Heat (1995)"])
    items, _ = take(table, ["1"], title="name")
    assert items["title"].tolist() == ["The Innocents", "Heat"]
    assert items["year"].tolist() == [1961, 1995]


def test_a_column_of_years_wins_over_the_title(raw):
    table = raw(id=["1"], name=["Heat (1995)"], released=["1996-03-31"])
    items, _ = take(table, ["1"], title="name", year="released")
    assert (items["title"][0], items["year"][0]) == ("Heat", 1996)


def test_years_that_are_none_are_reported(raw):
    table = raw(id=["1", "2", "3", "4"], name=list("abcd"), year=["1999.0", "soon", "", "19991"])
    items, problems = take(table, ["1"], title="name", year="year")
    assert items["year"].isna().tolist() == [False, True, True, True]
    assert [(problem.column, problem.rows) for problem in problems] == [("year", (3, 5))]


def test_ids_match_without_the_zeros_in_front_of_them(raw):
    table = raw(id=["0004972", "0005078"], name=["A", "B"])
    items, problems = take(table, ["4972", "5078", "77"], title="name")
    assert items["item_id"].tolist() == ["4972", "5078", "77"]
    assert "zeros in front" in problems[0].what


def test_ids_that_become_alike_without_zeros_are_left_as_they_are(raw):
    table = raw(id=["01", "001"], name=["A", "B"])
    items, _ = take(table, ["1"], title="name")
    assert items["item_id"].tolist() == ["01", "001", "1"]


def test_further_columns_are_kept_as_numbers_or_clean_text(raw):
    table = raw(id=["1"], name=["A"], price=[3.5], who=["<i>Ann</i>"], cast=[["x", "y"]])
    items, _ = take(table, ["1"], title="name", further=("price", "who", "cast", "name"))
    assert items["price"].dtype == np.float64
    assert items.loc[0, ["who", "cast", "name"]].tolist() == ["Ann", "x, y", "A"]


def test_a_further_column_never_takes_the_place_of_a_known_one(raw):
    table = raw(id=["1"], name=["A"], title=["other"])
    items, _ = take(table, ["1"], title="name", further=("title",))
    assert items["title"].tolist() == ["A"]


def test_a_separator_of_ones_own_is_used(raw):
    table = raw(id=["1"], name=["A"], kind=["Mystery/Travel, slow"])
    items, _ = take(table, ["1"], title="name", categories="kind", separator="/")
    assert items["categories"].tolist() == [["Mystery", "Travel, slow"]]
