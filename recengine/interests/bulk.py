"""Is this time real? Whether the dates of a history tell when things happened.

Many logs were typed in at one sitting: the dates then say when somebody filled in a form. Two
signs are looked for: events that share their minute with several others, and a history that lies
on a handful of days whatever its span.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from recengine.data.dataset import Log

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


@dataclass(frozen=True)
class LogDates:
    """What the dates of a whole log look like.

    Attributes:
        people: with enough events to judge their dates.
        bulk_share: part of them whose dates say little.
        crowded_minutes: part of all events in a minute that holds at least four of one person's.
        median_span_days: middle of the spans of these people's histories.
        sentence: the answer in one sentence.
    """

    people: int
    bulk_share: float
    crowded_minutes: float
    median_span_days: float
    sentence: str


def log_dates(log: Log) -> LogDates:
    """Is the time of a log real? Judged person by person as in `date_report`."""
    lengths = log.lengths
    minutes = _groups(log.users, log.times // MINUTE)
    days = _groups(log.users, log.times // DAY)
    crowded = np.bincount(
        minutes[0], np.where(minutes[1] >= CROWD, minutes[1], 0), minlength=log.num_users
    )
    squares = np.bincount(days[0], days[1].astype(float) ** 2, minlength=log.num_users)
    judged = np.flatnonzero(lengths >= MIN_EVENTS)
    if not len(judged):
        sentence = f"Nobody has {MIN_EVENTS} events, too few to tell whether the times are real."
        return LogDates(0, 0.0, float(crowded.sum() / max(1, len(log.times))), 0.0, sentence)
    effective = lengths[judged] ** 2 / squares[judged]
    bulk = (crowded[judged] / lengths[judged] >= 0.5) | (effective < 5)
    firsts, lasts = log.offsets[judged], log.offsets[judged + 1] - 1
    span = float(np.median(log.times[lasts] - log.times[firsts]) / DAY)
    share = float(bulk.mean())
    if share >= 0.5:
        verdict = f"The times are hardly real: {share:.0%} of people were typed in at a sitting"
        advice = "count events instead of days"
    else:
        verdict = f"The times are real for {1 - share:.0%} of people"
        advice = f"half of the histories span more than {span:,.1f} days"
    return LogDates(
        people=len(judged),
        bulk_share=share,
        crowded_minutes=float(crowded.sum() / len(log.times)),
        median_span_days=span,
        sentence=f"{verdict}; {advice}.",
    )


def _groups(
    users: Int64[np.ndarray, " event"], moments: Int64[np.ndarray, " event"]
) -> tuple[np.ndarray, np.ndarray]:
    """User and number of events of each different moment; a user's events are in order of time."""
    new = np.flatnonzero(
        np.diff(users, prepend=-1).astype(bool) | (np.diff(moments, prepend=0) != 0)
    )
    return users[new], np.diff(new, append=len(users))
