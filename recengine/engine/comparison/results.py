"""What the engine answers when two things are held side by side, and how trainings stand.

Like `results`: one record per question, tables inside; needs no model to be imported.
"""

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from recengine.engine.results import Recommendations


@dataclass(frozen=True)
class SideBySide:
    """Two requests and what came of each.

    Attributes:
        first, second: the lists, with the requests they answer.
        items: whatever stands in one of the lists, by its best place: item_id, title, rank_first,
            rank_second (0 where it does not compete), in_first, in_second.
        scatter: items that compete in both, the best of each and a sample of the rest: item_id,
            title, rank_first, rank_second, listed ("both", "first", "second" or "").
        leaned: the events that speak most for each list: side ("first" or "second"), step,
            item_id, title, share (of all that speaks for the list). Rankers that are no sum over
            events have none.
        shared: items in both lists.
        agreement: rank correlation over all items that compete in both, -1..1; NaN if too few do.
        sentence: the answer in one sentence.
    """

    first: Recommendations
    second: Recommendations
    items: pd.DataFrame
    scatter: pd.DataFrame
    leaned: pd.DataFrame
    shared: int
    agreement: float
    sentence: str


@dataclass(frozen=True)
class Disagreements:
    """Where two rankers part ways over the held-out questions.

    Attributes:
        first, second: the rankers.
        people: one row per question, those first where the two are furthest apart: user_id,
            item_id, title (of what was chosen), rank_first, rank_second (its places), shared (items
            in both lists of ten), factor (how many times lower the worse of the two put it).
        questions: how many were asked; `people` may hold fewer.
        first_closer, second_closer: how often each put the choice higher than the other.
        mean_shared: items that two lists of ten share on average.
        nothing_shared: people whose two lists have nothing in common.
        sentence: the answer in one sentence.
    """

    first: str
    second: str
    people: pd.DataFrame
    questions: int
    first_closer: int
    second_closer: int
    mean_shared: float
    nothing_shared: int
    sentence: str


@dataclass(frozen=True)
class Misses:
    """Held-out choices that a ranker put worst.

    Attributes:
        table: worst first: user_id, item_id, title, year, categories, rank, listed (titles of
            what it put first instead), rescuer (the measured ranker that put the choice highest),
            rescuer_rank (where).
        questions: how many of the slice were asked.
        among_ten: how many of those it put among its ten.
        median_rank: the place in the middle; NaN without questions.
        slices: values that one may choose, by the name of the slice.
        sentence: the answer in one sentence.
    """

    table: pd.DataFrame
    questions: int
    among_ten: int
    median_rank: float
    slices: dict[str, tuple[str, ...]]
    sentence: str


class JobStatus(StrEnum):
    """How a training stands."""

    NONE = "none"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Job:
    """A training in a process of its own.

    Attributes:
        status: whether it runs, was stopped (it can go on) or failed.
        stage: what it does, in plain words.
        done, total: how far it is; total is 0 if that is not known.
        seconds: how long it has been at it.
        error: one line on what went wrong.
    """

    status: JobStatus
    stage: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Untrained:
    """A ranker that could be trained on this data.

    Attributes:
        ranker: its name.
        label: how people call it.
        needs: labels of rankers that must be trained before it.
        job: how its training stands.
    """

    ranker: str
    label: str
    needs: tuple[str, ...]
    job: Job
