"""Two side by side: two people's tastes, and two interests of one person."""

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon

from recengine.engine.evolution.results import TastePair
from recengine.engine.results import Timeline
from recengine.errors import UnknownNameError

EDGE = 5  # a history's first fifth stands for its start
NOTICEABLE = 0.05  # distance that is worth a word


def side_by_side(first: Timeline, second: Timeline) -> TastePair:
    """Shares of both at the start of their histories and today, and the distance between them.

    The distance is Jensen-Shannon's with base 2: 0 for the same shares, 1 for nothing in common.
    """
    sides = {name: _ends(each) for name, each in (("first", first), ("second", second))}
    shares = pd.DataFrame(
        {f"{name}_{when}": ends[when] for name, ends in sides.items() for when in ("start", "now")}
    ).fillna(0.0)
    apart = {
        when: float(jensenshannon(shares[f"first_{when}"], shares[f"second_{when}"], base=2))
        for when in ("start", "now")
    }
    gap = shares["first_now"] - shares["second_now"]
    shares = shares.loc[gap.abs().sort_values(ascending=False, kind="stable").index]
    shares = shares.rename_axis("category").reset_index()
    return TastePair(
        shares=shares,
        apart_start=apart["start"],
        apart_now=apart["now"],
        sentence=_sentence(first.user_id, second.user_id, shares, apart),
    )


def two_interests(told: Timeline, first: str, second: str) -> str:
    """Which of two categories leads in one person's taste, since when, and by how much; a sentence.

    Raises:
        UnknownNameError: no such category.
    """
    for name in (first, second):
        if name not in told.shares or name == "step":
            raise UnknownNameError("interest", name, told.shares.columns.drop("step"))
    ahead = (told.shares[first] >= told.shares[second]).to_numpy()
    now = told.shares[[first, second]].iloc[-1]
    leader, other = (first, second) if ahead[-1] else (second, first)
    standing = f"today {now[leader]:.0%} of the taste against {now[other]:.0%}"
    turns = np.flatnonzero(ahead != ahead[-1])
    if not len(turns):
        return f"{leader} was ahead of {other} all along; {standing}."
    changes = int((np.diff(ahead.astype(np.int8)) != 0).sum())
    since = f"for good at event {turns[-1] + 2:,}"
    if changes == 1:
        return f"{leader} passed {other} {since}; {standing}."
    return (
        f"{leader} and {other} changed the lead {changes:,} times, the last time at event "
        f"{turns[-1] + 2:,}; {standing}."
    )


def _ends(timeline: Timeline) -> dict[str, pd.Series]:
    shares = timeline.shares.drop(columns="step", errors="ignore")
    edge = max(1, len(shares) // EDGE)
    return {"start": shares.head(edge).mean(), "now": shares.iloc[-1]}


def _sentence(first: str, second: str, shares: pd.DataFrame, apart: dict[str, float]) -> str:
    moved = apart["now"] - apart["start"]
    if moved < -NOTICEABLE:
        course = "came closer to each other"
    elif moved > NOTICEABLE:
        course = "moved apart"
    else:
        course = "stayed as far apart as they were"
    most = shares.iloc[0]
    gap = float(most["first_now"] - most["second_now"])
    if np.abs(gap) < NOTICEABLE:
        return f"Their tastes {course}, and today hardly differ."
    more, less = (first, second) if gap > 0 else (second, first)
    high, low = sorted((most["first_now"], most["second_now"]), reverse=True)
    return (
        f"Their tastes {course}; today {most['category']} sets them apart most: {high:.0%} of the "
        f"taste of person {more}, {low:.0%} of that of person {less}."
    )
