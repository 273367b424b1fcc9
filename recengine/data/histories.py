"""Spans of a log as padded tensors: the one input that every ranker reads.

Axes: batch = questions, length = events of the longest history (right-padded, oldest first),
context = context features, profile = profile features.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.data.dataset import Log
from recengine.types import PAD_INDEX

NUM_GAP_CODES = 33  # 0: first event; 1 + floor(log2(1 + seconds)), at most 32


@dataclass(frozen=True)
class Histories:
    """What a ranker may know when it is asked.

    Attributes:
        users: user index of each person, -1 for somebody made up.
        items: item indices, 0 where padded.
        values, events, gaps: codes of strength, kind, and time since the event before.
        contexts: codes of the moment of each event.
        request: codes of the moment of the request; 0 is unknown.
        profile: codes of the person; 0 is unknown.
        lengths: number of real events, possibly 0.
    """

    users: Int[Tensor, " batch"]
    items: Int[Tensor, "batch length"]
    values: Int[Tensor, "batch length"]
    events: Int[Tensor, "batch length"]
    gaps: Int[Tensor, "batch length"]
    contexts: Int[Tensor, "batch length context"]
    request: Int[Tensor, "batch context"]
    profile: Int[Tensor, "batch profile"]
    lengths: Int[Tensor, " batch"]

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def ages(self) -> Float[Tensor, "batch length"]:
        """How many events ago each event was; 0 for the last one, and for padding."""
        steps = torch.arange(self.items.shape[1], device=self.items.device)
        return (self.lengths[:, None] - 1 - steps).clamp(min=0).float()

    def recency(self, decay_events: float) -> Float[Tensor, "batch length"]:
        """exp(-age / decay_events) of each event, 0 for padding."""
        return torch.exp(-self.ages / decay_events) * self.real

    @property
    def real(self) -> Bool[Tensor, "batch length"]:
        """Which positions hold an event rather than padding."""
        return self.items != PAD_INDEX

    def last(self, states: Float[Tensor, "batch length dim"]) -> Float[Tensor, "batch dim"]:
        """Of one state per event, that of the last event; zeros for an empty history."""
        place = (self.lengths - 1).clamp(min=0)
        state = states[torch.arange(len(states), device=states.device), place]
        return state * (self.lengths > 0)[:, None]

    def to(self, device: torch.device) -> "Histories":
        """The same on another device."""
        return Histories(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})

    def of_nobody(self) -> "Histories":
        """The same events as those of people whom no ranker has met in training."""
        return replace(self, users=torch.full_like(self.users, -1))

    def rows(self, rows: Tensor) -> "Histories":
        """Some of the histories, or one of them several times."""
        return Histories(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def gap_codes(log: Log) -> np.ndarray:
    """Code of the time since the same user's previous event, for every event of the log."""
    gaps = np.diff(log.times, prepend=log.times[:1])
    codes = np.minimum(1 + np.floor(np.log2(1 + np.maximum(gaps, 0))), NUM_GAP_CODES - 1)
    firsts = log.offsets[:-1][log.lengths > 0]
    codes[firsts] = 0
    return codes.astype(np.int64)


class HistoryReader:
    """Cuts padded histories out of one log."""

    def __init__(self, log: Log, profiles: np.ndarray) -> None:
        self.log = log
        self._profiles = profiles.astype(np.int64)
        self._gaps = gap_codes(log)

    def read(
        self,
        users: np.ndarray,
        starts: np.ndarray,
        stops: np.ndarray,
        *,
        max_length: int,
        request: np.ndarray | None = None,
    ) -> Histories:
        """The last `max_length` events of each span.

        Args:
            users: user index of each span, for the profile.
            starts, stops: spans of log rows; an empty span is an empty history.
            max_length: events kept, the most recent ones.
            request: context codes of each request (batch, context); unknown if not given.
        """
        log = self.log
        lengths = np.minimum(stops - starts, max_length)
        steps = np.arange(max(int(lengths.max(initial=0)), 1))
        rows = (stops - lengths)[:, None] + steps
        real = steps < lengths[:, None]
        rows = np.where(real, rows, 0)
        num_features = log.contexts.shape[1]
        if request is None:
            request = np.zeros((len(users), num_features), dtype=np.int64)

        def pick(column: np.ndarray) -> Tensor:
            if len(column) == 0:
                return torch.zeros((*rows.shape, *column.shape[1:]), dtype=torch.long)
            shape = real.reshape(*real.shape, *[1] * (column.ndim - 1))
            return torch.from_numpy(np.where(shape, column[rows], PAD_INDEX).astype(np.int64))

        return Histories(
            users=torch.from_numpy(users.astype(np.int64)),
            items=pick(log.items),
            values=pick(log.value_codes),
            events=pick(log.events),
            gaps=pick(self._gaps),
            contexts=pick(log.contexts),
            request=torch.from_numpy(request.astype(np.int64)),
            profile=torch.from_numpy(self._profiles[users]),
            lengths=torch.from_numpy(lengths.astype(np.int64)),
        )
