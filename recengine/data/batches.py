"""Training batches: random crops of histories with the item that followed each event."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from recengine.data.histories import Histories, HistoryReader

BUCKET_BATCHES = 16  # batches sorted by length together, so that little is padding


@dataclass(frozen=True)
class TrainingBatch:
    """Histories and, at each of their positions, what came next.

    Attributes:
        histories: inputs; `request` is not used, the moments below are.
        targets: item that followed each event, 0 where padded.
        moments: context codes of the event that followed.
        target_values: strength of the event that followed, such as a rating; NaN where there is
            none.
    """

    histories: Histories
    targets: Int[Tensor, "batch length"]
    moments: Int[Tensor, "batch length context"]
    target_values: Float[Tensor, "batch length"]

    def to(self, device: torch.device) -> "TrainingBatch":
        """The same on another device."""
        return TrainingBatch(
            self.histories.to(device),
            self.targets.to(device),
            self.moments.to(device),
            self.target_values.to(device),
        )


def count_batches(reader: HistoryReader, batch_size: int) -> int:
    """Batches in one epoch."""
    return -(-int((reader.log.lengths >= 2).sum()) // batch_size)


def epoch_batches(
    reader: HistoryReader, *, batch_size: int, max_length: int, seed: int, epoch: int
) -> Iterator[TrainingBatch]:
    """Every person with two events or more once, cropped at random to max_length + 1 events.

    Depends on (seed, epoch) alone, so a resumed run sees the same batches.
    """
    rng = np.random.default_rng((seed, epoch))
    log = reader.log
    users = rng.permutation(np.flatnonzero(log.lengths >= 2))
    lengths = np.minimum(log.lengths[users], max_length + 1)
    slack = log.lengths[users] - lengths
    starts = log.offsets[users] + rng.integers(0, slack + 1)
    bucket = batch_size * BUCKET_BATCHES
    batches = []
    for first in range(0, len(users), bucket):
        order = first + np.argsort(lengths[first : first + bucket], kind="stable")
        batches += [order[at : at + batch_size] for at in range(0, len(order), batch_size)]
    for index in rng.permutation(len(batches)):
        rows = batches[index]
        stops = starts[rows] + lengths[rows]
        yield _batch(reader, users[rows], starts[rows], stops, max_length)


def _batch(
    reader: HistoryReader,
    users: np.ndarray,
    starts: np.ndarray,
    stops: np.ndarray,
    max_length: int,
) -> TrainingBatch:
    inputs = reader.read(users, starts, stops - 1, max_length=max_length)
    following = reader.read(users, starts + 1, stops, max_length=max_length)
    steps = np.arange(following.items.shape[1])
    rows = np.minimum(starts[:, None] + 1 + steps, stops[:, None] - 1)
    values = torch.from_numpy(reader.log.values[rows]).masked_fill(~following.real, torch.nan)
    return TrainingBatch(inputs, following.items, following.contexts, values)


def hide_moments(
    moments: Int[Tensor, "*batch context"], share: float
) -> Int[Tensor, "*batch context"]:
    """Make a share of the moments unknown, half of them whole and half feature by feature."""
    whole = torch.rand(*moments.shape[:-1], 1) < share / 2
    single = torch.rand(*moments.shape) < share / 2
    return moments.masked_fill(whole.to(moments.device) | single.to(moments.device), 0)
