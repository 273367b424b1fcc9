"""Full ranking: the place of the held-out item among all candidates, never among samples.

Axes: question, batch, vocab = 1 + num_items.
"""

import numpy as np
import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.splits import Questions
from recengine.models.base import Ranker

BATCH_SIZE = 32


def mask_seen(
    scores: Float[Tensor, "batch vocab"],
    reader: HistoryReader,
    starts: np.ndarray,
    stops: np.ndarray,
    candidates: Bool[Tensor, "vocab"],
) -> Float[Tensor, "batch vocab"]:
    """Scores with everything that is no candidate, or already in the history, at -inf."""
    scores = scores.masked_fill(~candidates, -torch.inf)
    for row, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        scores[row, torch.from_numpy(reader.log.items[start:stop].astype(np.int64))] = -torch.inf
    return scores


@torch.inference_mode()
def target_ranks(
    ranker: Ranker,
    reader: HistoryReader,
    questions: Questions,
    candidates: Bool[np.ndarray, "vocab"],
    *,
    max_length: int = 200,
    progress: Progress = silent,
) -> Int64[np.ndarray, "question"]:
    """Rank of each question's target; all others that score as high stand before it.

    The target itself always competes, also if it was seen before (a repeat).
    """
    competing = torch.from_numpy(candidates)
    ranks = np.empty(len(questions), dtype=np.int64)
    order = np.argsort(questions.stops - questions.starts, kind="stable")
    for first in range(0, len(order), BATCH_SIZE):
        rows = order[first : first + BATCH_SIZE]
        asked = questions.take(rows)
        histories = reader.read(asked.users, asked.starts, asked.stops, max_length=max_length)
        scores = ranker.score(histories)
        targets = torch.from_numpy(asked.targets.astype(np.int64))[:, None]
        own = scores.gather(1, targets)
        scores = mask_seen(scores, reader, asked.starts, asked.stops, competing)
        scores.scatter_(1, targets, -torch.inf)
        ranks[rows] = 1 + (scores >= own).sum(dim=1).numpy()
        progress("Ranking held-out items", first + len(rows), len(order))
    return ranks
