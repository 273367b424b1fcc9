"""What a person switches off: events that are not to count, interests that are not to be served.

An event left out is not read by the ranker, as if it had not happened, but its item does not come
back as a recommendation either. An interest that is muted is a category: events with items of it
are not read, and its items are not offered. Nothing is deleted; without the edits all is as before.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Bool

from recengine.data.dataset import Dataset, Log
from recengine.errors import ConfigError, UnknownNameError
from recengine.types import CATEGORIES, Request


def edited(dataset: Dataset, request: Request) -> tuple[Dataset, Bool[np.ndarray, " item"]]:
    """The dataset as the edits of a request leave it, and which items may still be offered.

    Its log holds this person alone. What an event left out is about is not offered again.

    Raises:
        UnknownNameError: unknown person, or an interest that no item has.
        ConfigError: an event number that the person has not.
    """
    user = dataset.user_index(request.user_id)
    left_out = events_left_out(dataset, request)
    offered = ~muted_items(dataset, request.muted)
    items = dataset.log.items[dataset.log.span(user)] - 1
    offered[items[left_out] if dataset.repeats else items] = False
    return dataset.with_log(_one_person(dataset.log, user, ~left_out)), offered


def events_left_out(dataset: Dataset, request: Request) -> Bool[np.ndarray, " event"]:
    """Which events of the person's whole history a request does not count, oldest first.

    Raises:
        UnknownNameError: unknown person, or an interest that no item has.
        ConfigError: an event number that the person has not.
    """
    span = dataset.log.span(dataset.user_index(request.user_id))
    count = span.stop - span.start
    wrong = [step for step in request.without if not 1 <= step <= count]
    if wrong:
        known = f"1 to {count:,}" if count else "none"
        raise ConfigError(
            f"Event {wrong[0]} of {request.user_id!r} cannot be left out: this person's events "
            f"are numbered {known}, oldest first. Choose one of those."
        )
    left_out = muted_items(dataset, request.muted)[dataset.log.items[span] - 1]
    left_out[np.array(request.without, dtype=np.int64) - 1] = True
    return left_out


def muted_items(dataset: Dataset, muted: Iterable[str]) -> Bool[np.ndarray, " item"]:
    """Which items belong to any of the muted interests.

    Raises:
        UnknownNameError: an interest that no item has.
    """
    names = set(muted)
    for name in sorted(names):
        if name not in dataset.categories:
            raise UnknownNameError("interest", name, dataset.categories)
    if not names:
        return np.zeros(dataset.num_items, dtype=bool)
    return np.array([not names.isdisjoint(own) for own in dataset.items[CATEGORIES]], dtype=bool)


def _one_person(log: Log, user: int, kept: Bool[np.ndarray, " event"]) -> Log:
    """A log with some events of one person and of nobody else."""
    rows = np.arange(log.offsets[user], log.offsets[user + 1])[kept]
    counts = np.zeros(log.num_users, dtype=np.int64)
    counts[user] = len(rows)
    return Log(
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        **{
            name: getattr(log, name)[rows]
            for name in ("items", "times", "values", "value_codes", "events", "contexts", "rows")
        },
        repeats=log.repeats,
    )
