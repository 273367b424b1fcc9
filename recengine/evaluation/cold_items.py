"""Brand-new items: which ones play that part, and who chose them after what.

Paper: Schein et al., "Methods and Metrics for Cold-Start Recommendations", SIGIR 2002,
doi:10.1145/564376.564421.
Differs: every choice of a new item is asked about with what the person chose before it, new items
left out of that history, so that a ranker sees only what it could have learnt from.
Axes: vocab = 1 + num_items, question.
"""

import numpy as np
from jaxtyping import Bool

from recengine.data.dataset import Log
from recengine.data.splits import Questions, Split
from recengine.errors import DataError

PER_PERSON = 5  # questions about one person at most, their last ones


def held_out_items(split: Split, share: float, seed: int = 0) -> Bool[np.ndarray, "vocab"]:
    """A random share of the items that compete; nothing of them is to be learnt from.

    Raises:
        DataError: too few items for that.
    """
    competing = np.flatnonzero(split.candidates)
    count = round(share * len(competing))
    if count < 2:
        raise DataError(
            f"Holding out {share:.0%} of {len(competing)} items leaves {count} to ask about; at "
            f"least 2 are needed. Bring a larger catalogue."
        )
    held = np.zeros(len(split.candidates), dtype=bool)
    held[np.random.default_rng(seed).permutation(competing)[:count]] = True
    return held


def cold_questions(log: Log, held: Bool[np.ndarray, "vocab"]) -> tuple[Log, Questions]:
    """The choices of held-out items, each after the other items chosen before it.

    Returns:
        The log without held-out items, and questions that point into it.
    """
    is_held = held[log.items]
    before = np.cumsum(~is_held) - ~is_held  # place in the log without them
    known = log.keep(~is_held)
    rows = np.flatnonzero(is_held)
    starts = known.offsets[log.users[rows]]
    rows, starts = rows[before[rows] > starts], starts[before[rows] > starts]
    users = log.users[rows]
    from_last = np.arange(len(rows))[::-1] - (
        len(rows) - np.searchsorted(users, users, side="right")
    )
    rows, starts = rows[from_last < PER_PERSON], starts[from_last < PER_PERSON]
    return known, Questions(log.users[rows], starts, before[rows].astype(np.int64), log.items[rows])
