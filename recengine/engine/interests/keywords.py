"""The words of what a person chose near some moment: those of the events before it, and after it.

The interest then is the mean text vector of the events, the nearer to the moment the heavier; its
words are found among those that the texts of these events hold more often than the catalogue. What
a ranker makes of it is another question: `engine.telling.keywords` tells the words of that.

Axes: event, _ = on one side of the moment, nearest first.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from recengine.data.progress import Progress, silent
from recengine.encoders.text import TextTemplate, item_texts
from recengine.encoders.vectors import encode_items, text_vectors
from recengine.engine.interests.results import InterestKeywords
from recengine.engine.reading import text_encoder
from recengine.engine.state import State
from recengine.errors import ConfigError, DataError, DownloadError, StorageError
from recengine.explanations.words import language
from recengine.explanations.words.phrases import PhraseIndex, counted_phrases, nearest_phrases
from recengine.types import Request

MOST_EVENTS = 50  # read on each side of the moment
HALF_LIFE = 10  # events after which one counts half
EXAMPLES = 3  # titles beside each word
TOLD = 3  # words of each side in the sentence
COLUMNS = ["word", "weight", "items", "examples"]
NEAREST = (
    "Of the words that the texts of these events hold more often than the catalogue, those that "
    "{name} sees nearest to the mean of the texts, each saying something new; the nearer an event "
    "is to the moment, the more it counts."
)
COUNTED = (
    "Counted: the words that the texts of these events hold more often than the catalogue, the "
    "nearer an event the more it counts. The text encoder is not at hand ({reason})."
)


def keywords_at(
    state: State,
    request: Request,
    steps: Sequence[int],
    k: int,
    language_code: str,
    progress: Progress = silent,
) -> tuple[InterestKeywords, ...]:
    """Keywords around each of some moments; what the encoder has to read is read at once.

    Raises:
        ConfigError: fewer events than that, or k below 1.
        UnknownNameError: a person, event number, interest or language that does not exist.
    """
    if k < 1:
        raise ConfigError(f"k={k} must be 1 or more: how many words.")
    spoken = language(language_code)
    state, whole = state.edited(request), state
    log = state.dataset.log
    items = log.items[log.span(state.dataset.user_index(request.user_id))] - 1
    steps = [_checked(step, len(items)) for step in steps]
    index = whole.once(("phrases",), lambda: _index(whole))
    sides = [side for step in steps for side in (items[:step][::-1], items[step:])]
    tables, encoder, note = _read(whole, index, [side[:MOST_EVENTS] for side in sides], k, progress)
    return tuple(
        InterestKeywords(
            user_id=request.user_id,
            step=step,
            table=before,
            later=after,
            encoder=encoder,
            note=note,
            sentence=spoken.keywords_around(
                step, tuple(before["word"].head(TOLD)), tuple(after["word"].head(TOLD))
            ),
        )
        for step, before, after in zip(steps, tables[::2], tables[1::2], strict=True)
    )


def _checked(step: int, events: int) -> int:
    if not 0 <= step <= events:
        raise ConfigError(
            f"after={step} must be from 1 to {events:,}, the number of this person's events; 0 "
            "means all of them."
        )
    return step or events


def _index(state: State) -> PhraseIndex:
    return PhraseIndex.of(item_texts(state.dataset, TextTemplate()))


def _read(
    state: State,
    index: PhraseIndex,
    sides: Sequence[Int[np.ndarray, "_"]],
    k: int,
    progress: Progress,
) -> tuple[list[pd.DataFrame], str, str]:
    """The words of each side, the encoder's name if it chose them, and how they were chosen."""
    found = [index.standing_out(side, _weights(len(side))) for side in sides]
    refusals: list[str] = state.once(("no encoder for words",), list)
    if not refusals:
        try:
            tables, name = _nearest(state, found, sides, k, progress)
            return [_shown(state, table) for table in tables], name, NEAREST.format(name=name)
        except (DownloadError, DataError, StorageError, ConfigError) as error:
            refusals.append(str(error).partition(". ")[0])  # not asked again: it may take long
    tables = [counted_phrases(candidates, k) for candidates in found]
    return [_shown(state, table) for table in tables], "", COUNTED.format(reason=refusals[0])


def _nearest(
    state: State,
    found: Sequence[pd.DataFrame],
    sides: Sequence[Int[np.ndarray, "_"]],
    k: int,
    progress: Progress,
) -> tuple[list[pd.DataFrame], str]:
    """The words that the encoder sees nearest to the events of each side, and its name."""
    encoder, workspace = text_encoder(state.workspace), state.workspace
    texts = state.once(
        ("text vectors",),
        lambda: encode_items(state.dataset, encoder, TextTemplate(), workspace, progress).vectors,
    )
    words = sorted({word for candidates in found for word in candidates["word"]})
    vectors = text_vectors(words, encoder, workspace, progress) if words else np.zeros((0, 1))
    row = {word: place for place, word in enumerate(words)}
    tables = [
        nearest_phrases(
            candidates,
            vectors[[row[word] for word in candidates["word"]]],
            _weights(len(side)) @ texts[side],
            k,
        )
        if len(candidates)
        else candidates.assign(weight=[])
        for candidates, side in zip(found, sides, strict=True)
    ]
    return tables, encoder.name


def _weights(events: int) -> Float[np.ndarray, " event"]:
    return 0.5 ** (np.arange(events) / HALF_LIFE)


def _shown(state: State, table: pd.DataFrame) -> pd.DataFrame:
    titles = [[state.titles[row] for row in rows[:EXAMPLES]] for rows in table["rows"]]
    return table.assign(examples=titles)[COLUMNS]
