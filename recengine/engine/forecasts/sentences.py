"""What a forecast of a taste says, in one sentence."""

import pandas as pd

from recengine.engine.forecasts.results import FutureTaste
from recengine.engine.wording import number
from recengine.interests.forecasting.persistence import Persistence


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
        return (
            f"{_why_no_change(answer.methods)}: {lead} at {today[lead]:.0%} "
            f"({_spread(last.loc[lead])})."
        )
    doubt = "" if answer.trusted else " This forecast was not measured to beat no change at all."
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


def _why_no_change(methods: pd.DataFrame) -> str:
    """Why today's taste stands for the future one."""
    shown = "this shows today's taste with its usual unrest"
    if methods["skill"].isna().all():
        return f"Nobody has measured forecasts on this data yet, so {shown}"
    if not methods["trusted"].any():
        return f"No forecast was measurably better than assuming no change, so {shown}"
    if not (methods["trusted"] & methods["fitted"]).any():
        return f"The forecasts that are better wait to be trained; {shown}"
    return f"If nothing changes, {shown.removeprefix('this shows ')} remains"


def _spread(row: pd.Series) -> str:
    return f"{row['low80']:.0%} to {row['high80']:.0%} in eight of ten cases"
