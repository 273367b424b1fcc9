import numpy as np
from transformers import AutoModel, AutoTokenizer

from tests.encoders.test_llm import encoder


def test_words_are_those_of_the_text_without_punctuation_or_markup(bert, workspace):
    (read,) = encoder(bert, workspace).words(["toy story, <b>heat</b> & 'a' doll!"])
    assert read.words == ("toy", "story", "heat", "doll")
    np.testing.assert_allclose(np.linalg.norm(read.vectors, axis=1), 1, atol=1e-5)
    assert not read.cut


def test_a_word_has_the_state_of_its_token_in_its_sentence(bert, workspace):
    tokens = AutoTokenizer.from_pretrained(bert)("casino crime", return_tensors="pt")
    tokens.pop("token_type_ids", None)
    states = AutoModel.from_pretrained(bert)(**tokens).last_hidden_state[0].detach().numpy()
    (read,) = encoder(bert, workspace).words(["casino crime"])
    expected = states / np.linalg.norm(states, axis=1, keepdims=True)
    np.testing.assert_allclose(read.vectors, expected, atol=1e-5)


def test_a_text_of_ten_thousand_words_is_cut_and_says_so(bert, workspace):
    long, short = encoder(bert, workspace, max_tokens=32).words(["toy story " * 5_000, "heat"])
    assert long.cut
    assert len(long.words) == 32
    assert (short.words, short.cut) == (("heat",), False)


def test_an_empty_text_is_read_as_unknown(bert, workspace):
    (read,) = encoder(bert, workspace).words([""])
    assert read.words == ("unknown",)
