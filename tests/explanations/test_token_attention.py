"""Words and segments of what a language model read, from given weights."""

import numpy as np
import pytest
import torch

from recengine.explanations import Question, token_attention
from recengine.explanations.token_attention import segments_read, words_read
from recengine.models.base import FitData
from recengine.models.joint_text import TokenWeights
from recengine.models.popularity import Popularity

SEEN = TokenWeights(
    words=("[CLS]", "rain", "bird", "##cage", "##s", "[SEP]", "##cut", "noir"),
    parts=("mark", "context", "history", "history", "history", "mark", "item", "item"),
    events=np.array([-1, -1, 1, 1, 1, -1, -1, -1]),
    attention=np.stack([np.zeros((2, 8)), np.full((2, 8), 0.125)]),
    rollout=np.array([0.3, 0.1, 0.1, 0.1, 0.05, 0.05, 0.1, 0.2]),
)


@pytest.fixture
def question(cycle_data: FitData, history, candidates, monkeypatch) -> Question:
    monkeypatch.setattr(token_attention, "_seen", lambda _: SEEN)
    return Question(Popularity.fit(cycle_data), history, 3, candidates)


def test_pieces_of_a_word_count_together_but_never_across_texts(question: Question) -> None:
    read = words_read(question, through=True)
    told = ["[CLS]", "rain", "birdcages", "[SEP]", "##cut", "noir"]
    assert [word.word for word in read] == told
    assert read[2].weight == pytest.approx(0.25)
    assert sum(word.weight for word in read) == pytest.approx(1)


def test_a_segment_has_the_attention_of_its_words(question: Question) -> None:
    found = segments_read(question, through=True)
    assert found.events[1] == pytest.approx(0.25)
    assert found.events.sum() == pytest.approx(0.25)
    assert found.rest == pytest.approx({"context": 0.1, "item": 0.3, "mark": 0.35})
    assert not torch.cat([found.context, found.profile]).any()


def test_the_last_layer_alone_is_the_mean_of_its_heads(question: Question) -> None:
    found = segments_read(question, through=False)
    assert found.events[1] == pytest.approx(3 * 0.125)
    assert found.total == pytest.approx(1)
