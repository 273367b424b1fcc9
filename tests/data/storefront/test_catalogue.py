import numpy as np
import pytest

from recengine.data.storefront.catalogue import (
    KINDS,
    category_shares_of_kinds,
    make_catalogue,
)


@pytest.mark.parametrize("num_items", [48, 1_500, 4_000])
def test_titles_are_unique_whatever_the_size(num_items):
    table = make_catalogue(num_items, np.random.default_rng(0)).table
    assert len(table) == num_items
    assert table["title"].is_unique
    assert table["item_id"].is_unique


def test_titles_descriptions_and_categories_belong_together():
    table = make_catalogue(300, np.random.default_rng(0)).table
    umbrellas = table[table["title"].str.contains("storm umbrella")]
    assert len(umbrellas) > 0
    assert umbrellas["description"].str.startswith("An umbrella for days").all()
    assert all(categories == ["Rain gear"] for categories in umbrellas["categories"])


def test_shelves_are_stocked_about_equally():
    kinds = make_catalogue(960, np.random.default_rng(0)).kinds
    assert (np.bincount(kinds, minlength=len(KINDS)) == 10).all()


def test_prices_are_around_what_such_a_thing_costs():
    catalogue = make_catalogue(1_500, np.random.default_rng(0))
    typical = np.array([product.price for _, product in KINDS])[catalogue.kinds]
    assert (catalogue.table["price"] > 0).all()
    assert 0.9 < np.median(catalogue.table["price"] / typical) < 1.1
    dear = catalogue.price_levels > 1
    assert (catalogue.table["price"] > typical)[dear].all()


def test_category_shares_sum_to_one():
    assert np.allclose(category_shares_of_kinds().sum(axis=1), 1)
