"""Held-out questions put to a ranker, batch by batch: scores of everything that competes.

A ranker scores on its own device, and its scores are compared on the CPU.

Axes: question, batch = some of the questions, vocab = 1 + num_items.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, Int64
from torch import Tensor

from recengine.data.histories import Histories, HistoryReader
from recengine.data.progress import Progress
from recengine.data.splits import Questions
from recengine.errors import TrainingError
from recengine.models.base import Ranker

BATCH_SIZE = 32


def mask_seen(
    scores: Float[Tensor, "batch vocab"],
    reader: HistoryReader,
    starts: np.ndarray,
    stops: np.ndarray,
    candidates: Bool[Tensor, "vocab"],
) -> Float[Tensor, "batch vocab"]:
    """Scores with everything that is no candidate, or already in the history, at -inf.

    Where people choose the same again, what is in the history stays.
    """
    scores = scores.masked_fill(~candidates, -torch.inf)
    if reader.log.repeats:
        return scores
    for row, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        scores[row, torch.from_numpy(reader.log.items[start:stop].astype(np.int64))] = -torch.inf
    return scores


@dataclass(frozen=True)
class ScoredQuestions:
    """Some questions, scored: the held-out item on one side, all others that compete beside it.

    Attributes:
        rows: which questions.
        histories: what was shown to the ranker.
        targets: item index of each held-out item.
        own: its score.
        others: scores of all others, -inf where one does not compete.
    """

    rows: Int64[np.ndarray, "batch"]
    histories: Histories
    targets: Int[Tensor, "batch 1"]
    own: Float[Tensor, "batch 1"]
    others: Float[Tensor, "batch vocab"]

    @property
    def ranks(self) -> Int[Tensor, " batch"]:
        """Place of each held-out item; all others that score as high stand before it."""
        return 1 + (self.others >= self.own).sum(dim=1)

    @property
    def competing(self) -> Float[Tensor, "batch vocab_plus_one"]:
        """Scores of all that compete, -inf elsewhere; the held-out item stands last."""
        return torch.cat([self.others, self.own], dim=1)

    def log_total(self, temperature: float) -> Float[Tensor, " batch"]:
        """Logarithm of what the softmax divides by."""
        return torch.logsumexp(self.competing / temperature, dim=1)


@torch.inference_mode()
def scored_questions(
    ranker: Ranker,
    reader: HistoryReader,
    questions: Questions,
    candidates: Bool[np.ndarray, "vocab"],
    max_length: int,
    progress: Progress,
    moments: Int[np.ndarray, "question context"] | None = None,
    stage: str = "Ranking held-out items",
) -> Iterator[ScoredQuestions]:
    """Questions of similar length together, each with its scores.

    Args:
        ranker: what is asked.
        reader: of the log that the questions point into.
        questions: what to ask.
        candidates: which items compete.
        max_length: events of a history that the ranker reads.
        progress: told after every batch.
        moments: codes of the moment of each question; unknown if not given.
        stage: what `progress` is told that this is for.

    Raises:
        TrainingError: a score is not a number.
    """
    competing = torch.from_numpy(candidates)
    order = np.argsort(questions.stops - questions.starts, kind="stable")
    for first in range(0, len(order), BATCH_SIZE):
        rows = order[first : first + BATCH_SIZE]
        asked = questions.take(rows)
        histories = reader.read(
            asked.users,
            asked.starts,
            asked.stops,
            max_length=max_length,
            request=None if moments is None else moments[rows],
        )
        scores = ranker.score(histories.to(ranker.device)).cpu()
        if not torch.isfinite(scores[:, 1:]).all():
            raise TrainingError(
                f"The ranker {ranker.name!r} gives scores that are not finite numbers, so nothing "
                f"can be ranked by them. Train it again, with a lower learning rate if it was "
                f"trained with one of your own."
            )
        targets = torch.from_numpy(asked.targets.astype(np.int64))[:, None]
        own = scores.gather(1, targets)
        others = mask_seen(scores, reader, asked.starts, asked.stops, competing)
        others.scatter_(1, targets, -torch.inf)
        yield ScoredQuestions(rows, histories, targets, own, others)
        progress(stage, first + len(rows), len(order))
