import numpy as np

from recengine.encoders.words import TextWords
from recengine.explanations.late_interaction import answering_words


def text(**vectors: list[float]) -> TextWords:
    rows = np.array(list(vectors.values()), dtype=np.float32)
    return TextWords(tuple(vectors), rows / np.linalg.norm(rows, axis=1, keepdims=True), cut=False)


NOTHING_ALIKE = np.array([[0.0, 0.0, 1.0]] * 50, dtype=np.float32)


def test_each_word_finds_the_nearest_word_of_each_text_best_first() -> None:
    item = text(horror=[1, 0, 0], house=[0, 1, 0])
    history = [
        text(ghost=[0.9, 0.1, 0], the=[0.1, 0, 1]),
        text(home=[0.1, 1, 0], ship=[0.5, 0.5, 0.1]),
    ]
    pairs = answering_words(item, history, NOTHING_ALIKE)
    found = [(item.words[p.place], history[p.text].words[p.word]) for p in pairs]
    assert found[:2] == [("house", "home"), ("horror", "ghost")]
    assert pairs[0].cosine > pairs[1].cosine > pairs[2].cosine


def test_what_random_words_reach_as_well_does_not_count() -> None:
    item = text(horror=[1, 0, 0])
    random = np.array([[0.95, 0.31, 0.0]] * 50, dtype=np.float32)
    assert answering_words(item, [text(ghost=[0.9, 0.436, 0])], random) == []
    assert answering_words(item, [text(ghost=[1, 0, 0])], random) != []


def test_common_words_and_empty_texts_answer_nothing() -> None:
    item = text(The=[1, 0, 0])
    empty = TextWords((), np.zeros((0, 3), dtype=np.float32), cut=False)
    assert answering_words(item, [text(the=[1, 0, 0])], NOTHING_ALIKE, {"the"}) == []
    assert answering_words(item, [empty], NOTHING_ALIKE) == []
    assert answering_words(empty, [item], NOTHING_ALIKE) == []
