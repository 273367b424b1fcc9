"""What a reader should know of the dates of one history before believing an axis of dates."""

from datetime import UTC, datetime

import numpy as np
from jaxtyping import Int64

from recengine.interests.bulk import date_report

LONG_GAP = 365 * 86_400  # seconds without any event that are worth a word
FEW = 2


def date_remarks(times: Int64[np.ndarray, " event"], now: float) -> tuple[str, ...]:
    """Silences of a year and more, a handful of days, dates that lie ahead, one second for all.

    Args:
        times: Unix seconds in order of time.
        now: Unix seconds; what lies behind it has not happened yet.
    """
    if len(times) < FEW:
        return ()
    remarks = []
    if times[0] == times[-1]:
        remarks.append(
            f"All {len(times):,} events carry the same second, so only their order is known."
        )
    report = date_report(times)
    if report.few_days and not report.bulk:
        remarks.append(
            f"These {len(times):,} events lie so close together that they weigh like "
            f"{report.effective_days:.1f} full days: they tell little of longer times."
        )
    gaps = np.diff(times)
    longest = int(gaps.argmax())
    if gaps[longest] >= LONG_GAP:
        years = gaps[longest] / (365.25 * 86_400)
        remarks.append(
            f"Nothing happened between {_month(times[longest])} and {_month(times[longest + 1])}, "
            f"{years:.1f} years: what the taste did meanwhile is not known."
        )
    ahead = int((times > now).sum())
    if ahead:
        what = "event carries a date that lies" if ahead == 1 else "events carry dates that lie"
        remarks.append(f"{ahead:,} {what} ahead of today; check the clock of the source.")
    return tuple(remarks)


def _month(timestamp: np.int64) -> str:
    return f"{datetime.fromtimestamp(int(timestamp), UTC):%B %Y}"
