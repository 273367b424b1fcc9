"""Words that answered each other, read by an encoder made of letters."""

import re
from dataclasses import replace

import numpy as np
import pytest

from recengine.encoders.words import TextWords
from recengine.engine import Engine
from recengine.engine.why import words
from recengine.errors import ConfigError
from recengine.types import Request


class Letters:
    """Gives each word a vector that depends on its letters alone."""

    def words(self, texts):
        return [self.read(text) for text in texts]

    @staticmethod
    def read(text: str) -> TextWords:
        words = tuple(re.findall(r"[^\W\d_]+", text))
        vectors = np.zeros((len(words), 64), dtype=np.float32)
        for row, word in enumerate(words):
            rng = np.random.default_rng(sum(map(ord, word.lower())) * 31 + len(word))
            vectors[row] = rng.normal(size=64)
            vectors[row] /= np.linalg.norm(vectors[row])
        return TextWords(words, vectors, cut=len(text) > 10_000)


@pytest.fixture(autouse=True)
def letters(monkeypatch) -> None:
    encoder = Letters()
    monkeypatch.setattr(words, "text_encoder", lambda _: encoder)


def test_equal_words_answer_each_other_and_lead_to_their_events(
    engine: Engine, longest: str, monkeypatch
) -> None:
    foreign = Letters.read("quartz vellum jigsaw").vectors
    monkeypatch.setattr(words, "_random_words", lambda *_: foreign)
    monkeypatch.setattr(words, "common_words", lambda _: frozenset())
    request = Request(user_id=longest)
    history = engine.history(longest)
    last = history["title"].tail(words.LAST_EVENTS)
    seen = {word for title in last for word in Letters.read(title).words}
    item = next(
        row.item_id
        for row in engine.recommend(Request(user_id=longest, k=40)).items.itertuples()
        if seen & set(Letters.read(row.title).words)
    )
    found = engine.why.words(request, item)
    best = found.table.iloc[0]
    assert best["weight"] == pytest.approx(1, abs=1e-5)
    event = history.set_index("step").loc[best["step"]]
    assert (event["item_id"], event["title"]) == (best["item_id"], best["title"])
    assert best["history_word"] in event["title"]
    weights = found.text.set_index("position")["weight"]
    assert weights[best["position"]] == pytest.approx(best["weight"])
    assert best["item_word"] in found.sentence


def test_the_moment_answers_as_well(engine: Engine, longest: str, monkeypatch) -> None:
    foreign = Letters.read("quartz vellum jigsaw").vectors
    monkeypatch.setattr(words, "_random_words", lambda *_: foreign)
    monkeypatch.setattr(words, "common_words", lambda _: frozenset())
    monkeypatch.setattr(words, "item_texts", lambda *_: ["Umbrella for rain"] * 60)
    state = replace(engine._state)  # with nothing kept of other tests
    request = Request(user_id=longest, context={"weather": "rain"})
    found = Engine(state).why.words(request, str(state.dataset.item_ids[0]), 100)
    moments = [one for one in found.evidence if one.kind == "context"]
    best = found.table[found.table["kind"] == "context"].iloc[0]
    assert (best["item_word"], best["history_word"]) == ("rain", "rain")
    assert (best["title"], best["step"], best["item_id"]) == ("Weather: rain", 0, "")
    assert "“rain” in the moment (Weather: rain)" in words._sentence(found.title, moments)
    unknown = Engine(state).why.words(Request(user_id=longest), found.item_id, 100)
    assert {one.kind for one in unknown.evidence} <= {"event"}


def test_reading_words_tells_how_far_it_is_and_can_be_stopped(engine: Engine, longest: str) -> None:
    item, told = str(engine.dataset.item_ids[0]), []
    why = Engine(replace(engine._state)).why
    why.words(Request(user_id=longest), item, progress=lambda *step: told.append(step))
    stages = {stage for stage, _, _ in told}
    assert len(stages) == 2  # the titles, and random ones to compare with
    for stage in stages:
        done = [(done, total) for name, done, total in told if name == stage]
        assert done[0][0] == 0
        assert done == sorted(done)
        assert done[-1][0] == done[-1][1] > 0

    def stop(*_) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        why.words(Request(user_id=longest), item, progress=stop)


def test_only_rankers_that_read_take_a_method(engine: Engine, longest: str) -> None:
    with pytest.raises(ConfigError, match="'rollout' weighs no words of this ranker"):
        engine.why.words(Request(user_id=longest), str(engine.dataset.item_ids[0]), 1, "rollout")


def test_words_of_many_titles_are_common() -> None:
    titles = (*(f"The {word}" for word in "abcdefghij"), "Alien")
    assert words.common_words(titles) == {"the"}


def test_function_words_answer_nothing_and_are_told_apart(
    engine: Engine, longest: str, monkeypatch
) -> None:
    monkeypatch.setattr(words, "_random_words", lambda *_: Letters.read("quartz vellum").vectors)
    monkeypatch.setattr(words, "common_words", lambda _: frozenset())
    monkeypatch.setattr(words, "item_texts", lambda *_: ["The umbrella and the fire"] * 60)
    titles = [words._Other("event", "The fire and a storm", 1, "i")]
    monkeypatch.setattr(words, "_titles", lambda *_: titles)
    state = replace(engine._state)
    found = Engine(state).why.words(Request(user_id=longest), str(state.dataset.item_ids[0]))
    assert [one.facts["item_word"] for one in found.evidence] == ["fire"]
    told = found.text.set_index("position")
    assert told["word"][~told["compared"]].tolist() == ["The", "and", "the"]
    assert (told["weight"][~told["compared"]] == 0).all()
    assert "fire" in found.sentence
