from recengine.explanations.words.function_words import EMPTY_WORDS, FUNCTION_WORDS


def test_what_may_tell_of_an_item_is_no_function_word() -> None:
    assert not {"fire", "system", "bill", "mill"} & FUNCTION_WORDS
    assert {"the", "and", "of", "does", "doesn"} <= FUNCTION_WORDS
    assert FUNCTION_WORDS < EMPTY_WORDS
