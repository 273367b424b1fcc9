"""Logs as others published them, through the same rules of cleaning as one's own data.

Nothing goes silently: what is left out stands in `Dataset.cleaning`, rule by rule.
"""

import time
from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd
from jaxtyping import Bool

from recengine.data.cleaning import DAY, CleaningRules, CleaningStep, clean, what_went
from recengine.types import ITEM_ID, TIMESTAMP

KNOWN_ITEMS, TIMES = "known_items", "times"  # not to be switched: no Dataset could hold these


def clean_published(
    events: pd.DataFrame,
    catalogue: Collection[str],
    rules: CleaningRules | None = None,
    *,
    now: int | None = None,
) -> tuple[pd.DataFrame, tuple[CleaningStep, ...]]:
    """Leave out what cannot be used or was not lived.

    Args:
        events: user_id, item_id, timestamp (Unix seconds, UTC; NaN where there is none), event and
            more; in file order, which is kept.
        catalogue: the items that something is known about.
        rules: the usual if not given.
        now: Unix seconds; what lies more than a day after it is a mistake. None for the clock.

    Returns:
        The events that stay, times as whole seconds, and one step per rule that took something.
    """
    rules = rules or CleaningRules()
    end = (int(time.time()) if now is None else now) + DAY
    steps = []
    for rule, setting, gone, what in _impossible(events, catalogue, rules, end):
        still = gone.reindex(events.index).to_numpy(dtype=bool)
        if still.any():
            steps.append(what_went(rule, setting, events, events[~still], what))
            events = events[~still]
    whole = events.assign(**{TIMESTAMP: events[TIMESTAMP].astype(np.int64)})
    kept, further = clean(whole, rules)
    return kept, (*steps, *further)


def _impossible(
    events: pd.DataFrame, catalogue: Collection[str], rules: CleaningRules, end: int
) -> Iterator[tuple[str, str, Bool[pd.Series, " event"], str]]:
    """Rule, setting, the events it takes and why, for each rule about single rows."""
    times = events[TIMESTAMP]
    yield KNOWN_ITEMS, "", ~events[ITEM_ID].isin(catalogue), "items that the catalogue lacks"
    yield TIMES, "", ~(times >= 0), "no time that can be read, or one before 1970"
    if rules.exact_duplicates:
        again = events.duplicated()
        yield "exact_duplicates", "True", again, "the same as an earlier row in every column"
    if rules.future:
        yield "future", "True", times > end, "a time in the future"
    if rules.before:
        yield "before", rules.before, times < rules.earliest, f"a time before {rules.before}"
