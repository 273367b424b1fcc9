"""An interest at regular moments of the calendar, though events come when they come.

Between events nothing is known, so nothing is invented: each moment has the interest after the
last event before it, and says how old that is. Long silences stay visible as such.
Axes: event = one history, oldest first; moment = ends of calendar periods.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float64, Int64

from recengine.errors import UnknownNameError

PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}  # of pandas
DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}  # about
MAX_MOMENTS = 200  # of a period that is chosen automatically
STALE_DAYS = 90  # without an event, after which an interest is no longer taken for known
DAY = 86_400


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which event speaks for each moment.

    Attributes:
        period: "day", "week", "month", "quarter" or "year".
        moments: last second of each period, Unix seconds; the last one is that of the last event.
        last_event: position of the last event up to then.
        num_events: events within the period.
        age_days: how long ago the last event was.
        known: whether that is recent enough to speak for the moment.
    """

    period: str
    moments: Int64[np.ndarray, " moment"]
    last_event: Int64[np.ndarray, " moment"]
    num_events: Int64[np.ndarray, " moment"]
    age_days: Float64[np.ndarray, " moment"]
    known: Bool[np.ndarray, " moment"]


def calendar(
    times: Int64[np.ndarray, " event"],
    timezone: str = "UTC",
    *,
    period: str = "",
    stale_days: float = STALE_DAYS,
) -> Calendar:
    """Lay a calendar over the events of one history.

    Args:
        times: Unix seconds, in order.
        timezone: IANA name of the clock by which days begin.
        period: one of `PERIODS`; "" takes the shortest that gives at most `MAX_MOMENTS`.
        stale_days: silence after which the interest counts as unknown; at least one period.

    Raises:
        UnknownNameError: no such period.
    """
    if period and period not in PERIODS:
        raise UnknownNameError("calendar period", period, PERIODS)
    days = (times[-1] - times[0]) / DAY if len(times) else 0.0
    period = period or next((name for name in DAYS if days / DAYS[name] <= MAX_MOMENTS), "year")
    if not len(times):
        nothing = np.zeros(0, dtype=np.int64)
        return Calendar(period, nothing, nothing, nothing, np.zeros(0), np.zeros(0, dtype=bool))
    local = pd.to_datetime(times[[0, -1]], unit="s", utc=True).tz_convert(timezone)
    first, last = local.tz_localize(None).to_period(PERIODS[period])
    ends = pd.period_range(first, last, freq=PERIODS[period]).end_time.floor("s")
    # a clock that jumps has hours that are there twice or not at all
    aware = ends.tz_localize(
        timezone, ambiguous=np.zeros(len(ends), bool), nonexistent="shift_backward"
    )
    moments = aware.as_unit("s").astype(np.int64).to_numpy()
    last_event = np.searchsorted(times, moments, side="right") - 1
    age_days = (moments - times[last_event]) / DAY
    return Calendar(
        period=period,
        moments=moments,
        last_event=last_event.astype(np.int64),
        num_events=np.diff(last_event, prepend=-1).astype(np.int64),
        age_days=age_days,
        known=age_days <= max(stale_days, DAYS[period]),
    )
