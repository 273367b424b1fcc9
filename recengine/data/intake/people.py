"""Somebody's tables of people and friendships, checked and brought into the form of a Dataset."""

import pandas as pd

from recengine.data.features import Feature
from recengine.data.intake.cells import plain_text
from recengine.data.intake.features import take_features
from recengine.data.intake.mapping import TableMapping
from recengine.data.intake.problems import Problem
from recengine.data.intake.raw_files import RawTable
from recengine.data.intake.validation import Rule, id_rules, validate
from recengine.types import FRIEND_ID, USER_ID


def take_users(
    raw: RawTable | None, mapping: TableMapping | None, active: pd.Series
) -> tuple[pd.DataFrame, tuple[Feature, ...], list[Problem]]:
    """People with events and their profiles; those whom the table lacks have an unknown profile.

    Args:
        raw: the table, if there is one.
        mapping: which column is what; all columns are there.
        active: user ids of the valid events.
    """
    users = pd.DataFrame({USER_ID: pd.Series(active.unique(), dtype="str")})
    if raw is None or mapping is None:
        return users, (), []
    prepared = pd.DataFrame({USER_ID: plain_text(raw.frame[mapping.columns[USER_ID]])})
    twice = Rule(
        USER_ID, "person twice", lambda cells: ~(cells.duplicated() & (cells != "")), "warning",
        "a person who was described before", "Only the first description was kept",
        quote=USER_ID,
    )  # fmt: skip
    problems, valid = validate(
        prepared, (*id_rules(USER_ID, "person"), twice), raw, mapping.columns
    )
    valid &= ~prepared[USER_ID].duplicated().to_numpy()
    acts = prepared[USER_ID].isin(users[USER_ID]).to_numpy()
    if (idle := valid & ~acts).any():
        problems.append(
            Problem(
                severity="warning",
                file=raw.file,
                what="people without a valid event",
                advice="They were left out: there is no history to recommend from",
            ).at(idle, raw.row_numbers)
        )
    valid &= acts
    profiles, features, unused = take_features(
        raw.frame[valid].reset_index(drop=True), mapping.further, [USER_ID], raw
    )
    profiles.insert(0, USER_ID, prepared.loc[valid, USER_ID].reset_index(drop=True))
    return users.merge(profiles, on=USER_ID, how="left"), features, [*problems, *unused]


def take_friends(
    raw: RawTable | None, mapping: TableMapping | None, known: pd.Series
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Friendships between people of the dataset.

    Args:
        raw: the table, if there is one.
        mapping: which column is what; all columns are there.
        known: user ids of the dataset.
    """
    if raw is None or mapping is None:
        return None, []
    friends = pd.DataFrame(
        {role: plain_text(raw.frame[mapping.columns[role]]) for role in (USER_ID, FRIEND_ID)}
    )
    strangers = ~(friends[USER_ID].isin(known) & friends[FRIEND_ID].isin(known)).to_numpy()
    problems = []
    if strangers.any():
        problems.append(
            Problem(
                severity="warning",
                file=raw.file,
                what="friendships of people without a valid event",
                advice="These rows were left out",
            ).at(strangers, raw.row_numbers)
        )
    return friends[~strangers].drop_duplicates().reset_index(drop=True), problems
