"""What the engine answers about how tastes evolved: a stretch of time, a list of then, two
people, groups.

Like `results`: one record per question, tables inside; needs no model to be imported.
"""

from dataclasses import dataclass

import pandas as pd

from recengine.types import Request


@dataclass(frozen=True)
class Period:
    """A stretch of one person's history.

    Attributes:
        first, last: numbers of its first and last event, from 1.
        events: the rows of `Timeline.events` within it.
        shares: category, before (share of the taste at the event before the stretch; at its first
            event if there is none), after (at its last event), change; largest change first.
        sentence: the answer in one sentence.
    """

    first: int
    last: int
    events: pd.DataFrame
    shares: pd.DataFrame
    sentence: str


@dataclass(frozen=True)
class ListThen:
    """What would have been recommended right after one event of a history.

    Attributes:
        request: what was asked, with the ranker that made the list and the moment of that event.
        label: how people call that ranker.
        step: number of the last event of this person that was known, from 1.
        cut: Unix seconds UTC: what anybody did from here on was not known. Midnight before the
            event, so that a whole day is never split by the order of a file.
        items: best first: rank, item_id, title, year, categories, share_of_best, reason,
            chosen_at (number of the later event that chose it; 0 if it was never chosen), rank_now
            (its place today; 0 where it does not compete any more).
        candidates: items that competed: known to somebody by then, not in the history so far.
        known_events: events of everybody before the cut.
        hindsight: what the list knows that nobody could know then, as a sentence; empty if nothing.
        sentence: the answer in one sentence.
    """

    request: Request
    label: str
    step: int
    cut: int
    items: pd.DataFrame
    candidates: int
    known_events: int
    hindsight: str
    sentence: str


@dataclass(frozen=True)
class TastePair:
    """Two people's tastes side by side.

    Attributes:
        shares: category, first_start, first_now, second_start, second_now (mean over the first
            fifth of each history, and after its last event), largest present difference first.
        apart_start, apart_now: Jensen-Shannon distance between the two, 0 (the same) to 1.
        sentence: the answer in one sentence.
    """

    shares: pd.DataFrame
    apart_start: float
    apart_now: float
    sentence: str


@dataclass(frozen=True)
class CohortQuestion:
    """A way to divide people into groups.

    Attributes:
        name: how addresses and commands call it: a profile feature, or "activity".
        label: in plain words.
        groups: people with enough events by the name of the group.
    """

    name: str
    label: str
    groups: dict[str, int]


@dataclass(frozen=True)
class Cohort:
    """How the taste of a group moved, from the beginning of each history to its end.

    Attributes:
        by, group: which people, as in `CohortQuestion`.
        people: how many were followed.
        of: how many there are in the group with enough events.
        path: stage (from 1: equal parts of each person's own history), category, mean, low, high
            (95 % interval of the mean, bootstrap over people), people_low, people_high (where the
            middle 80 % of the people are).
        movers: category, start, end (mean shares of the first and last fifth), change, change_low,
            change_high (95 %), sure (whether the change's interval excludes zero), held (people
            with it among their three strongest at the start), left (of those, without it at the
            end), left_share, left_low, left_high (95 %, Wilson), joined (people who came to it),
            net (joined minus left, as a share of all), net_low, net_high (95 %), net_sure.
        typed_in: share of the people whose dates look typed in at a few sittings, so that the order
            of their events is that of a form as much as of a life.
        sentence: the answer in one sentence.
    """

    by: str
    group: str
    people: int
    of: int
    path: pd.DataFrame
    movers: pd.DataFrame
    typed_in: float
    sentence: str
