import numpy as np

from recengine.explanations.words.phrases import (
    PhraseIndex,
    counted_phrases,
    marginal_relevance,
    nearest_phrases,
)

TEXTS = [
    "Star Trek. A ship in space.",
    "Star Trek II: the ship of war.",
    "A star in love.",
    "Love and war, love and the sea.",
    "The sea, the ship.",
    "Love.",
]
EVEN = np.ones(2)


def test_words_that_follow_each_other_make_a_phrase_unless_something_parts_them() -> None:
    names = set(PhraseIndex.of(TEXTS).names)
    assert {"star trek", "ship", "war", "love"} <= names
    assert not names & {"trek ship", "the ship", "the", "and", "ii", "love war"}


def test_what_stands_out_is_more_frequent_than_in_the_catalogue() -> None:
    found = PhraseIndex.of(TEXTS).standing_out(np.array([0, 1]), EVEN)
    assert {"star trek", "trek", "star", "ship"} == set(found["word"])
    expected = 1 * np.log(1 / (2 / 6))  # both of two, two of six
    assert found.set_index("word").loc["star trek", "strength"] == expected
    assert found["strength"].is_monotonic_decreasing
    assert found["items"].tolist() == [2] * 4


def test_a_word_as_common_as_everywhere_and_one_of_a_single_item_are_left_out() -> None:
    index = PhraseIndex.of([*TEXTS[:2], "Star Trek again.", "A ship again."])
    words = index.standing_out(np.array([0, 1, 3]), np.ones(3))["word"].tolist()
    assert "ship" in words
    assert "star trek" not in words  # two of three here, three of four there
    assert "again" not in words  # of one of the three


def test_heavier_items_count_more_and_come_first() -> None:
    index = PhraseIndex.of(TEXTS)
    items = np.array([0, 1, 2, 3, 5])
    towards_love = index.standing_out(items, np.array([0.1, 0.1, 1, 1, 2]))
    assert towards_love["word"].iat[0] == "love"
    assert towards_love["rows"].iat[0] == [5, 2, 3]
    assert index.standing_out(items, np.array([1, 1, 0.1, 0.1, 0.1]))["word"].iat[0] != "love"


def test_an_item_chosen_twice_is_one_item_that_counts_twice() -> None:
    index = PhraseIndex.of(TEXTS)
    assert index.standing_out(np.array([3, 3]), EVEN).empty
    twice = index.standing_out(np.array([0, 0, 1]), np.ones(3)).set_index("word")
    assert twice.loc["ship", "rows"] == [0, 1]


def test_the_nearest_is_first_and_the_next_says_something_else() -> None:
    candidates = PhraseIndex.of(TEXTS).standing_out(np.array([0, 1]), EVEN)
    of_a_ship = [1, 1.2, 0]
    said = {"star trek": [3, 0, 0], "trek": [2.9, 0.2, 0], "star": [2.8, 0.3, 0.1]}
    vectors = np.array([said.get(word, of_a_ship) for word in candidates["word"]])
    found = nearest_phrases(candidates, vectors, np.array([2.0, 0.8, 0.0]), 2)
    by_nearness = nearest_phrases(candidates, vectors, np.array([2.0, 0.8, 0.0]), 4)
    assert found["word"].tolist()[1] == "ship"
    assert by_nearness["weight"].between(-1, 1).all()
    assert found["weight"].iat[0] == by_nearness["weight"].max()


def test_without_an_encoder_phrases_that_share_words_count_as_alike() -> None:
    candidates = PhraseIndex.of(TEXTS).standing_out(np.array([0, 1]), EVEN)
    found = counted_phrases(candidates, 2)
    assert candidates["word"].tolist()[:2] == ["star trek", "trek"]
    assert found["word"].tolist() == ["star trek", "ship"]
    assert found["weight"].iat[0] == 1.0
    assert counted_phrases(candidates.head(0), 3).empty


def test_diversity_trades_relevance_against_likeness() -> None:
    relevance = np.array([1.0, 0.9, 0.5])
    alike = np.array([[1.0, 0.95, 0.0], [0.95, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert marginal_relevance(relevance, alike, 2, diversity=0.0) == [0, 1]
    assert marginal_relevance(relevance, alike, 2, diversity=0.5) == [0, 2]
    assert marginal_relevance(relevance, alike, 9, diversity=0.5) == [0, 2, 1]
    assert marginal_relevance(np.zeros(0), np.zeros((0, 0)), 3) == []


def test_nothing_to_read_gives_nothing() -> None:
    for index in (PhraseIndex.of([]), PhraseIndex.of(["", "the and"]), PhraseIndex.of(TEXTS)):
        assert index.standing_out(np.zeros(0, dtype=int), np.zeros(0)).empty


def test_chinese_is_read_in_pairs_of_signs_that_make_no_longer_phrase() -> None:
    assert set(PhraseIndex.of(["银行劫案", "银行。劫案"]).names) == {"银行", "劫案"}
