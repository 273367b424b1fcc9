"""How do groups of people drift, and who leaves a category?

Of each group a fair sample is followed through the interest vectors of one ranker. Histories are
of any length and often typed in at one sitting, so people are aligned by the share of their own
history that has passed, not by dates. What was computed for a person is kept on disk: groups
overlap, and work that was interrupted goes on where it stopped.

Leaving is counted against joining. Somebody with much of a category at the start has less of it
later by chance alone (regression to the mean), and somebody with little has more; only the balance
of the two says that a group moves.

Axes: person, stage = equal parts of a history, category = as in the shares of a taste.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float32, Float64, Int64
from scipy.stats import binomtest

from recengine.data.progress import Progress, silent
from recengine.engine.assets import safe_name
from recengine.engine.evolution.results import Cohort, CohortQuestion
from recengine.engine.forecasts.forecasters import weights_digest
from recengine.engine.state import State
from recengine.engine.timelines import interest_path, shares_of
from recengine.errors import ConfigError, StorageError, UnknownNameError
from recengine.evaluation.bootstrap import TAILS, bootstrap_mean, resampled_means
from recengine.interests.bulk import date_report
from recengine.training.checkpoint import load_checkpoint, save_checkpoint

STAGES = 10
ENDS = 2  # stages at either end that are compared: the first and the last fifth
FEWEST_EVENTS = 20
FEWEST_PEOPLE = 30  # of a group, below which nothing can be said
SAMPLE = 200  # people of a group that are followed at most
VECTORS = 40  # interest vectors of one person that are weighed at most
STRONGEST = 3  # categories that a person holds
ACTIVITY, EVERYBODY = "activity", "everybody"
KEPT_EVERY = 25  # people after whom what was computed is written down


def questions(state: State) -> tuple[CohortQuestion, ...]:
    """The ways to divide people, each with the groups that are large enough to follow."""
    ways = []
    for name, label in _ways(state).items():
        sizes = {
            group: len(people)
            for group, people in _groups(state, name).items()
            if len(people) >= FEWEST_PEOPLE
        }
        if sizes:
            ways.append(CohortQuestion(name, label, sizes))
    return tuple(ways)


def missing(state: State, by: str, group: str, ranker: str) -> int:
    """How many people of the sample must still be computed."""
    return len(_Kept(state, ranker).without(_sample(_group(state, by, group))))


def measure(state: State, by: str, group: str, ranker: str, progress: Progress = silent) -> None:
    """Compute what is missing for a group, and keep it; a listener that raises ends the work.

    Raises:
        UnknownNameError: no such way to divide people, or no such group.
        ConfigError: the group is too small, or the ranker has no interest vectors.
    """
    kept = _Kept(state, ranker)
    todo = kept.without(_sample(_group(state, by, group)))
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
    everyone = _group(state, by, group)
    people = _sample(everyone)
    shares = _Kept(state, ranker).of(people)
    names = state.interest_columns[1]
    movers = _movers(shares, names)
    log = state.dataset.log
    typed_in = float(np.mean([date_report(log.times[log.span(int(each))]).bulk for each in people]))
    return Cohort(
        by=by,
        group=group,
        people=len(people),
        of=len(everyone),
        path=_path(shares, names),
        movers=movers,
        typed_in=typed_in,
        sentence=_sentence(movers, group, by, len(people)),
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


def _ways(state: State) -> dict[str, str]:
    profile = {feature.name: feature.label for feature in state.dataset.profile_features}
    return {EVERYBODY: "Everybody", ACTIVITY: "Activity", **profile}


def _groups(state: State, by: str) -> dict[str, Int64[np.ndarray, "_"]]:
    """People with enough events by the name of their group."""
    ways = _ways(state)
    if by not in ways:
        raise UnknownNameError("way to divide people", by, ways)
    lengths = state.dataset.log.lengths
    people = np.flatnonzero(lengths >= FEWEST_EVENTS)
    if by == EVERYBODY:
        return {"everybody": people}
    if by == ACTIVITY:
        return _by_activity(people, lengths)
    position = [feature.name for feature in state.dataset.profile_features].index(by)
    feature = state.dataset.profile_features[position]
    codes = state.dataset.profiles[people, position]
    return {value: people[codes == code] for code, value in enumerate(feature.values, start=1)}


def _by_activity(
    people: Int64[np.ndarray, " person"], lengths: Int64[np.ndarray, " user"]
) -> dict[str, Int64[np.ndarray, "_"]]:
    """Three groups of the same size, by number of events."""
    if not len(people):
        return {}
    low, high = (int(cut) for cut in np.quantile(lengths[people], (1 / 3, 2 / 3)))
    mine = lengths[people]
    return {
        f"few events ({FEWEST_EVENTS} to {low:,})": people[mine <= low],
        f"some events ({low + 1:,} to {high:,})": people[(mine > low) & (mine <= high)],
        f"many events (over {high:,})": people[mine > high],
    }


def _group(state: State, by: str, group: str) -> Int64[np.ndarray, " person"]:
    groups = _groups(state, by)
    if group not in groups:
        raise UnknownNameError("group of people", group, groups)
    if len(groups[group]) < FEWEST_PEOPLE:
        raise ConfigError(
            f"The group {group!r} has {len(groups[group])} people with {FEWEST_EVENTS} events or "
            f"more; at least {FEWEST_PEOPLE} are needed. Choose a larger group."
        )
    return groups[group]


def _sample(people: Int64[np.ndarray, " person"]) -> Int64[np.ndarray, " drawn"]:
    """A fair draw; people drawn for one group are drawn for any other that they belong to first."""
    lots = np.random.default_rng(0).random(int(people.max()) + 1)[people]
    return np.sort(people[np.argsort(lots, kind="stable")[:SAMPLE]])


def _path(
    shares: Float32[np.ndarray, "person stage category"], names: tuple[str, ...]
) -> pd.DataFrame:
    people, stages, categories = shares.shape
    flat = shares.reshape(people, -1).astype(np.float64)
    low, high = np.quantile(resampled_means(flat), TAILS, axis=0)
    people_low, people_high = np.quantile(flat, (0.1, 0.9), axis=0)
    return pd.DataFrame(
        {
            "stage": np.repeat(np.arange(1, stages + 1), categories),
            "category": np.tile(np.array(names, dtype=object), stages),
            "mean": flat.mean(axis=0),
            "low": low,
            "high": high,
            "people_low": people_low,
            "people_high": people_high,
        }
    )


def _movers(
    shares: Float32[np.ndarray, "person stage category"], names: tuple[str, ...]
) -> pd.DataFrame:
    start = shares[:, :ENDS].mean(axis=1).astype(np.float64)
    end = shares[:, -ENDS:].mean(axis=1).astype(np.float64)
    held, holds = _strongest(start), _strongest(end)
    rows = []
    for column, name in enumerate(names):
        change = bootstrap_mean(end[:, column] - start[:, column])
        balance = bootstrap_mean(holds[:, column].astype(float) - held[:, column].astype(float))
        left = int((held[:, column] & ~holds[:, column]).sum())
        had = int(held[:, column].sum())
        share = binomtest(left, had).proportion_ci(method="wilson") if had else None
        rows.append(
            {
                "category": name,
                "start": float(start[:, column].mean()),
                "end": float(end[:, column].mean()),
                "change": change.mean,
                "change_low": change.low,
                "change_high": change.high,
                "sure": not change.low <= 0 <= change.high,
                "held": had,
                "left": left,
                "left_share": left / had if had else float("nan"),
                "left_low": float(share.low) if share else float("nan"),
                "left_high": float(share.high) if share else float("nan"),
                "joined": int((~held[:, column] & holds[:, column]).sum()),
                "net": balance.mean,
                "net_low": balance.low,
                "net_high": balance.high,
                "net_sure": not balance.low <= 0 <= balance.high,
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values("change", key=np.abs, ascending=False, ignore_index=True)


def _strongest(
    shares: Float64[np.ndarray, "person category"],
) -> Bool[np.ndarray, "person category"]:
    """Which categories are among each person's strongest."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :STRONGEST]
    held = np.zeros(shares.shape, dtype=bool)
    np.put_along_axis(held, order, values=True, axis=1)
    return held


def _sentence(movers: pd.DataFrame, group: str, by: str, people: int) -> str:
    who = "People" if by == EVERYBODY else f"This group ({group})"
    sure = movers[movers["sure"]]
    if sure.empty:
        return (
            f"{who} did not drift as a whole: no share moved by more than chance would among "
            f"{people:,} people."
        )
    most = sure.iloc[0]
    towards = "towards" if most["change"] > 0 else "away from"
    told = (
        f"{who} drifted {towards} {most['category']}, from {most['start']:.0%} to "
        f"{most['end']:.0%} of the taste"
    )
    leavers = movers[movers["net_sure"] & (movers["net"] < 0)].sort_values("net")
    if leavers.empty:
        return f"{told}; no category lost more people than it won."
    lost = leavers.iloc[0]
    return f"{told}; {lost['category']} lost {lost['left']:,} people and won {lost['joined']:,}."
