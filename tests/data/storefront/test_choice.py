import numpy as np
import pytest

from recengine.data.storefront import choice
from recengine.data.storefront.catalogue import KINDS, category_shares_of_kinds, make_catalogue
from recengine.data.storefront.choice import Preferences, draw_choices, draw_depths
from recengine.data.storefront.people import make_people
from recengine.data.storefront.words import CATEGORY_NAMES

NUM_USERS, NUM_ITEMS = 60, 96


@pytest.fixture
def preferences():
    rng = np.random.default_rng(0)
    return Preferences(make_catalogue(NUM_ITEMS, rng), make_people(NUM_USERS, rng))


def draw(preferences, counts, interests):
    return draw_choices(preferences, counts, interests, np.random.default_rng(0))


def test_nobody_chooses_an_item_twice(preferences):
    counts = np.full(NUM_USERS, NUM_ITEMS)
    items = draw(preferences, counts, np.zeros((counts.sum(), len(CATEGORY_NAMES))))
    assert (np.sort(items.reshape(NUM_USERS, -1), axis=1) == np.arange(NUM_ITEMS)).all()


def test_first_choices_follow_the_probabilities_of_the_softmax():
    rng = np.random.default_rng(0)
    people = make_people(10, rng)
    catalogue = make_catalogue(NUM_ITEMS, rng)
    same = np.zeros(20_000, dtype=int)  # one person, asked 20,000 times
    copies = type(people)(
        table=people.table,
        friends=people.friends,
        leanings=people.leanings[same],
        kind_tastes=people.kind_tastes[same],
        brand_tastes=people.brand_tastes[same],
        price_tastes=people.price_tastes[same],
    )
    interests = np.tile(rng.normal(size=len(CATEGORY_NAMES)), (len(same), 1))
    items = draw(Preferences(catalogue, copies), np.ones(len(same), dtype=np.int64), interests)
    shares = category_shares_of_kinds()[catalogue.kinds]
    logits = (
        catalogue.appeal
        + people.brand_tastes[0][catalogue.brands]
        + people.price_tastes[0] * catalogue.price_levels
        + people.kind_tastes[0][catalogue.kinds]
        + shares @ interests[0]
    )
    expected = np.exp(logits) / np.exp(logits).sum()
    observed = np.bincount(items, minlength=NUM_ITEMS) / len(same)
    assert np.abs(observed - expected).max() < 0.012


def test_the_result_does_not_depend_on_how_many_people_are_drawn_at_once(preferences, monkeypatch):
    counts = np.arange(NUM_USERS, dtype=np.int64) % 7 + 1
    interests = np.random.default_rng(1).normal(size=(counts.sum(), len(CATEGORY_NAMES)))
    at_once = draw(preferences, counts, interests)
    monkeypatch.setattr(choice, "_BLOCK_CELLS", 7 * NUM_ITEMS)
    assert (draw(preferences, counts, interests) == at_once).all()


def test_a_strong_interest_decides_the_category(preferences):
    counts = np.full(NUM_USERS, 2)
    interests = np.zeros((counts.sum(), len(CATEGORY_NAMES)))
    interests[:, CATEGORY_NAMES.index("Garden")] = 30.0
    chosen = preferences.catalogue.kinds[draw(preferences, counts, interests)]
    assert {KINDS[kind][0].name for kind in chosen} == {"Garden"}


def test_a_better_match_goes_deeper():
    match = np.repeat([-2.0, 2.0], 2_000)
    pages = np.full(len(match), "home", dtype=object)
    devices = np.full(len(match), "phone", dtype=object)
    depths = draw_depths(match, pages, devices, np.random.default_rng(0))
    assert set(depths) == {0, 1, 2, 3}
    assert (depths[2_000:] == 3).mean() > 3 * (depths[:2_000] == 3).mean()
