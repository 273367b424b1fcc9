"""Is this time real? Whether the dates of a history tell when things happened.

Many logs were typed in at one sitting: the dates then say when somebody filled in a form. Two
signs are looked for: events that share their minute with several others, and a history of a
handful of days most of which is sittings, that is, events that follow one another within two
minutes. A handful of days alone is no such sign: events hours apart were lived, if not for long.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from recengine.data.dataset import Log

MINUTE = 60
DAY = 86_400
CROWD = 4  # so many events within a minute are no longer lived, but typed in
# Longest gap within a sitting, which has as many events as a crowd at least. It takes 98 % of the
# people of MovieLens-100K, which was typed in, and under 1 % of the simulated shop's, who were not;
# with five minutes their visits to the shop would count as well.
SITTING = 2 * MINUTE
FEW_DAYS = 5  # equally full days below which a history is of a handful of days
MOST = 0.5
MIN_EVENTS = 10  # fewer events are few, not bulk


@dataclass(frozen=True)
class DateReport:
    """What the dates of one history look like.

    Attributes:
        crowded_minutes: share of events in a minute that holds at least four of them.
        crowded_days: share of events on a day that holds at least a tenth of them all.
        at_sittings: share of events in runs of at least four, two minutes apart at most.
        effective_days: on how many equally full days the history would be as concentrated.
        median_gap: middle of the gaps between successive events, in seconds.
        few_days: True if it is a handful of days, however the events lie on them.
        bulk: True if it looks typed in, so that event numbers are the honest axis.
    """

    crowded_minutes: float
    crowded_days: float
    at_sittings: float
    effective_days: float
    median_gap: float
    few_days: bool
    bulk: bool


def date_report(times: Int64[np.ndarray, "event"]) -> DateReport:
    """Judge the dates of one history.

    Args:
        times: Unix seconds in order of time.
    """
    num_events = len(times)
    if num_events == 0:
        return DateReport(0.0, 0.0, 0.0, 0.0, 0.0, few_days=False, bulk=False)
    minutes = np.unique(times // MINUTE, return_counts=True)[1]
    days = np.unique(times // DAY, return_counts=True)[1]
    runs = np.diff(np.flatnonzero(_starts(times)), append=num_events)
    crowded_minutes = float(minutes[minutes >= CROWD].sum() / num_events)
    at_sittings = float(runs[runs >= CROWD].sum() / num_events)
    effective_days = float(num_events**2 / np.square(days).sum())
    few_days = num_events >= MIN_EVENTS and effective_days < FEW_DAYS
    typed = crowded_minutes >= MOST or (few_days and at_sittings >= MOST)
    return DateReport(
        crowded_minutes=crowded_minutes,
        crowded_days=float(days[days >= max(2, num_events / 10)].sum() / num_events),
        at_sittings=at_sittings,
        effective_days=effective_days,
        median_gap=float(np.median(np.diff(times))) if num_events > 1 else 0.0,
        few_days=few_days,
        bulk=num_events >= MIN_EVENTS and typed,
    )


@dataclass(frozen=True)
class LogDates:
    """What the dates of a whole log look like.

    Attributes:
        people: with enough events to judge their dates.
        bulk_share: part of them whose history looks typed in.
        few_days_share: part of them whose history is a handful of days and does not look typed in.
        crowded_minutes: part of all events in a minute that holds at least four of one person's.
        median_span_days: middle of the spans of these people's histories.
        sentence: the answer in one sentence.
    """

    people: int
    bulk_share: float
    few_days_share: float
    crowded_minutes: float
    median_span_days: float
    sentence: str


def log_dates(log: Log) -> LogDates:
    """Is the time of a log real? Judged person by person as in `date_report`."""
    lengths = log.lengths
    crowded = _in_crowds(log, *_groups(log.users, log.times // MINUTE))
    judged = np.flatnonzero(lengths >= MIN_EVENTS)
    of_all = float(crowded.sum() / max(1, len(log.times)))
    if not len(judged):
        sentence = f"Nobody has {MIN_EVENTS} events, too few to tell whether the times are real."
        return LogDates(0, 0.0, 0.0, of_all, 0.0, sentence)
    days = _groups(log.users, log.times // DAY)
    squares = np.bincount(days[0], days[1].astype(float) ** 2, minlength=log.num_users)
    starts = np.flatnonzero(_starts(log.times) | np.diff(log.users, prepend=-1).astype(bool))
    sat = _in_crowds(log, log.users[starts], np.diff(starts, append=len(log.times)))
    few = lengths[judged] ** 2 / squares[judged] < FEW_DAYS
    typed_in_days = few & (sat[judged] / lengths[judged] >= MOST)
    bulk = (crowded[judged] / lengths[judged] >= MOST) | typed_in_days
    firsts, lasts = log.offsets[judged], log.offsets[judged + 1] - 1
    span = float(np.median(log.times[lasts] - log.times[firsts]) / DAY)
    shares = float(bulk.mean()), float((few & ~bulk).mean())
    return LogDates(len(judged), *shares, of_all, span, _told(len(judged), *shares, span))


def _told(people: int, bulk: float, few: float, span: float) -> str:
    who = f"the {people:,} people with {MIN_EVENTS} events or more"
    if bulk >= MOST:
        return (
            f"The times are hardly real: the histories of {bulk:.0%} of {who} look typed in at a "
            "few sittings; count events instead of days."
        )
    text = f"The times look real for {1 - bulk:.0%} of {who}"
    if few >= 0.1:
        text += f"; {few:.0%} have a handful of days only, though not typed in at a sitting"
    return f"{text}; half of the histories span more than {span:,.1f} days."


def _starts(times: Int64[np.ndarray, " event"]) -> Bool[np.ndarray, " event"]:
    """Which events begin a sitting."""
    return np.diff(times, prepend=times[0] - SITTING - 1) > SITTING


def _in_crowds(
    log: Log, users: Int64[np.ndarray, " group"], sizes: Int64[np.ndarray, " group"]
) -> Float64[np.ndarray, " users"]:
    """Of each person, how many events lie in groups of at least four."""
    return np.bincount(users, np.where(sizes >= CROWD, sizes, 0), minlength=log.num_users)


def _groups(
    users: Int64[np.ndarray, " event"], moments: Int64[np.ndarray, " event"]
) -> tuple[np.ndarray, np.ndarray]:
    """User and number of events of each different moment; a user's events are in order of time."""
    new = np.flatnonzero(
        np.diff(users, prepend=-1).astype(bool) | (np.diff(moments, prepend=0) != 0)
    )
    return users[new], np.diff(new, append=len(users))
