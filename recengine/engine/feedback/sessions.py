"""Does telling it help? Sessions of people whose next choices are known, held out from learning.

The last choices of each person before the held-out one are taken out of the history and told one
by one as "more like this". The ranker is asked for the held-out choice after each of them. What is
told never competes and is never the held-out choice, in any arm:

    own       the person's own next choices
    others    as many items drawn by popularity: what any clicking would do
    events    the same choices as events of the history: what full knowledge would do

Axes: person, told = 0 .. verdicts given.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float64, Int64
from torch import Tensor

from recengine.data.histories import Histories, HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.splits import Questions, Split
from recengine.errors import DataError
from recengine.models.base import Ranker
from recengine.training.adaptation import (
    AdaptationConfig,
    adapt,
    adapt_within,
    reach_of,
    spread_of,
)

TOLD = 5  # verdicts of a session
FEWEST_EVENTS = 5  # left in the history
BATCH = 32


@dataclass(frozen=True)
class Sessions:
    """Ranks of the held-out choice, from 1.

    Attributes:
        users: user index of each person.
        own: after each of the person's own choices was told; column 0 before any.
        others: the same with items drawn by popularity.
        events: with the choices as events.
        competitors: how many items competed.
        seconds: that learning from everything told took, once per person.
    """

    users: Int64[np.ndarray, " person"]
    own: Int64[np.ndarray, "person told"]
    others: Int64[np.ndarray, "person told"]
    events: Int64[np.ndarray, " person"]
    competitors: Int64[np.ndarray, " person"]
    seconds: Float64[np.ndarray, " person"]


def sessions_of(split: Split, *, told: int = TOLD) -> Questions:
    """Questions of people with enough choices to tell; the held-out one is none of those told.

    Raises:
        DataError: nobody has that many.
    """
    asked = split.test
    enough = asked.stops - asked.starts >= told + FEWEST_EVENTS
    items = split.log.items
    new = np.array(
        [
            target not in items[start:stop]
            for start, stop, target in zip(asked.starts, asked.stops, asked.targets, strict=True)
        ],
        dtype=bool,
    )
    if not (enough & new).any():
        raise DataError(
            f"Nobody has {told + FEWEST_EVENTS} events before a held-out choice that is new to "
            f"them, so no session can be simulated. Bring more events, or tell fewer."
        )
    return asked.take(np.flatnonzero(enough & new))


@torch.inference_mode()
def run_sessions(
    ranker: Ranker,
    reader: HistoryReader,
    split: Split,
    asked: Questions,
    config: AdaptationConfig,
    *,
    told: int = TOLD,
    seed: int = 0,
    progress: Progress = silent,
) -> Sessions:
    """Run every session in every arm.

    Args:
        ranker: one that learns from verdicts.
        reader: of the split's log.
        split: for candidates and popularity.
        asked: whom, as made by `sessions_of`.
        config: how much to believe.
        told: verdicts of a session.
        seed: of the items drawn by popularity.
        progress: told the people done.
    """
    random = np.random.default_rng(seed)
    counts = np.bincount(split.train.items, minlength=len(split.candidates)).astype(float)
    own = np.empty((len(asked), told + 1), dtype=np.int64)
    others, events = own.copy(), own[:, 0].copy()
    competitors, seconds = events.copy(), np.empty(len(asked))
    for row, person in enumerate(_people(ranker, reader, asked, told)):
        seen = split.log.items[asked.starts[row] : asked.stops[row]]
        chosen = split.log.items[asked.stops[row] - told : asked.stops[row]].astype(np.int64)
        target = int(asked.targets[row])
        chance = counts.copy()
        chance[[*seen, target]] = 0
        drawn = random.choice(len(chance), told, replace=False, p=chance / chance.sum())
        competing = split.candidates.copy()
        competing[seen] = competing[drawn] = False
        candidates = torch.from_numpy(competing)
        began = time.perf_counter()
        known = person.before
        adapt(ranker, known.history, known.scores, candidates, _more(chosen), config)
        seconds[row] = time.perf_counter() - began
        for arm, items in ((own, chosen), (others, drawn)):
            arm[row] = ranks_as_told(ranker, known, candidates, items, target, config)
        events[row] = _rank(person.knowing, candidates, target)
        competitors[row] = competing.sum()
        progress("Running sessions", row + 1, len(asked))
    return Sessions(asked.users, own, others, events, competitors, seconds)


@dataclass(frozen=True)
class Known:
    """One person's history, as far as a ranker may know it, and the scores that follow."""

    history: Histories
    scores: Tensor


@dataclass(frozen=True)
class _Person:
    """What is known without the told choices, and the scores that know them."""

    before: Known
    knowing: Tensor


def _people(
    ranker: Ranker, reader: HistoryReader, asked: Questions, told: int
) -> Iterator[_Person]:
    for first in range(0, len(asked), BATCH):
        batch = asked.take(np.arange(first, min(first + BATCH, len(asked))))
        read = [
            reader.read(batch.users, batch.starts, batch.stops - cut, max_length=ranker.events_read)
            for cut in (told, 0)
        ]
        before, knowing = (ranker.score(histories).nan_to_num(neginf=0.0) for histories in read)
        for row in range(len(batch)):
            alone = read[0].rows(torch.tensor([row]))
            yield _Person(Known(alone, before[row]), knowing[row])


def ranks_as_told(
    ranker: Ranker,
    known: Known,
    candidates: Tensor,
    items: Int64[np.ndarray, " told"],
    target: int,
    config: AdaptationConfig,
    sign: int = 1,
) -> list[int]:
    """Rank of the held-out choice before, and after each item was told.

    Args:
        ranker: one that learns from verdicts.
        known: of the person.
        candidates: the items that compete.
        items: what is told, one after the other.
        target: the held-out choice.
        config: how much to believe.
        sign: +1 tells "more like this", -1 "less".
    """
    indices = torch.from_numpy(items)
    spread = spread_of(known.scores, candidates)
    reach = reach_of(ranker, known.history, indices, candidates, spread, config)
    ranks = [_rank(known.scores, candidates, target)]
    for count in range(1, len(items) + 1):
        signs = torch.full((count,), float(sign))
        learnt = adapt_within(
            reach.first(count), known.scores, candidates, indices[:count], signs, config
        )
        ranks.append(_rank(known.scores + learnt.parts.sum(dim=0), candidates, target))
    return ranks


def _more(items: Int64[np.ndarray, " told"]) -> list[tuple[int, int]]:
    return [(int(item), 1) for item in items]


def _rank(scores: Tensor, candidates: Tensor, target: int) -> int:
    """Place among the candidates; all others that score as high stand before it."""
    others = candidates.clone()
    others[target] = False
    return 1 + int((scores[others] >= scores[target]).sum())
