"""Cleaning a log of events, rule by rule, with a record of what went and why.

Every rule can be switched in the section [cleaning] of a mapping file:

    [cleaning]
    exact_duplicates = true      # rows that say what an earlier one said
    future = true                # times after now
    before = ""                  # a day such as 1990-01-01, before which a clock was wrong
    repeat_seconds = 60          # the same choice again within so many seconds; 0 keeps them
    max_events_per_day = 5000    # of one person; whoever has more is a machine; 0 for no limit
    max_events_per_minute = 0    # of one person; above it a bulk import, whose events go; 0: keep
    min_item_events = 1          # items chosen less often go, with their events

and kinds of behaviour can be called otherwise, or brought together:

    [behaviour]
    pv = "view"
    buy = "purchase"
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool

from recengine.errors import ConfigError, UnknownNameError
from recengine.types import EVENT, ITEM_ID, TIMESTAMP, USER_ID

MINUTE, DAY = 60, 86_400
_LIKE = {bool: "true or false", int: "a whole number from 0", str: "a day such as 1990-01-01"}
CLASSES: Mapping[str, tuple[str, ...]] = {  # words in the names of kinds, the strongest class first
    "judgement": ("rat", "review", "star", "score", "vote", "dislike", "like", "fav"),
    "acquisition": ("purchase", "buy", "order", "transaction", "subscribe", "rent", "pay"),
    "intention": ("cart", "basket", "wish", "save", "bookmark", "collect", "download", "install"),
    "consumption": ("play", "watch", "listen", "read", "use", "stream", "finish"),
    "attention": ("view", "click", "visit", "open", "impression", "pv", "browse", "search"),
}


@dataclass(frozen=True, kw_only=True)
class CleaningRules:
    """Which rules apply; see above."""

    exact_duplicates: bool = True
    future: bool = True
    before: str = ""
    repeat_seconds: int = MINUTE
    max_events_per_day: int = 5000
    max_events_per_minute: int = 0
    min_item_events: int = 1

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, int) and value < 0:
                raise _impossible(each.name, value, int)
        self.earliest  # noqa: B018 - a day that cannot be read is a mistake now, not later

    @property
    def earliest(self) -> int:
        """Unix seconds of `before`; 0 for no limit."""
        if not self.before:
            return 0
        try:
            return int(datetime.fromisoformat(self.before).replace(tzinfo=UTC).timestamp())
        except ValueError:
            raise _impossible("before", self.before, str) from None

    @classmethod
    def from_section(cls, section: Any) -> "CleaningRules":
        """The rules of a mapping file.

        Raises:
            ConfigError: a setting is impossible.
            UnknownNameError: no such rule.
        """
        if not isinstance(section, dict):
            raise ConfigError(f"cleaning is {section!r}; expected a section called [cleaning].")
        known = {each.name: type(each.default) for each in fields(cls)}
        for name, value in section.items():
            if name not in known:
                raise UnknownNameError("entry of [cleaning]", name, known)
            if type(value) is not known[name]:
                raise _impossible(name, value, known[name])
        return cls(**section)

    @property
    def text(self) -> str:
        """As lines of a mapping file; empty if all is as usual."""
        usual = asdict(CleaningRules())
        changed = {name: value for name, value in asdict(self).items() if value != usual[name]}
        if not changed:
            return ""
        lines = [
            f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
            for name, value in changed.items()
        ]
        return "\n".join(["", "[cleaning]", *lines]).replace("'", '"') + "\n"


@dataclass(frozen=True, kw_only=True)
class CleaningStep:
    """What one rule took away.

    Attributes:
        rule: its name.
        setting: how it was set.
        events, people, items: how many went; people and items only if none of their events stayed.
        what: in plain words.
    """

    rule: str
    setting: str
    events: int
    people: int = 0
    items: int = 0
    what: str


def _impossible(name: str, value: object, kind: type) -> ConfigError:
    return ConfigError(f"[cleaning] {name} is {value!r}; expected {_LIKE[kind]}.")


def clean(
    events: pd.DataFrame, rules: CleaningRules
) -> tuple[pd.DataFrame, tuple[CleaningStep, ...]]:
    """Apply the rules about behaviour, one after the other, and say what each took.

    Args:
        events: user_id, item_id, timestamp, event and more; any order, which is kept.
        rules: 0 switches a rule off. Duplicates and impossible times are those of the reader.

    Returns:
        The events that stay, and one step per rule that took something.
    """
    steps = []
    for name, find, what in (
        ("repeat_seconds", _repeats, "the same choice again within {} seconds"),
        ("max_events_per_day", _machines, "people with more than {} events on one day"),
        ("max_events_per_minute", _imports, "more than {} events of one person in a minute"),
        ("min_item_events", _rare, "items with fewer than {} events"),
    ):
        limit = getattr(rules, name)
        if not limit or not len(events):
            continue
        gone = find(events, limit)
        if gone.any():
            kept = events[~gone]
            steps.append(what_went(name, str(limit), events, kept, what.format(f"{limit:,}")))
            events = kept
    return events.reset_index(drop=True), tuple(steps)


def what_went(
    rule: str, setting: str, before: pd.DataFrame, after: pd.DataFrame, what: str
) -> CleaningStep:
    """The record of a rule, by the events before and after it."""
    return CleaningStep(
        rule=rule,
        setting=setting,
        events=len(before) - len(after),
        people=before[USER_ID].nunique() - after[USER_ID].nunique(),
        items=before[ITEM_ID].nunique() - after[ITEM_ID].nunique(),
        what=what,
    )


def behaviour_class(kind: str) -> str:
    """What kind of behaviour the name of an event tells of; "other" if it does not."""
    plain = kind.lower()
    for name, words in CLASSES.items():
        if any(word in plain for word in words):
            return name
    return "other"


def renamed_kinds(events: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The events with their kinds as somebody wants them called.

    Raises:
        UnknownNameError: a kind that does not occur.
    """
    kinds = set(events[EVENT].unique())
    for kind in names:
        if kind not in kinds:
            raise UnknownNameError("kind of event in [behaviour]", kind, sorted(kinds))
    return events.assign(**{EVENT: events[EVENT].replace(dict(names))}) if names else events


def _repeats(events: pd.DataFrame, seconds: int) -> Bool[np.ndarray, " event"]:
    """Same person, item and kind, within so many seconds of the one before."""
    same = [USER_ID, ITEM_ID, EVENT]
    order = events.sort_values([*same, TIMESTAMP], kind="stable")
    since = order.groupby(same, sort=False)[TIMESTAMP].diff()
    return (since <= seconds).reindex(events.index).to_numpy(dtype=bool)


def _machines(events: pd.DataFrame, limit: int) -> Bool[np.ndarray, " event"]:
    """All events of people who have more than any human could on some day."""
    counts = events.groupby([events[USER_ID], events[TIMESTAMP] // DAY]).size()
    machines = counts[counts > limit].index.get_level_values(0)
    return events[USER_ID].isin(machines).to_numpy(dtype=bool)


def _imports(events: pd.DataFrame, limit: int) -> Bool[np.ndarray, " event"]:
    """Events in minutes that hold more of one person's than could be lived."""
    minute = [events[USER_ID], events[TIMESTAMP] // MINUTE]
    return (events.groupby(minute)[ITEM_ID].transform("size") > limit).to_numpy(dtype=bool)


def _rare(events: pd.DataFrame, least: int) -> Bool[np.ndarray, " event"]:
    """Events with items that hardly anybody chose."""
    return (events.groupby(ITEM_ID)[USER_ID].transform("size") < least).to_numpy(dtype=bool)
