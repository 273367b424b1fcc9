"""Which words of an item's text, of the history's titles and of the moment answered each other.

The moment is read as the page names it, one text per known feature ("Weather: rain"). Nearness is
what the text encoder sees, text by text; function words ("the", "and") and words of very many
titles are near to their like in every text, so they answer nothing. The joint reader alone reads
item, history and moment in one pass, so that words attend to each other there: reading.py beside
this shows that.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from jaxtyping import Float32

from recengine.data.progress import Progress, silent
from recengine.encoders.text import TextTemplate, item_texts
from recengine.encoders.words import TextWords, WordReader
from recengine.engine.reading import text_encoder
from recengine.engine.results import Evidence
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why.answers import Words
from recengine.engine.why.methods import events_of
from recengine.engine.why.reasons import about, first_step_read
from recengine.engine.wording import feature_label, listed
from recengine.explanations.late_interaction import WordPair, answering_words
from recengine.explanations.words.function_words import FUNCTION_WORDS
from recengine.types import UNKNOWN_CODE, Request

READ_TOGETHER = 16  # texts, between two reports of progress
LAST_EVENTS = 40  # titles read; more take longer than the answer is worth
RANDOM_TITLES = 200
COMMON, FEWEST_COMMON = 0.01, 5  # a word is common in more titles than this share and number


@dataclass(frozen=True)
class _Other:
    """A text that the item's words look for answers in, as a row of the table names it."""

    kind: str
    title: str
    step: int = 0
    item_id: str = ""


def words(
    state: State, request: Request, item_id: str, limit: int, progress: Progress = silent
) -> Words:
    """Late interaction between one text and the titles of the last events and the moment."""
    item = state.dataset.item_index(item_id)
    answer = state.answer(request)
    others = [*_titles(state, answer, item), *_moment(state, answer)]
    own = item_texts(state.dataset, TextTemplate())[item - 1]
    encoder = text_encoder(state.workspace)
    read = _read(encoder, [own, *(other.title for other in others)], progress)
    random = state.once(
        ("words of random titles",), lambda: _random_words(encoder, state.titles, progress)
    )
    empty = FUNCTION_WORDS | common_words(state.titles)
    pairs = answering_words(read[0], read[1:], random, empty)
    nearest: dict[int, float] = {}
    for pair in pairs:
        nearest.setdefault(pair.place, pair.cosine)
    text = pd.DataFrame({"position": range(len(read[0].words)), "word": read[0].words})
    text["weight"] = [nearest.get(place, 0.0) for place in text["position"]]
    text["compared"] = [word.lower() not in empty for word in text["word"]]
    evidence = tuple(_answer(pair, read, others[pair.text]) for pair in pairs[:limit])
    return Words(
        **about(state, answer, item),
        evidence=evidence,
        total=None,
        method="words that answered each other",
        method_name="words",
        unit="cosine",
        text=text.assign(kind="item"),
        cut=read[0].cut,
        sentence=_sentence(state.title(item), evidence),
    )


def _answer(pair: WordPair, read: Sequence[TextWords], other: _Other) -> Evidence:
    """One word of the item and the word that it was nearest to."""
    own, answering = read[0].words[pair.place], read[1 + pair.text].words[pair.word]
    facts = {
        "title": other.title,
        "item_word": own,
        "history_word": answering,
        "position": pair.place,
    }
    label = f"{own} ← {answering}"
    return Evidence(other.kind, label, pair.cosine, other.item_id, other.step, facts=facts)


def _titles(state: State, answer: Answer, item: int) -> list[_Other]:
    """The last events, the item itself left out."""
    items = events_of(answer)
    first = first_step_read(state, answer)
    last = [place for place in range(len(items)) if items[place] != item][-LAST_EVENTS:]
    ids = state.dataset.item_ids
    return [
        _Other("event", state.title(index), first + place, str(ids[index - 1]))
        for place, index in ((place, int(items[place])) for place in last)
    ]


def _moment(state: State, answer: Answer) -> list[_Other]:
    """Every known feature of the moment."""
    pairs = zip(state.dataset.context_features, answer.history.request[0].tolist(), strict=True)
    return [
        _Other("context", feature_label(feature, feature.value(code)))
        for feature, code in pairs
        if code != UNKNOWN_CODE
    ]


def _read(
    encoder: WordReader,
    texts: Sequence[str],
    progress: Progress,
    what: str = "Reading the words of the titles",
) -> list[TextWords]:
    read: list[TextWords] = []
    progress(what, 0, len(texts))
    for start in range(0, len(texts), READ_TOGETHER):
        read += encoder.words(texts[start : start + READ_TOGETHER])
        progress(what, len(read), len(texts))
    return read


@lru_cache(maxsize=4)
def common_words(titles: tuple[str, ...]) -> frozenset[str]:
    """Words that so many titles have that they tell nothing, in lower case."""
    counts = Counter(word for title in titles for word in set(re.findall(r"\w+", title.lower())))
    most = max(FEWEST_COMMON, COMMON * len(titles))
    return frozenset(word for word, count in counts.items() if count > most)


def _random_words(
    encoder: WordReader, titles: tuple[str, ...], progress: Progress
) -> Float32[np.ndarray, "word dim"]:
    """Vectors of the words of random titles of the catalogue."""
    rng = np.random.default_rng(0)
    drawn = rng.choice(len(titles), min(RANDOM_TITLES, len(titles)), replace=False)
    texts = [titles[place] for place in drawn]
    read = _read(encoder, texts, progress, "Reading random titles to compare with")
    return np.concatenate([each.vectors for each in read])


def _sentence(title: str, pairs: Sequence[Evidence]) -> str:
    if not pairs:
        return (
            f"No word of {title} is nearer to the last titles or the moment than words of random "
            "titles are."
        )
    nearest: dict[str, Evidence] = {}
    for one in pairs:
        nearest.setdefault(one.facts["item_word"], one)
    told = [
        f"“{word}” to “{one.facts['history_word']}” in {_where(one)}"
        for word, one in list(nearest.items())[:2]
    ]
    return f"Of the words of {title}, {listed(told)} lie nearest."


def _where(pair: Evidence) -> str:
    title = str(pair.facts["title"])
    return title if pair.kind == "event" else f"the moment ({title})"
