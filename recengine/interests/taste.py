"""What everybody's taste looks like, measured on the raw log for all people at once.

Axes: user, event = rows of the packed log (grouped by user, oldest first), category = columns of
the category shares, stretch = equal parts of each history, value = values of a context feature.
"""

import numpy as np
from jaxtyping import Float32, Float64, Int64

from recengine.data.dataset import Dataset, Log

NUM_STRETCHES = 8
DAY = 86_400
MANY_DAYS = 100_000  # more than any log spans, so that (person, day) fits one integer
MAX_CATEGORIES = 40


def event_shares(
    dataset: Dataset,
) -> tuple[Float32[np.ndarray, "event category"], tuple[str, ...]]:
    """Categories of the item of every event, for the most frequent categories, and their names."""
    shares = dataset.category_shares[:, :MAX_CATEGORIES]
    return shares[dataset.log.items - 1], dataset.categories[:MAX_CATEGORIES]


def running_totals(
    shares: Float32[np.ndarray, "event category"],
) -> Float64[np.ndarray, "event_plus_one category"]:
    """Sums of all events before each row, so that the sum of any stretch is one subtraction."""
    totals = np.zeros((shares.shape[1], len(shares) + 1))  # one category after the other: faster
    for category, column in enumerate(shares.T):
        np.cumsum(column, out=totals[category, 1:])
    return totals.T


def stretch_means(
    totals: Float64[np.ndarray, "event_plus_one category"], log: Log
) -> Float64[np.ndarray, "user stretch category"]:
    """Mean shares in equal parts of each history; zero for people with fewer events than parts."""
    parts = np.arange(NUM_STRETCHES + 1) / NUM_STRETCHES
    cuts = log.offsets[:-1, None] + np.floor(log.lengths[:, None] * parts).astype(np.int64)
    counts = np.diff(cuts, axis=1)[:, :, None]
    return np.diff(totals[cuts], axis=1) / np.maximum(counts, 1)


def best_switch(
    totals: Float64[np.ndarray, "event_plus_one category"], log: Log, window: int
) -> tuple[
    Float64[np.ndarray, "user category"],
    Int64[np.ndarray, "user category"],
]:
    """The largest jump of each category between successive windows of each person's events.

    Returns:
        Size of the jump up (0 for people with fewer than two windows), and the row of the log
        where it begins.
    """
    users, categories = log.num_users, totals.shape[1]
    size, where = np.zeros((users, categories)), np.zeros((users, categories), dtype=np.int64)
    middle = np.arange(window, len(totals) - window)
    inside = (
        log.users[middle - window] == log.users[np.minimum(middle + window, len(totals) - 1) - 1]
    )
    middle = middle[inside]  # windows that lie within one person's history
    if not len(middle):
        return size, where
    owner = log.users[middle]
    firsts = np.flatnonzero(np.diff(owner, prepend=-1))
    for category in range(categories):
        column = totals[:, category]
        jump = (column[middle + window] - 2 * column[middle] + column[middle - window]) / window
        peak = np.maximum.reduceat(jump, firsts)
        size[owner[firsts], category] = peak
        is_peak = jump == np.repeat(peak, np.diff(firsts, append=len(jump)))
        _, first_peak = np.unique(owner[is_peak], return_index=True)
        where[owner[firsts], category] = middle[is_peak][first_peak]
    return size, where


def shares_by_value(
    shares: Float32[np.ndarray, "event category"],
    log: Log,
    feature: int,
    num_codes: int,
) -> tuple[
    Float64[np.ndarray, "user value category"],
    Int64[np.ndarray, "user value"],
    Int64[np.ndarray, "user value"],
]:
    """Taste by value of one context feature.

    Returns:
        Sum of shares, number of events, and number of different days, per person and value.
    """
    cell = log.users * num_codes + log.contexts[:, feature]
    size = log.num_users * num_codes
    sums = np.stack(
        [np.bincount(cell, weights=column, minlength=size) for column in shares.T], axis=1
    )
    days = np.unique(cell * MANY_DAYS + log.times // DAY % MANY_DAYS) // MANY_DAYS
    shape = (log.num_users, num_codes)
    return (
        sums.reshape(*shape, shares.shape[1]),
        np.bincount(cell, minlength=size).reshape(shape),
        np.bincount(days, minlength=size).reshape(shape),
    )


def effective_days(log: Log) -> Float64[np.ndarray, "user"]:
    """On how many equally full days each history would be as concentrated; 0 without events."""
    day = log.users * MANY_DAYS + log.times // DAY % MANY_DAYS
    days, counts = np.unique(day, return_counts=True)
    squares = np.bincount(
        days // MANY_DAYS, weights=counts.astype(float) ** 2, minlength=log.num_users
    )
    return np.where(squares > 0, log.lengths**2 / np.maximum(squares, 1), 0)
