"""What is learnt from, and what is asked afterwards: splits that cannot leak.

A question is a span of the log (the history a ranker may see) and the item that came next.

Papers: Petrov & Macdonald, "Turning Dross Into Gold Loss", RecSys 2023, arXiv:2308.07192
(leave-last-out as in SASRec); Gusak et al., "Time to Split", RecSys 2025, arXiv:2507.16289
(global temporal split).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int32, Int64

from recengine.data.dataset import Dataset, Log
from recengine.errors import ConfigError, DataError
from recengine.types import PAD_INDEX


@dataclass(frozen=True)
class Questions:
    """Held-out next items; row q may see the log rows starts[q] to stops[q] and nothing else.

    Attributes:
        users: user index of each question.
        starts, stops: the span of the history in the log, oldest first.
        targets: the item index that came next.
    """

    users: Int64[np.ndarray, "questions"]
    starts: Int64[np.ndarray, "questions"]
    stops: Int64[np.ndarray, "questions"]
    targets: Int32[np.ndarray, "questions"]

    def __len__(self) -> int:
        return len(self.users)

    def take(self, rows: np.ndarray) -> "Questions":
        """Some of the questions."""
        return Questions(self.users[rows], self.starts[rows], self.stops[rows], self.targets[rows])

    def sample(self, most: int) -> "Questions":
        """Some of the questions, a fixed random choice in their order; all if there are fewer."""
        chosen = np.random.default_rng(0).permutation(len(self))[:most]
        return self.take(np.sort(chosen))


@dataclass(frozen=True)
class Split:
    """A log to read histories from, a part of it to learn from, and questions about the rest.

    Attributes:
        description: the rules in one sentence; printed beside every figure.
        log: every event; questions point into it.
        train: the events that may be learnt from.
        validation, test: questions for choosing and for reporting.
        candidates: which item indices compete for a place; padding never does.
    """

    description: str
    log: Log
    train: Log
    validation: Questions
    test: Questions
    candidates: Bool[np.ndarray, "items_plus_one"]


def leave_last_out(dataset: Dataset, *, min_item_count: int = 5) -> Split:
    """Last event of each user tests, the one before validates, the rest trains.

    With `min_item_count=5` these are the rules called P-A in this project (items with fewer
    interactions are dropped, ties in time keep file order, the validation event is part of the
    history at test but not learnt from). With `min_item_count=1` they are P-B.

    Raises:
        DataError: nobody has three events.
    """
    full = dataset.log
    frequency = np.bincount(full.items, minlength=1 + dataset.num_items)
    log = full.keep(frequency[full.items] >= min_item_count)
    users = np.flatnonzero(log.lengths >= 3)
    if len(users) == 0:
        raise DataError(
            f"Leave-last-out needs people with at least 3 events on items that occur "
            f"{min_item_count} times or more; {dataset.name!r} has none. "
            f"Bring more events, or lower the minimum item count."
        )
    starts, ends = log.offsets[users], log.offsets[users + 1]
    is_train = np.ones(len(log.items), dtype=bool)
    is_train[np.concatenate([ends - 1, ends - 2])] = False
    train = log.keep(is_train)
    seen = "compete as well" if log.repeats else "filtered"
    name = "P-A" if min_item_count == 5 else "P-B" if min_item_count == 1 else "leave-last-out"
    rare = f"items with fewer than {min_item_count} events left out; " * (min_item_count > 1)
    return Split(
        description=(
            f"{name}: last event of each person tests, the one before validates; {rare}every item "
            f"a candidate, those already seen {seen}"
        ),
        log=log,
        train=train,
        validation=Questions(users, starts, ends - 2, log.items[ends - 2]),
        test=Questions(users, starts, ends - 1, log.items[ends - 1]),
        candidates=candidates_of(train, dataset.num_items, log),
    )


def global_temporal(dataset: Dataset, *, quantile: float = 0.9, target: str = "last") -> Split:
    """Everything before one moment trains; what people did after it is asked.

    Args:
        dataset: what to split.
        quantile: share of events before the cut. Validation is cut from the training part at the
            same quantile, so that choosing is done by time as well.
        target: "last" asks for each person's last event after the cut, "successive" for each.

    Raises:
        ConfigError: impossible quantile or target.
        DataError: no events after the cut with a history before it.
    """
    if not 0 < quantile < 1:
        raise ConfigError(f"quantile={quantile} must lie between 0 and 1, such as 0.9")
    if target not in ("last", "successive"):
        raise ConfigError(f"target={target!r} must be 'last' or 'successive'")
    log = dataset.log
    validation_cut, test_cut = temporal_cuts(dataset, quantile)
    before, learnt = log.times < test_cut, log.times < validation_cut
    known = np.zeros(1 + dataset.num_items, dtype=bool)
    known[log.items[learnt]] = True
    return Split(
        description=(
            f"GTS-{quantile:g}: learnt from events before one moment, asked for the {target} "
            f"event of each person after it; every known item a candidate, those already seen "
            f"filtered"
        ),
        log=log,
        train=log.keep(learnt),
        validation=_after(log, ~learnt & before, known, target),
        test=_after(log, ~before, known, target),
        candidates=known,
    )


def temporal_cuts(dataset: Dataset, quantile: float) -> tuple[int, int]:
    """The moments (Unix seconds) at which a global temporal split begins to validate and to test.

    Raises:
        DataError: all events lie on one side.
    """
    times = dataset.log.times
    test_cut = int(np.quantile(times, quantile))
    before = times < test_cut
    if not before.any() or before.all():
        raise DataError(
            f"A temporal split at quantile {quantile} leaves {dataset.name!r} with "
            f"{int(before.sum()):,} events before and {int((~before).sum()):,} after. "
            f"Its times are too much alike: use leave-last-out."
        )
    return int(np.quantile(times[before], quantile)), test_cut


def candidates_of(train: Log, num_items: int, log: Log) -> Bool[np.ndarray, "items_plus_one"]:
    """The items of a log that compete: all that occur, whether learnt from or not."""
    competes = np.zeros(1 + num_items, dtype=bool)
    competes[train.items] = True
    competes[log.items] = True
    competes[PAD_INDEX] = False
    return competes


def _after(log: Log, asked: np.ndarray, known: np.ndarray, target: str) -> Questions:
    """Questions about the events in `asked` that have a history and a known item."""
    users = log.users
    rows = np.flatnonzero(asked & known[log.items])
    rows = rows[rows > log.offsets[users[rows]]]
    if target == "last" and len(rows):
        is_last = np.append(users[rows][1:] != users[rows][:-1], True)
        rows = rows[is_last]
    return Questions(users[rows], log.offsets[users[rows]], rows, log.items[rows])
