import numpy as np

from recengine.explanations.words.keywords import WordIndex, words_of

TEXTS = [
    "Heist. A thief and a bank.",
    "A bank robbed by a thief in Paris.",
    "Love in Paris.",
    "Love and a dog.",
    "A dog, a bank.",
]


def test_words_that_the_items_share_and_the_catalogue_has_seldom_come_first() -> None:
    found = WordIndex.of(TEXTS).keywords([0, 1], np.ones(2), 5)
    assert found["word"].tolist()[:2] == ["thief", "bank"]
    assert found["weight"].iat[0] == 1.0
    assert found["items"].tolist()[:2] == [2, 2]
    assert sorted(found["rows"].iat[0]) == [0, 1]


def test_a_word_of_a_single_item_is_no_interest() -> None:
    found = WordIndex.of(TEXTS).keywords([0, 1], np.ones(2), 9)
    assert "heist" not in found["word"].tolist()
    assert "paris" not in found["word"].tolist()


def test_items_count_by_their_share() -> None:
    index = WordIndex.of([*TEXTS, "A thief in love.", "Love is a dog."])
    near = index.keywords([0, 1, 2, 6], np.array([1.0, 1.0, 0.01, 0.01]), 2)
    far = index.keywords([0, 1, 2, 6], np.array([0.01, 0.01, 1.0, 1.0]), 1)
    assert set(near["word"]) == {"bank", "thief"}
    assert far["word"].tolist() == ["love"]


def test_the_words_of_an_item_are_the_rarest_first() -> None:
    assert WordIndex.of(TEXTS).of_item(1) == ["paris", "thief", "bank"]


def test_no_text_no_items_and_no_weight_give_no_words() -> None:
    assert WordIndex.of(["", "", "a"]).keywords([0], np.ones(1), 3).empty
    index = WordIndex.of(TEXTS)
    assert index.keywords([], np.ones(0), 3).empty
    assert index.keywords([0, 1], np.zeros(2), 3).empty


def test_chinese_is_read_in_pairs_of_signs() -> None:
    assert words_of("银行劫案 bank") == ["bank", "银行", "行劫", "劫案"]


def test_a_text_of_any_length_costs_the_same() -> None:
    assert len(words_of("word " * 100_000)) == 800


def test_compounds_stay_whole_and_numerals_are_no_words() -> None:
    assert words_of("Sci-Fi. Children's Star Trek III, by") == [
        "sci-fi",
        "children",
        "star",
        "trek",
    ]
