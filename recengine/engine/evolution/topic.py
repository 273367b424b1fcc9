"""How tastes evolve beyond one timeline: a stretch of it, the list of then, two people, groups."""

import pandas as pd

from recengine.data.progress import Progress, silent
from recengine.engine.evolution import cohorts, groups, pairs
from recengine.engine.evolution.results import (
    Cohort,
    CohortQuestion,
    ListThen,
    Period,
    TastePair,
)
from recengine.engine.evolution.timemachine import TimeMachine
from recengine.engine.results import Timeline
from recengine.engine.state import State
from recengine.engine.timelines import timeline
from recengine.engine.wording import listed, number
from recengine.errors import ConfigError
from recengine.types import TITLE, Request

NOTICEABLE = 0.03  # change of a share that is worth a word


class Evolution:
    """Questions about tastes in the course of time; safe to share between threads."""

    def __init__(self, state: State) -> None:
        """Ask about what `state` has loaded."""
        self._state = state
        self._machine = TimeMachine(state)

    def list_then(self, request: Request, step: int, hindsight: bool = False) -> ListThen:
        """What would have been recommended right after one event? See `TimeMachine.list_then`."""
        return self._machine.list_then(request, step, hindsight=hindsight)

    def period(self, told: Timeline, first: int, last: int) -> Period:
        """What happened between two events of a timeline, and what it did to the taste.

        Raises:
            ConfigError: the stretch is not within the history.
        """
        return period(told, first, last)

    def side_by_side(self, first: Request, second: Request) -> TastePair:
        """How far apart are two people, then and now?

        Raises:
            ConfigError: one of them has no events.
        """
        both = timeline(self._state, first), timeline(self._state, second)
        for each in both:
            if each.events.empty:
                raise ConfigError(
                    f"Person {each.user_id} has no events yet, so there is no taste to compare. "
                    "Choose somebody with a history."
                )
        return pairs.side_by_side(*both)

    def two_interests(self, told: Timeline, first: str, second: str) -> str:
        """Which of two categories leads in a taste, since when? A sentence.

        Raises:
            UnknownNameError: no such category.
        """
        return pairs.two_interests(told, first, second)

    def groups(self) -> tuple[CohortQuestion, ...]:
        """How can people be divided into groups?"""
        return groups.questions(self._state)

    def missing(self, by: str, group: str, ranker: str = "") -> int:
        """People of a group whose course must still be computed before `cohort` can answer."""
        return cohorts.missing(self._state, by, group, ranker)

    def measure(self, by: str, group: str, ranker: str = "", progress: Progress = silent) -> None:
        """Compute what `cohort` needs; interrupted, it goes on where it stopped."""
        cohorts.measure(self._state, by, group, ranker, progress)

    def cohort(self, by: str, group: str, ranker: str = "") -> Cohort:
        """How does a group drift, and who leaves a category?"""
        return cohorts.cohort(self._state, by, group, ranker)


def period(told: Timeline, first: int, last: int) -> Period:
    """A stretch of a timeline, by the numbers of its first and last event.

    Raises:
        ConfigError: the stretch is not within the history.
    """
    length = len(told.events)
    if not 1 <= first <= last <= length:
        raise ConfigError(
            f"Events {first} to {last} are no stretch of a history of {length:,} events. "
            f"Choose a first and a last one from 1 to {length:,}."
        )
    events = told.events[told.events["step"].between(first, last)]
    taste = told.shares.drop(columns="step", errors="ignore")
    before, after = taste.iloc[max(0, first - 2)], taste.iloc[last - 1]
    shares = pd.DataFrame({"before": before, "after": after, "change": after - before})
    shares = shares.rename_axis("category").reset_index()
    shares = shares.sort_values("change", key=abs, ascending=False, ignore_index=True)
    return Period(first, last, events, shares, _period_sentence(events, shares))


def _period_sentence(events: pd.DataFrame, shares: pd.DataFrame) -> str:
    count = number(len(events))
    start = f"In {'this' if len(events) == 1 else 'these'} {count} event{'s'[: len(events) - 1]}"
    risen = shares[shares["change"] >= NOTICEABLE].head(1)
    fallen = shares[shares["change"] <= -NOTICEABLE].head(1)
    moves = [
        f"{row.category} {verb} from {row.before:.0%} to {row.after:.0%}"
        for table, verb in ((risen, "rose"), (fallen, "fell"))
        for row in table.itertuples()
    ]
    if not moves:
        return f"{start} the taste stayed as it was."
    strongest = events.loc[events["drift"].idxmax(), TITLE]
    return f"{start} {listed(moves)}; {strongest} pulled most."
