"""Full ranking: the place of the held-out item among all candidates, never among samples.

One pass over the questions gives everything that is measured; nothing is scored twice.

Axes: question, batch, vocab = 1 + num_items, place = the first places of a list.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Int, Int32, Int64
from torch import Tensor

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.splits import Questions
from recengine.evaluation.asking import ScoredQuestions, scored_questions
from recengine.evaluation.rating import foretold
from recengine.models.base import MAX_LENGTH, Ranker, RatingPredictor, WeightedRanker
from recengine.models.shortlist import ShortlistRanker

PLACES = 20  # kept of each list


@dataclass(frozen=True)
class Answers:
    """What one ranker answered to every question.

    Attributes:
        ranks: place of the held-out item, from 1; all others that score as high stand before it.
        competitors: how many items competed, the held-out one included.
        lists: the first items, best first; 0 where fewer compete.
        list_probabilities: of those items, by softmax over all that compete, at the temperature
            they were asked with.
        log_probabilities: natural log of the held-out item's probability.
        foretold, given: rating of the held-out item, NaN where there is none.
    """

    ranks: Int64[np.ndarray, "question"]
    competitors: Int64[np.ndarray, "question"]
    lists: Int32[np.ndarray, "question place"]
    list_probabilities: Float32[np.ndarray, "question place"]
    log_probabilities: Float32[np.ndarray, "question"]
    foretold: Float32[np.ndarray, "question"]
    given: Float32[np.ndarray, "question"]


def target_ranks(
    ranker: Ranker,
    reader: HistoryReader,
    questions: Questions,
    candidates: Bool[np.ndarray, "vocab"],
    *,
    max_length: int = MAX_LENGTH,
    moments: Int[np.ndarray, "question context"] | None = None,
    progress: Progress = silent,
) -> Int64[np.ndarray, "question"]:
    """Rank of each question's target; all others that score as high stand before it.

    The target itself always competes, also if it was seen before (a repeat).

    Args:
        ranker: what is asked.
        reader: of the log that the questions point into.
        questions: what to ask.
        candidates: which items compete.
        max_length: events of a history that the ranker reads.
        moments: codes of the moment of each question; unknown if not given.
        progress: told after every batch.

    Raises:
        TrainingError: a score is not a number.
    """
    ranks = np.empty(len(questions), dtype=np.int64)
    for batch in scored_questions(
        ranker, reader, questions, candidates, max_length, progress, moments
    ):
        ranks[batch.rows] = batch.ranks.numpy()
    return ranks


def reranked_ranks(
    ranker: ShortlistRanker,
    reader: HistoryReader,
    questions: Questions,
    candidates: Bool[np.ndarray, "vocab"],
    *,
    progress: Progress = silent,
) -> Int64[np.ndarray, "question"]:
    """Ranks by a net that is dear to ask: only where its shortlist holds the target.

    Everywhere else the target keeps the retriever's place, whatever the net would say.

    Raises:
        TrainingError: a score is not a number.
    """
    length = ranker.events_read
    ranks = target_ranks(ranker.retriever, reader, questions, candidates, max_length=length)
    listed = np.flatnonzero(ranks <= ranker.config.shortlist)
    ranks[listed] = target_ranks(
        ranker, reader, questions.take(listed), candidates, max_length=length, progress=progress
    )
    return ranks


def answers_of(
    ranker: Ranker,
    reader: HistoryReader,
    questions: Questions,
    candidates: Bool[np.ndarray, "vocab"],
    *,
    max_length: int = MAX_LENGTH,
    temperature: float = 1.0,
    progress: Progress = silent,
) -> Answers:
    """Everything that is measured about one ranker, in one pass.

    Args:
        ranker: what is asked.
        reader: of the log that the questions point into.
        questions: what to ask.
        candidates: which items compete.
        max_length: events of a history that the ranker reads.
        temperature: scores are divided by it before they become probabilities; no rank changes.
        progress: told after every batch.

    Raises:
        TrainingError: a score is not a number.
    """
    count = len(questions)
    answers = Answers(
        ranks=np.empty(count, dtype=np.int64),
        competitors=np.empty(count, dtype=np.int64),
        lists=np.zeros((count, PLACES), dtype=np.int32),
        list_probabilities=np.zeros((count, PLACES), dtype=np.float32),
        log_probabilities=np.empty(count, dtype=np.float32),
        foretold=np.full(count, np.nan, dtype=np.float32),
        given=reader.log.values[questions.stops],
    )
    for batch in scored_questions(ranker, reader, questions, candidates, max_length, progress):
        rows = batch.rows
        answers.ranks[rows] = batch.ranks.numpy()
        answers.competitors[rows] = 1 + (batch.others > -torch.inf).sum(dim=1).numpy()
        lists, shown = _first_places(batch)
        total = batch.log_total(temperature)
        answers.lists[rows, : lists.shape[1]] = lists.numpy()
        answers.list_probabilities[rows, : lists.shape[1]] = (
            (shown / temperature - total[:, None]).exp().numpy()
        )
        answers.log_probabilities[rows] = (batch.own[:, 0] / temperature - total).numpy()
        if isinstance(ranker, RatingPredictor) and ranker.knows_ratings:
            with torch.inference_mode():
                answers.foretold[rows] = foretold(ranker, batch.histories, batch.targets[:, 0])
    return answers


@contextlib.contextmanager
def moved_to(ranker: Ranker, device: torch.device) -> Iterator[Ranker]:
    """A ranker that is served, on another device while it is asked much, and then back again."""
    before = ranker.device
    if before == device:
        yield ranker
    elif not isinstance(ranker, WeightedRanker):
        yield ranker.moved(lambda own: own.to(device))
    else:
        try:
            ranker.to(device).freeze()
            yield ranker
        finally:
            ranker.to(before).freeze()


def _first_places(
    batch: ScoredQuestions,
) -> tuple[Int[Tensor, "batch place"], Float[Tensor, "batch place"]]:
    """The first items with their scores; the held-out one stands at its rank.

    Equal scores stand in the order of the catalogue.
    """
    places = min(PLACES, batch.others.shape[1])
    scores, items = batch.others.sort(dim=1, descending=True, stable=True)
    place = torch.arange(places)
    own = batch.ranks[:, None] - 1
    source = place - (place > own).long()  # behind the held-out item, all stand one place lower
    lists = torch.where(place == own, batch.targets, items.gather(1, source))
    shown = torch.where(place == own, batch.own, scores.gather(1, source))
    lists = lists.masked_fill(shown == -torch.inf, 0)
    return lists, shown
