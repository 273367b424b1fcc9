"""Does "less like this" help? Told of what people met and valued low, as far as that is known.

Whoever meets an item and rates it at the bottom of the scale, or goes no further than looking at
it, gives what "less like this" may honestly be told of. The ranker has read those events like all
others; the session begins with the whole history before the held-out choice, and the latest of
these items are told one by one. They do not compete, in any arm:

    low       the latest items that the person never valued above the lowest quarter of the scale
    less      as many items drawn by popularity: what any clicking on "less" would do

Axes: person, told = 0 .. verdicts given.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Int64

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.splits import Questions, Split
from recengine.engine.feedback.sessions import TOLD, Known, ranks_as_told
from recengine.models.base import Ranker
from recengine.training.adaptation import AdaptationConfig

LOWEST = 0.25  # share of the scale whose values are low


@dataclass(frozen=True)
class LessSessions:
    """Ranks of the held-out choice, from 1; no people where values are unknown.

    Attributes:
        users: user index of each person with enough items valued low.
        low: after each of these items was told as "less"; column 0 before any.
        less: the same with items drawn by popularity.
    """

    users: Int64[np.ndarray, " person"]
    low: Int64[np.ndarray, "person told"]
    less: Int64[np.ndarray, "person told"]


def run_less(
    ranker: Ranker,
    reader: HistoryReader,
    split: Split,
    asked: Questions,
    config: AdaptationConfig,
    *,
    told: int = TOLD,
    seed: int = 0,
    progress: Progress = silent,
) -> LessSessions:
    """Run the session of everybody who valued enough items low.

    Args:
        ranker: one that learns from verdicts.
        reader: of the split's log.
        split: for candidates and popularity.
        asked: of whom; as made by `sessions.sessions_of`.
        config: how much to believe.
        told: verdicts of a session.
        seed: of the items drawn by popularity.
        progress: told the people done.
    """
    random = np.random.default_rng(seed)
    counts = np.bincount(split.train.items, minlength=len(split.candidates)).astype(float)
    valued = _valued_low(split, asked)
    able = np.flatnonzero([len(items) >= told for items in valued])
    low = np.empty((len(able), told + 1), dtype=np.int64)
    less = low.copy()
    for row, person in enumerate(able):
        one = asked.take(np.array([person]))
        seen, target = split.log.items[one.starts[0] : one.stops[0]], int(one.targets[0])
        chance = counts.copy()
        chance[[*seen, target]] = 0
        drawn = random.choice(len(chance), told, replace=False, p=chance / chance.sum())
        competing = split.candidates.copy()
        competing[seen] = competing[drawn] = False
        candidates = torch.from_numpy(competing)
        known = _everything(ranker, reader, one)
        for arm, items in ((low, valued[person][-told:]), (less, drawn)):
            arm[row] = ranks_as_told(ranker, known, candidates, items, target, config, sign=-1)
        progress("Running sessions of “less”", row + 1, len(able))
    return LessSessions(asked.users[able], low, less)


def _valued_low(split: Split, asked: Questions) -> list[Int64[np.ndarray, " item"]]:
    """Per person the items never valued above the lowest quarter of the scale, latest last."""
    values = split.train.values
    if not np.isfinite(values).any() or np.nanmin(values) == np.nanmax(values):
        return [np.arange(0)] * len(asked)
    bottom, top = float(np.nanmin(values)), float(np.nanmax(values))
    limit = bottom + LOWEST * (top - bottom)
    return [
        _never_above(split.log.items[start:stop], split.log.values[start:stop], limit)
        for start, stop in zip(asked.starts, asked.stops, strict=True)
    ]


def _never_above(
    items: Int[np.ndarray, " event"], values: Float[np.ndarray, " event"], limit: float
) -> Int64[np.ndarray, " item"]:
    best: dict[int, float] = {}
    for item, value in zip(items.tolist(), values.tolist(), strict=True):
        # an item of unknown value is not known to be disliked
        best[item] = max(best.pop(item, -np.inf), np.inf if np.isnan(value) else value)
    return np.array([item for item, value in best.items() if value <= limit], dtype=np.int64)


@torch.inference_mode()
def _everything(ranker: Ranker, reader: HistoryReader, one: Questions) -> Known:
    history = reader.read(one.users, one.starts, one.stops, max_length=ranker.events_read)
    return Known(history, ranker.score(history).nan_to_num(neginf=0.0)[0])
