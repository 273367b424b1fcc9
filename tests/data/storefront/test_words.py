import pytest

from recengine.data.storefront.words import CATEGORY_NAMES, SHELVES


def test_there_are_at_least_eight_categories_with_names_of_their_own():
    assert len(CATEGORY_NAMES) >= 8
    assert len(set(CATEGORY_NAMES)) == len(CATEGORY_NAMES)


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.name)
def test_a_shelf_has_words_for_36_titles_per_product(shelf):
    assert len(shelf.products) == 8
    assert len(shelf.adjectives) == 6
    assert all(len(set(p.finishes or shelf.finishes)) == 6 for p in shelf.products)


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.name)
def test_second_categories_exist_and_are_others(shelf):
    for product in shelf.products:
        assert product.also == "" or product.also in set(CATEGORY_NAMES) - {shelf.name}


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.name)
def test_texts_are_sentences(shelf):
    sentences = [*(p.purpose for p in shelf.products), *shelf.adjectives.values()]
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in sentences)


def test_nouns_and_brands_are_unique():
    nouns = [product.noun for shelf in SHELVES for product in shelf.products]
    brands = [brand for shelf in SHELVES for brand in shelf.brands]
    assert len(set(nouns)) == len(nouns)
    assert len(set(brands)) == len(brands)
