"""Is this time real? Whether the dates of a history tell when things happened.

Many logs were typed in at one sitting: the dates then say when somebody filled in a form. Two
signs are looked for: events that share their minute with several others, and a history that lies
on a handful of days whatever its span.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

MINUTE = 60
DAY = 86_400
CROWD = 4  # so many events within a minute are no longer lived, but typed in
MIN_EVENTS = 10  # fewer events are few, not bulk


@dataclass(frozen=True)
class DateReport:
    """What the dates of one history look like.

    Attributes:
        crowded_minutes: share of events in a minute that holds at least four of them.
        crowded_days: share of events on a day that holds at least a tenth of them all.
        effective_days: on how many equally full days the history would be as concentrated.
        median_gap: middle of the gaps between successive events, in seconds.
        bulk: True if dates say little and event numbers are the honest axis.
    """

    crowded_minutes: float
    crowded_days: float
    effective_days: float
    median_gap: float
    bulk: bool


def date_report(times: Int64[np.ndarray, "event"]) -> DateReport:
    """Judge the dates of one history.

    Args:
        times: Unix seconds in order of time.
    """
    num_events = len(times)
    if num_events == 0:
        return DateReport(0.0, 0.0, 0.0, 0.0, bulk=False)
    minutes = np.unique(times // MINUTE, return_counts=True)[1]
    days = np.unique(times // DAY, return_counts=True)[1]
    crowded_minutes = float(minutes[minutes >= CROWD].sum() / num_events)
    effective_days = float(num_events**2 / np.square(days).sum())
    return DateReport(
        crowded_minutes=crowded_minutes,
        crowded_days=float(days[days >= max(2, num_events / 10)].sum() / num_events),
        effective_days=effective_days,
        median_gap=float(np.median(np.diff(times))) if num_events > 1 else 0.0,
        bulk=num_events >= MIN_EVENTS and (crowded_minutes >= 0.5 or effective_days < 5),
    )
