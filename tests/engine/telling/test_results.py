from recengine.engine.telling.results import Told


def told(language: str, *sentences: str) -> Told:
    return Told("heat", language, "", sentences)


def test_a_text_is_split_between_sentences() -> None:
    assert told("en", "One.", "Two.", "Three.").split(8) == ("One. Two.", "Three.")
    assert told("zh", "一。", "二。", "三。").split(4) == ("一。二。", "三。")


def test_the_first_sentence_is_never_cut() -> None:
    assert told("en", "A long one.", "Two.").split(3) == ("A long one.", "Two.")
    assert told("en", "Alone.").split(3) == ("Alone.", "")
