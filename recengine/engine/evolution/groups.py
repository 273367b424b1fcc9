"""Who is followed: the ways to divide people, the groups they make, and a fair draw of each.

Axes: person, drawn = of these people, user = everybody.
"""

import numpy as np
from jaxtyping import Int64

from recengine.engine.evolution.results import CohortQuestion
from recengine.engine.state import State
from recengine.errors import ConfigError, UnknownNameError

FEWEST_EVENTS = 20
FEWEST_PEOPLE = 30  # of a group, below which nothing can be said
SAMPLE = 200  # people of a group that are followed at most
ACTIVITY, EVERYBODY = "activity", "everybody"


def questions(state: State) -> tuple[CohortQuestion, ...]:
    """The ways to divide people, each with the groups that are large enough to follow."""
    ways = []
    for name, label in _ways(state).items():
        sizes = {
            group: len(people)
            for group, people in groups_of(state, name).items()
            if len(people) >= FEWEST_PEOPLE
        }
        if sizes:
            ways.append(CohortQuestion(name, label, sizes))
    return tuple(ways)


def _ways(state: State) -> dict[str, str]:
    profile = {feature.name: feature.label for feature in state.dataset.profile_features}
    return {EVERYBODY: "Everybody", ACTIVITY: "Activity", **profile}


def groups_of(state: State, by: str) -> dict[str, Int64[np.ndarray, "_"]]:
    """People with enough events by the name of their group.

    Raises:
        UnknownNameError: no such way to divide people.
    """
    ways = _ways(state)
    if by not in ways:
        raise UnknownNameError("way to divide people", by, ways)
    lengths = state.dataset.log.lengths
    people = np.flatnonzero(lengths >= FEWEST_EVENTS)
    if by == EVERYBODY:
        return {"everybody": people}
    if by == ACTIVITY:
        return by_activity(people, lengths)
    position = [feature.name for feature in state.dataset.profile_features].index(by)
    feature = state.dataset.profile_features[position]
    codes = state.dataset.profiles[people, position]
    return {value: people[codes == code] for code, value in enumerate(feature.values, start=1)}


def by_activity(
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


def group_of(state: State, by: str, group: str) -> Int64[np.ndarray, " person"]:
    """People of one group with enough events.

    Raises:
        UnknownNameError: no such way to divide people, or no such group.
        ConfigError: the group is too small.
    """
    groups = groups_of(state, by)
    if group not in groups:
        raise UnknownNameError("group of people", group, groups)
    if len(groups[group]) < FEWEST_PEOPLE:
        raise ConfigError(
            f"The group {group!r} has {len(groups[group])} people with {FEWEST_EVENTS} events or "
            f"more; at least {FEWEST_PEOPLE} are needed. Choose a larger group."
        )
    return groups[group]


def sample(people: Int64[np.ndarray, " person"]) -> Int64[np.ndarray, " drawn"]:
    """A fair draw; people drawn for one group are drawn for any other that they belong to first."""
    lots = np.random.default_rng(0).random(int(people.max()) + 1)[people]
    return np.sort(people[np.argsort(lots, kind="stable")[:SAMPLE]])
