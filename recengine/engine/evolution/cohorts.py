"""How do groups of people drift, and who leaves a category?

Of each group a fair sample is followed through the interest vectors of one ranker. Histories are
of any length and often typed in at one sitting, so people are aligned by the share of their own
history that has passed, not by dates. What was computed for a person is kept on disk: groups
overlap, and work that was interrupted goes on where it stopped.

Axes: person, stage = equal parts of a history, category = as in the shares of a taste.
"""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32, Int64

from recengine.data.progress import Progress, silent
from recengine.engine.assets import safe_name
from recengine.engine.evolution.drift import course, movers, sentence
from recengine.engine.evolution.groups import group_of, sample
from recengine.engine.evolution.results import Cohort
from recengine.engine.forecasts.forecasters import weights_digest
from recengine.engine.state import State
from recengine.engine.timelines import interest_path, shares_of
from recengine.errors import StorageError
from recengine.interests.bulk import date_report
from recengine.training.checkpoint import load_checkpoint, save_checkpoint

STAGES = 10
VECTORS = 40  # interest vectors of one person that are weighed at most
KEPT_EVERY = 25  # people after whom what was computed is written down


def missing(state: State, by: str, group: str, ranker: str) -> int:
    """How many people of the sample must still be computed."""
    return len(_Kept(state, ranker).without(sample(group_of(state, by, group))))


def measure(state: State, by: str, group: str, ranker: str, progress: Progress = silent) -> None:
    """Compute what is missing for a group, and keep it; a listener that raises ends the work.

    Raises:
        UnknownNameError: no such way to divide people, or no such group.
        ConfigError: the group is too small, or the ranker has no interest vectors.
    """
    kept = _Kept(state, ranker)
    todo = kept.without(sample(group_of(state, by, group)))
    try:
        for done, person in enumerate(todo):
            progress("Following the people of this group", done, len(todo))
            kept.add(person, stage_shares(state, str(state.dataset.user_ids[person]), ranker))
            if done % KEPT_EVERY == KEPT_EVERY - 1:
                kept.write()
    finally:
        if len(todo):
            kept.write()


def cohort(state: State, by: str, group: str, ranker: str) -> Cohort:
    """How a group moved; computes what is missing first.

    Raises:
        UnknownNameError: no such way to divide people, or no such group.
        ConfigError: the group is too small, or the ranker has no interest vectors.
    """
    measure(state, by, group, ranker)
    everyone = group_of(state, by, group)
    people = sample(everyone)
    shares = _Kept(state, ranker).of(people)
    names = state.interest_columns[1]
    table = movers(shares, names)
    log = state.dataset.log
    typed_in = float(np.mean([date_report(log.times[log.span(int(each))]).bulk for each in people]))
    return Cohort(
        by=by,
        group=group,
        people=len(people),
        of=len(everyone),
        path=course(shares, names),
        movers=table,
        typed_in=typed_in,
        sentence=sentence(table, group, by, len(people)),
    )


def stage_shares(state: State, user_id: str, ranker: str) -> Float32[np.ndarray, "stage category"]:
    """Mean shares of one person's taste in each part of the history."""
    interest = interest_path(state, user_id, ranker)
    rows = np.unique(np.linspace(0, len(interest) - 1, VECTORS).astype(np.int64))
    shares, _ = shares_of(state, ranker, interest[rows])
    stages = rows * STAGES // len(interest)
    return np.stack([shares[stages == stage].mean(axis=0) for stage in range(STAGES)])


class _Kept:
    """What was computed for people, on disk: one file per dataset and ranker.

    People are kept by their outside ids, so that whoever erases somebody finds them.
    """

    def __init__(self, state: State, ranker: str) -> None:
        self._path = _file(state, ranker)
        self._ids = state.dataset.user_ids
        self._shares: dict[str, np.ndarray] = {}
        try:
            tensors, facts = load_checkpoint(self._path)
            shares = tensors["shares"].numpy()
            self._shares = dict(zip(facts["user_ids"], shares, strict=True))
        except (StorageError, KeyError, ValueError):  # not there yet, or damaged
            pass

    def without(self, people: Int64[np.ndarray, " person"]) -> list[int]:
        return [int(person) for person in people if self._ids[person] not in self._shares]

    def add(self, person: int, shares: Float32[np.ndarray, "stage category"]) -> None:
        self._shares[str(self._ids[person])] = shares

    def of(
        self, people: Int64[np.ndarray, " person"]
    ) -> Float32[np.ndarray, "person stage category"]:
        return np.stack([self._shares[str(self._ids[person])] for person in people])

    def write(self) -> None:
        if self._shares:
            shares = torch.from_numpy(np.stack(list(self._shares.values())))
            save_checkpoint(self._path, {"shares": shares}, {"user_ids": list(self._shares)})


def _file(state: State, ranker: str) -> Path:
    """Another one for other data and for a ranker that was trained again."""
    model = state.interest_model(ranker)
    digest = weights_digest(model)
    name = f"{safe_name(state.dataset.name)}-{state.dataset.fingerprint}-{model.name}"
    return state.workspace.folder("cohorts") / f"{name}-{digest}.safetensors"
