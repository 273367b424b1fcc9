"""Word by word what a language model looked at while it read history, moment and item together."""

from collections.abc import Collection

import pandas as pd

from recengine.engine.results import Evidence
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why.answers import Words
from recengine.engine.why.methods import question_of
from recengine.engine.why.reasons import REST_LABELS, about, by, first_step_read, strongest_first
from recengine.engine.why.trust import trust_of
from recengine.engine.why.words import common_words
from recengine.engine.wording import listed
from recengine.errors import ConfigError
from recengine.explanations.attention import ATTENTION, ROLLOUT
from recengine.explanations.token_attention import ReadWord, words_read
from recengine.explanations.words.function_words import FUNCTION_WORDS
from recengine.models.joint_text import HISTORY, MARK
from recengine.types import Request

NAMED = 3  # words named in the sentence


def read(state: State, request: Request, item_id: str, method: str) -> Words:
    """Every word with its share of the attention, by a method of looking.

    Raises:
        ConfigError: the method weighs something else.
    """
    ways = {way.name: way for way in (ROLLOUT, ATTENTION)}
    if (method or ROLLOUT.name) not in ways:
        raise ConfigError(
            f"The method {method!r} weighs no words. Choose one of {', '.join(ways)}."
        )
    way = ways[method or ROLLOUT.name]
    answer = state.answer(request)
    question = question_of(state, answer, item_id)
    words = words_read(question, through=way is ROLLOUT)
    evidence = strongest_first(
        _piece(state, answer, word, place) for place, word in enumerate(words)
    )
    text = pd.DataFrame(
        [(place, word.word, word.weight, _kind(word)) for place, word in enumerate(words)],
        columns=["position", "word", "weight", "kind"],
    )
    return Words(
        **about(state, answer, question.item),
        **by(way),
        evidence=evidence,
        total=None,
        text=text.assign(compared=True),
        cut=False,
        trust=trust_of(state, answer.request.ranker, way),
        sentence=_sentence(
            state.title(question.item), evidence, FUNCTION_WORDS | common_words(state.titles)
        ),
    )


def _piece(state: State, answer: Answer, word: ReadWord, place: int) -> Evidence:
    if word.event < 0:
        facts = {"title": REST_LABELS[word.part], "position": place}
        return Evidence(_kind(word), word.word, word.weight, facts=facts)
    index = int(answer.history.items[0, word.event])
    return Evidence(
        _kind(word), word.word, word.weight, str(state.dataset.item_ids[index - 1]),
        first_step_read(state, answer) + word.event,
        facts={"title": state.title(index), "position": place},
    )  # fmt: skip


def _kind(word: ReadWord) -> str:
    return "event" if word.part == HISTORY else word.part


def _sentence(title: str, evidence: tuple[Evidence, ...], empty: Collection[str]) -> str:
    words = [
        f"“{one.label}”"
        for one in evidence
        if one.kind != MARK and one.label.isalnum() and one.label.lower() not in empty
    ]
    if not words:
        return f"Reading {title}, it looked at no word that tells anything of an item."
    named = listed(list(dict.fromkeys(words))[:NAMED])
    return f"Reading {title}, it looked most at the words {named}: where it looked, not why."
