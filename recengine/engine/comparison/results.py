"""What the engine answers of rankers held against each other: measured, side by side, in training.

Like `results`: one record per question, tables inside; needs no model to be imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int32, Int64

from recengine.engine.results import Recommendations


@dataclass(frozen=True)
class Quality:
    """Measured quality of the rankers of a dataset.

    Attributes:
        table: ranker, label, metric ("ndcg@10", "hr@10"), value, low, high (95 % interval), seeds.
        protocol: the protocol in one sentence.
        made_with: the command that gives these figures.
        sentence: who wins, and whether the difference can be trusted.
    """

    table: pd.DataFrame
    protocol: str
    made_with: str
    sentence: str


@dataclass(frozen=True)
class MetricMeaning:
    """What a metric tells.

    Attributes:
        label: its name in plain words.
        meaning: what it says, in one sentence.
        better: "higher", "lower", or "" if neither end is better by itself.
    """

    label: str
    meaning: str
    better: str


@dataclass(frozen=True)
class Leaderboard:
    """Every measured ranker of a dataset under one protocol, each against the same baseline.

    Attributes:
        table: one row per ranker and metric: ranker, label, metric, value, low, high (95 %
            interval; NaN where a metric is no mean over people), seeds, seconds (of training, that
            of trained parts included, mean over seeds), difference (to the baseline, person by
            person; NaN where a metric is one number for all people, where their answers were not
            kept, or where only one of the two has a temperature), diff_low, diff_high, p_holm,
            verdict (in plain words, "" for the baseline).
            Rankers are ordered by NDCG@10, best first.
        metrics: what each metric of the table means, in the order to show them.
        slices: ranker, slice (such as "Age"), value (such as "25-34"), people, metric, mean, low,
            high, enough (False: too few people to tell).
        baseline: the ranker that all others are compared with; "" without results.
        facts: how each ranker was measured: config, seeds, temperatures (by which its scores
            were divided to become probabilities, one per seed; results without were measured
            before, of raw scores), data_fingerprint, version, made, machine, made_with and more,
            by ranker.
        protocol: the protocol in one sentence, with the number of questions; "" without results.
        made_with: the command that gives these figures.
        sentence: who wins, and whether the difference can be trusted.
    """

    table: pd.DataFrame
    metrics: Mapping[str, MetricMeaning]
    slices: pd.DataFrame
    baseline: str
    facts: Mapping[str, Mapping[str, Any]]
    protocol: str
    made_with: str
    sentence: str


@dataclass(frozen=True)
class StoredAnswers:
    """What each measured ranker answered to every held-out question (its first seed).

    Attributes:
        users: user index of each question.
        targets: item index of the choice that was held out.
        ranks: place of that choice, from 1, by ranker.
        lists: item indices of the first ten, best first, by ranker; 0 where fewer compete. Results
            that come along about data of others have none.
        labels: how the leaderboard calls each ranker; a blend is called after its two rankers.
    """

    users: Int64[np.ndarray, "questions"]
    targets: Int32[np.ndarray, "questions"]
    ranks: Mapping[str, Int32[np.ndarray, "questions"]]
    lists: Mapping[str, Int32[np.ndarray, "questions places"]]
    labels: Mapping[str, str]


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
        askable: those of "first" and "second" whose ranker is no sum over events and can be asked
            by leaving events out.
        places: both lists on the map for everyone of the unified ranker, with a fair sample of the
            catalogue: item_id, title, x, y, listed (as in `scatter`). Empty if there is no map.
        shared: items in both lists.
        agreement: rank correlation over all items that compete in both, -1..1; NaN if too few do.
        sentence: the answer in one sentence.
    """

    first: Recommendations
    second: Recommendations
    items: pd.DataFrame
    scatter: pd.DataFrame
    leaned: pd.DataFrame
    askable: tuple[str, ...]
    places: pd.DataFrame
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
            in both lists of ten, where lists were kept), factor (how many times lower the worse of
            the two put it).
        questions: how many were asked; `people` may hold fewer.
        first_closer, second_closer: how often each put the choice higher than the other.
        nothing_shared: people whose two lists have nothing in common; None without lists.
        sentence: the answer in one sentence.
    """

    first: str
    second: str
    people: pd.DataFrame
    questions: int
    first_closer: int
    second_closer: int
    nothing_shared: int | None
    sentence: str


@dataclass(frozen=True)
class Misses:
    """Held-out choices that a ranker put worst.

    Attributes:
        table: worst first: user_id, item_id, title, year, categories, rank, listed (titles of
            what it put first instead, where lists were kept), rescuer (the measured ranker that put
            the choice highest), rescuer_rank (where).
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
