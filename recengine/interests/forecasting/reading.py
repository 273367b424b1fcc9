"""Interest vectors of many people, read off a ranker."""

import numpy as np
import torch
from jaxtyping import Int64

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.interests.forecasting.sequences import InterestSequences
from recengine.models.base import InterestModel

STRIDE = 100  # every vector has seen at least so many events before it, if there are
WINDOWS_AT_ONCE = 64


@torch.inference_mode()
def interest_sequences(
    model: InterestModel,
    reader: HistoryReader,
    users: Int64[np.ndarray, "person"],
    progress: Progress = silent,
) -> InterestSequences:
    """The vector after every event of some people, the moment unknown.

    Long histories are read in overlapping windows; a vector knows nothing of what came after it.

    Args:
        model: frozen.
        reader: of the log.
        users: user indices, in the order of the result.
        progress: told how far it is.
    """
    log = reader.log
    lengths = log.lengths[users]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    window = model.events_read
    windows = np.array(
        [
            (person, max(0, end - window), end, done)
            for person, length in enumerate(lengths)
            for end, done in _windows(int(length), window)
        ],
        dtype=np.int64,
    ).reshape(-1, 4)
    order = np.argsort(windows[:, 2] - windows[:, 1], kind="stable")
    width = model.item_vectors().shape[1]
    vectors = np.empty((offsets[-1], width), dtype=np.float32)
    for first in range(0, len(order), WINDOWS_AT_ONCE):
        rows = windows[order[first : first + WINDOWS_AT_ONCE]]
        starts = log.offsets[users[rows[:, 0]]]
        histories = reader.read(
            users[rows[:, 0]], starts + rows[:, 1], starts + rows[:, 2], max_length=window
        )
        found = model.interests(histories).numpy()
        for row, (person, start, end, done) in enumerate(rows):
            place = offsets[person]
            vectors[place + done : place + end] = found[row, done - start : end - start]
        progress("Reading interests", first + len(rows), len(order))
    steps = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    log_rows = np.repeat(log.offsets[users], lengths) + steps
    return InterestSequences(offsets, vectors, log.times[log_rows].astype(np.int64), log_rows)


def _windows(length: int, window: int) -> list[tuple[int, int]]:
    """End of each window of a history, and how many steps earlier windows have done."""
    stride = min(STRIDE, max(1, window // 2))
    ends = [*range(min(window, length), length, stride), length]
    return list(zip(ends, [0, *ends[:-1]], strict=True))
