"""What a forecast of a taste says, in one sentence."""

import numpy as np
import pandas as pd
from jaxtyping import Int64

from recengine.engine.forecasts.forecasters import MIN_DAYS, active_days
from recengine.engine.forecasts.results import FutureTaste
from recengine.engine.wording import number
from recengine.interests.forecasting.persistence import Persistence


def days_doubt(times: Int64[np.ndarray, " event"]) -> str:
    """Why a forecast in days cannot be trusted for somebody; empty if it can.

    Args:
        times: of the person's events, Unix seconds.
    """
    days = active_days(times)
    if not len(times) or days >= MIN_DAYS:
        return ""
    where = "one day" if days == 1 else f"{number(days)} days"
    events = "one event" if len(times) == 1 else f"{number(len(times))} events"
    return (
        f"All that is known of this person, {events}, lies on {where}. Forecasts in days were "
        f"learnt from and measured on people with events on at least {number(MIN_DAYS)} days, so "
        f"this one cannot be trusted; one in events says more."
    )


def taste_sentence(shares: pd.DataFrame, now: dict[str, float], answer: FutureTaste) -> str:
    """The largest move that is no chance, or that there is none.

    Args:
        shares: of the forecast, as in `FutureTaste.shares`.
        now: share of each category today.
        answer: the forecast without its sentence.
    """
    last = shares[shares["ahead"] == answer.ahead[-1]].set_index("category")
    unit = answer.unit if answer.ahead[-1] > 1 else answer.unit[:-1]
    when = f"In {number(answer.ahead[-1])} {unit}"
    today = pd.Series(now)
    change = last["mean"] - today
    beyond = change[(today < last["low80"]) | (today > last["high80"])]
    if answer.method == Persistence.name:
        lead = str(today.idxmax())
        return f"{_why_no_change(answer)}: {lead} at {today[lead]:.0%} ({_spread(last.loc[lead])})."
    unproved = not answer.trusted and not answer.doubt
    doubt = " This forecast was not measured to beat no change at all." if unproved else ""
    if not len(beyond):
        lead = str(last["mean"].idxmax())
        return (
            f"{when}, no category should have moved by more than the uncertainty; {lead} is "
            f"expected at {last.loc[lead, 'mean']:.0%} ({_spread(last.loc[lead])}).{doubt}"
        )
    moved = str(beyond.abs().idxmax())
    verb = "grown" if change[moved] > 0 else "shrunk"
    return (
        f"{when}, {moved} should have {verb} from {today[moved]:.0%} to "
        f"{last.loc[moved, 'mean']:.0%} of this taste ({_spread(last.loc[moved])}).{doubt}"
    )


def _why_no_change(answer: FutureTaste) -> str:
    """Why today's taste stands for the future one."""
    shown, methods = "this shows today's taste with its usual unrest", answer.methods
    if answer.doubt:
        return f"What some days bring cannot be told from these dates, so {shown}"
    if methods["skill"].isna().all():
        return f"Nobody has measured forecasts on this data yet, so {shown}"
    if not methods["trusted"].any():
        return f"No forecast was measurably better than assuming no change, so {shown}"
    if not (methods["trusted"] & methods["fitted"]).any():
        return f"The forecasts that are better wait to be trained; {shown}"
    return f"If nothing changes, {shown.removeprefix('this shows ')} remains"


def _spread(row: pd.Series) -> str:
    return f"{row['low80']:.0%} to {row['high80']:.0%} in eight of ten cases"
