"""What a language model that reads moment, history and item as one text looked at.

Attention of the item's own words, in the last layer or followed through all layers (rollout); as
elsewhere it says where the model looked, not how much that mattered. Each event's title, the
moment, the item's own text and the marks between them are a segment; the words of a segment count
together. Titles beyond what the model reads get nothing.

Paper: Abnar & Zuidema, "Quantifying Attention Flow in Transformers", ACL 2020, arXiv:2005.00928.

Axes: token = of the text that was read, length = events.
"""

from dataclasses import dataclass

import torch

from recengine.explanations.attribution import Attribution, Question, of_events
from recengine.models.base import Ranker
from recengine.models.joint_text import CONTEXT, ITEM, MARK, JointText, TokenWeights

_CONTINUES = "##"  # begins a piece that goes on with a word, as WordPiece writes it


@dataclass(frozen=True)
class ReadWord:
    """A word that was read.

    Attributes:
        word: as the model writes it.
        part: "context", "history", "item" or "mark".
        event: position in the history of the event that it belongs to; -1 elsewhere.
        weight: share of the attention.
    """

    word: str
    part: str
    event: int
    weight: float


def reads_texts(ranker: Ranker) -> bool:
    """Whether a ranker is a language model that reads it all."""
    return isinstance(ranker, JointText)


def words_read(question: Question, *, through: bool) -> list[ReadWord]:
    """Every word that was read, in the order of reading.

    Args:
        question: of a ranker that reads texts.
        through: followed through all layers, instead of the last one alone.
    """
    seen = _seen(question)
    weights = seen.rollout if through else seen.attention[-1].mean(axis=0)
    read: list[ReadWord] = []
    pieces = zip(seen.words, seen.parts, seen.events.tolist(), weights.tolist(), strict=True)
    for piece, part, event, weight in pieces:
        side = (part, event)
        if piece.startswith(_CONTINUES) and read and (read[-1].part, read[-1].event) == side:
            last = read.pop()
            piece, weight = last.word + piece.removeprefix(_CONTINUES), last.weight + weight
        read.append(ReadWord(piece, part, event, weight))
    return read


def segments_read(question: Question, *, through: bool) -> Attribution:
    """Shares of attention of each event's title, the moment, the item's text and the marks."""
    events = torch.zeros(question.history.items.shape[1])
    rest = dict.fromkeys((CONTEXT, ITEM, MARK), 0.0)
    for word in words_read(question, through=through):
        if word.event >= 0:
            events[word.event] += word.weight
        else:
            rest[word.part] += word.weight
    return of_events(question, events, rest)


def _seen(question: Question) -> TokenWeights:
    assert isinstance(question.ranker, JointText)
    return question.ranker.token_weights(question.history, question.item)
