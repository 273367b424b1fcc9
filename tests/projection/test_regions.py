import numpy as np
import pandas as pd
import pytest

from recengine.projection.regions import named_regions

PLACES = np.array([[-0.8, -0.8], [0.8, -0.8], [0.0, 0.8]])
SIZE = 40


@pytest.fixture
def xy() -> np.ndarray:
    noise = 0.05 * np.random.default_rng(0).normal(size=(3 * SIZE, 2))
    return (np.repeat(PLACES, SIZE, axis=0) + noise).astype(np.float32)


def items(**columns: list) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            name: np.repeat(np.array(values, dtype=object), SIZE)
            for name, values in columns.items()
            if name != "categories"
        }
    )
    if "categories" in columns:
        table["categories"] = [names for names in columns["categories"] for _ in range(SIZE)]
    return table


def test_areas_are_named_by_their_categories(xy):
    table = items(
        title=["Film", "Film", "Film"],
        categories=[["Animation", "Children's"], ["Film-Noir"], ["Drama"]],
    )
    regions = named_regions(table, xy).set_index("label")
    assert set(regions.index) == {"Animation, Children's", "Film-Noir", "Drama"}
    assert (regions["size"] == SIZE).all()
    np.testing.assert_allclose(regions.loc["Film-Noir", ["x", "y"]], PLACES[1], atol=0.05)


def test_what_all_areas_share_names_none_of_them(xy):
    table = items(title=["x"] * 3, categories=[["Drama", "War"], ["Drama", "Crime"], ["Drama"]])
    labels = set(named_regions(table, xy)["label"])
    assert labels == {"War", "Crime"}


def test_decades_tell_areas_of_one_category_apart(xy):
    table = items(
        title=["x"] * 3, categories=[["Drama"], ["Drama"], ["War"]], year=[1944, 1996, 1971]
    )
    assert set(named_regions(table, xy)["label"]) == {"Drama, 1940s", "Drama, 1990s", "War, 1970s"}


def test_words_name_areas_where_there_are_no_categories(xy):
    table = items(
        title=["Space war", "Love letters", "Old ranch"],
        description=["the empire and the space", None, "A horse. The ranch"],
    )
    labels = named_regions(table, xy)["label"]
    assert len(labels) == 3
    words = {word for label in labels for word in label.split(", ")}
    assert words <= {"Space", "War", "Empire", "Love", "Letters", "Old", "Ranch", "Horse"}


def test_no_label_occurs_twice():
    random = np.random.default_rng(1)
    xy = random.uniform(-1, 1, size=(2_000, 2)).astype(np.float32)
    names = random.choice(["Drama", "Comedy", "War"], size=(2_000, 2))
    table = pd.DataFrame({"title": "x", "categories": [sorted(set(row)) for row in names]})
    labels = named_regions(table, xy)["label"]
    assert labels.is_unique
    assert len({frozenset(label.split(", ")) for label in labels}) == len(labels)


def test_four_thousand_items_have_about_a_dozen_areas():
    random = np.random.default_rng(2)
    xy = random.uniform(-1, 1, size=(4_000, 2)).astype(np.float32)
    place = (4 * (xy + 1) / 2).astype(int).clip(0, 3)
    table = pd.DataFrame(
        {"title": "x", "categories": [[f"Row {y}", f"Column {x}"] for x, y in place]}
    )
    assert 8 <= len(named_regions(table, xy)) <= 14


def test_items_that_say_nothing_leave_areas_unnamed(xy):
    assert named_regions(items(title=[None, None, None]), xy).empty


@pytest.mark.parametrize("size", [0, 1, 7])
def test_few_items_have_no_areas(size):
    table = pd.DataFrame({"title": ["x"] * size, "categories": [["Drama"]] * size})
    regions = named_regions(table, np.zeros((size, 2), dtype=np.float32))
    assert regions.empty
    assert list(regions.columns) == ["label", "x", "y", "size"]


def test_items_at_one_place_are_one_area():
    table = pd.DataFrame({"title": ["x"] * 30, "categories": [["Drama"]] * 30})
    assert named_regions(table, np.zeros((30, 2), dtype=np.float32)).empty
