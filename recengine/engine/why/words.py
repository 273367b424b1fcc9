"""Which words of an item's text and of the titles in the history answered each other."""

import re
from collections import Counter
from functools import lru_cache

import numpy as np
import pandas as pd
from jaxtyping import Float32

from recengine.data.workspace import Workspace
from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig
from recengine.encoders.text import TextTemplate, item_texts
from recengine.encoders.words import WordReader
from recengine.engine.state import State
from recengine.engine.why.methods import events_of
from recengine.engine.why.reasons import first_step_read
from recengine.engine.why.results import Words
from recengine.engine.wording import listed
from recengine.explanations.late_interaction import WordPair, answering_words
from recengine.types import Request

LAST_EVENTS = 40  # titles read; more take longer than the answer is worth
RANDOM_TITLES = 200
COMMON, FEWEST_COMMON = 0.01, 5  # a word is common in more titles than this share and number
COLUMNS = ["position", "item_word", "history_word", "step", "item_id", "title", "cosine"]


def words(state: State, request: Request, item_id: str, limit: int) -> Words:
    """Late interaction between one text and the titles of the last events."""
    item = state.dataset.item_index(item_id)
    answer = state.answer(request)
    items = events_of(answer)
    steps = first_step_read(state, answer) + np.arange(len(items))
    last = [place for place in range(len(items)) if items[place] != item][-LAST_EVENTS:]
    titles = [state.title(int(items[place])) for place in last]
    own = item_texts(state.dataset, TextTemplate())[item - 1]
    encoder = _encoder(state.workspace)
    read = encoder.words([own, *titles])
    random = _random_words(encoder, state.titles)
    pairs = answering_words(read[0], read[1:], random, _common_words(state.titles))
    nearest: dict[int, float] = {}
    for pair in pairs:
        nearest.setdefault(pair.place, pair.cosine)
    item_words = pd.DataFrame({"position": range(len(read[0].words)), "word": read[0].words})
    item_words["weight"] = [nearest.get(place, 0.0) for place in item_words["position"]]

    def row(pair: WordPair) -> tuple[object, ...]:
        index = int(items[last[pair.text]])
        words = read[0].words[pair.place], read[1 + pair.text].words[pair.word]
        where = int(steps[last[pair.text]]), str(state.dataset.item_ids[index - 1])
        return (pair.place, *words, *where, state.title(index), pair.cosine)

    table = pd.DataFrame([row(pair) for pair in pairs[:limit]], columns=COLUMNS)
    return Words(
        request=answer.request,
        item_id=item_id,
        title=state.title(item),
        item_words=item_words,
        pairs=table,
        cut=read[0].cut,
        sentence=_sentence(state.title(item), table),
    )


@lru_cache(maxsize=2)
def _encoder(workspace: Workspace) -> WordReader:
    """The language model that read the items; its weights are loaded at the first text."""
    return LlmEncoder(LlmEncoderConfig(), workspace)


@lru_cache(maxsize=4)
def _common_words(titles: tuple[str, ...]) -> frozenset[str]:
    """Words that so many titles have that they tell nothing, in lower case."""
    counts = Counter(word for title in titles for word in set(re.findall(r"\w+", title.lower())))
    most = max(FEWEST_COMMON, COMMON * len(titles))
    return frozenset(word for word, count in counts.items() if count > most)


@lru_cache(maxsize=4)
def _random_words(encoder: WordReader, titles: tuple[str, ...]) -> Float32[np.ndarray, "word dim"]:
    """Vectors of the words of random titles of the catalogue."""
    rng = np.random.default_rng(0)
    drawn = rng.choice(len(titles), min(RANDOM_TITLES, len(titles)), replace=False)
    read = encoder.words([titles[place] for place in drawn])
    return np.concatenate([each.vectors for each in read])


def _sentence(title: str, pairs: pd.DataFrame) -> str:
    if pairs.empty:
        return f"No word of {title} is nearer to the last titles than words of random titles are."
    told = [
        f"“{row.item_word}” to “{row.history_word}” in {row.title}"
        for row in pairs.drop_duplicates("item_word").head(2).itertuples()
    ]
    return f"Of the words of {title}, {listed(told)} lie nearest."
