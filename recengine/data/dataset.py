"""The Dataset: an immutable interaction log with its items, people and moments.

Axes: event = rows of the packed log, context = context features, profile = profile features.
"""

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Float32, Int8, Int16, Int32, Int64

from recengine.data.cleaning import CleaningStep
from recengine.data.features import TIME_FEATURES, Feature, derive_time_features
from recengine.errors import UnknownNameError
from recengine.types import CATEGORIES, EVENT, ITEM_ID, TIMESTAMP, USER_ID, VALUE

MAX_VALUE_CODES = 12


@dataclass(frozen=True)
class Log:
    """Every event, grouped by user and ordered by time within a user (ties keep file order).

    Attributes:
        offsets: events of user u are the rows offsets[u] to offsets[u + 1].
        items: item index, from 1.
        times: Unix seconds, UTC.
        values: strength of the event; NaN where the data has none.
        value_codes: `values` as codes from 1; 0 is unknown.
        events: kind of event, an index into `Dataset.event_kinds`.
        contexts: one code per context feature.
        rows: row of `Dataset.interactions` that each event came from.
        repeats: whether people choose the same item again, so that what they know competes too.
    """

    offsets: Int64[np.ndarray, "users_plus_one"]
    items: Int32[np.ndarray, "event"]
    times: Int64[np.ndarray, "event"]
    values: Float32[np.ndarray, "event"]
    value_codes: Int16[np.ndarray, "event"]
    events: Int8[np.ndarray, "event"]
    contexts: Int16[np.ndarray, "event context"]
    rows: Int64[np.ndarray, "event"]
    repeats: bool = False

    def __post_init__(self) -> None:
        for array in vars(self).values():
            if isinstance(array, np.ndarray):
                array.flags.writeable = False

    @property
    def num_users(self) -> int:
        """How many users there are, those without events included."""
        return len(self.offsets) - 1

    @property
    def lengths(self) -> Int64[np.ndarray, "users"]:
        """How many events each user has."""
        return np.diff(self.offsets)

    @cached_property
    def users(self) -> Int64[np.ndarray, "event"]:
        """User index of each event."""
        return np.repeat(np.arange(self.num_users), self.lengths)

    def span(self, user_index: int) -> slice:
        """Where a user's events are."""
        return slice(int(self.offsets[user_index]), int(self.offsets[user_index + 1]))

    def keep(self, mask: np.ndarray) -> "Log":
        """The log of the events for which `mask` is True; users stay, if need be without events."""
        counts = np.bincount(self.users[mask], minlength=self.num_users)
        return Log(
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            items=self.items[mask],
            times=self.times[mask],
            values=self.values[mask],
            value_codes=self.value_codes[mask],
            events=self.events[mask],
            contexts=self.contexts[mask],
            rows=self.rows[mask],
            repeats=self.repeats,
        )


@dataclass(frozen=True, eq=False)
class Dataset:
    """Interactions, items and people, with the maps between outside ids and inside indices.

    Tables are treated as read-only; change one with `dataclasses.replace` on the Dataset.

    Attributes:
        name: how commands and URLs call it.
        title: how people call it.
        interactions: user_id, item_id, timestamp, event, value, then context columns.
        items: item_id, title, categories, then optional description, year and more; row i holds
            item index i + 1.
        users: user_id, then profile columns; row u holds user index u.
        friends: user_id and friend_id, or None.
        context_features: features of the moment, derived ones first.
        profile_features: features of the person.
        timezone: IANA name of the clock that people in the data live by.
        simulated: True if no real person is behind it.
        credit: who to thank and which terms bind.
        repeats: whether people choose the same item again, as apps or songs; what they know is then
            recommended as well.
        pseudonymous: whether people have made-up names, for a demo.
        cleaning: what was not taken over from the source, rule by rule.
    """

    name: str
    title: str
    interactions: pd.DataFrame
    items: pd.DataFrame
    users: pd.DataFrame
    friends: pd.DataFrame | None = None
    context_features: tuple[Feature, ...] = TIME_FEATURES
    profile_features: tuple[Feature, ...] = ()
    timezone: str = "UTC"
    simulated: bool = False
    credit: str = ""
    repeats: bool = False
    pseudonymous: bool = False
    cleaning: tuple[CleaningStep, ...] = ()

    @property
    def num_items(self) -> int:
        """Size of the catalogue."""
        return len(self.items)

    @property
    def num_users(self) -> int:
        """How many people are known."""
        return len(self.users)

    @cached_property
    def item_ids(self) -> pd.Index:
        """Outside item ids; position i is item index i + 1."""
        return pd.Index(self.items[ITEM_ID])

    @cached_property
    def user_ids(self) -> pd.Index:
        """Outside user ids; position u is user index u."""
        return pd.Index(self.users[USER_ID])

    @cached_property
    def event_kinds(self) -> tuple[str, ...]:
        """Names of the kinds of events, most frequent first."""
        return tuple(self.interactions[EVENT].value_counts().index)

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """Names of all categories, most frequent in the catalogue first."""
        return tuple(self.items[CATEGORIES].explode().dropna().value_counts().index)

    @cached_property
    def category_shares(self) -> Float32[np.ndarray, "items categories"]:
        """How each item splits among its categories; rows sum to 1, or 0 without a category."""
        position = {name: column for column, name in enumerate(self.categories)}
        shares = np.zeros((self.num_items, len(self.categories)), dtype=np.float32)
        for row, names in enumerate(self.items[CATEGORIES]):
            for name in names:
                shares[row, position[name]] += 1 / len(names)
        return shares

    @cached_property
    def value_edges(self) -> Float32[np.ndarray, "cuts"]:
        """Cut points between value codes: one code per distinct value if they are few."""
        values = np.sort(self.interactions[VALUE].dropna().unique()).astype(np.float32)
        if len(values) > MAX_VALUE_CODES:
            quantiles = np.linspace(0, 1, 9)[1:-1]
            return np.unique(np.quantile(self.interactions[VALUE].dropna(), quantiles)).astype(
                np.float32
            )
        return ((values[1:] + values[:-1]) / 2).astype(np.float32)

    @property
    def num_value_codes(self) -> int:
        """How many value codes occur, the unknown one included."""
        return 2 + len(self.value_edges)

    @cached_property
    def log(self) -> Log:
        """The packed log; built once."""
        table = self.interactions
        users = self.user_ids.get_indexer(table[USER_ID])
        times = table[TIMESTAMP].to_numpy(dtype=np.int64)
        order = np.lexsort((times, users))  # stable: ties keep file order
        values = table[VALUE].to_numpy(dtype=np.float32)
        value_codes = 1 + np.searchsorted(self.value_edges, values, side="right")
        value_codes[np.isnan(values)] = 0
        derived = derive_time_features(times, self.timezone)
        contexts = [
            feature.codes(derived[feature.name] if feature.derived else table[feature.name])
            for feature in self.context_features
        ]
        stacked = (
            np.stack(contexts, axis=1) if contexts else np.zeros((len(table), 0), dtype=np.int16)
        )
        counts = np.bincount(users, minlength=self.num_users)
        kinds = pd.Index(self.event_kinds).get_indexer(table[EVENT])
        items = 1 + self.item_ids.get_indexer(table[ITEM_ID])
        return Log(
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            items=items[order].astype(np.int32),
            times=times[order],
            values=values[order],
            value_codes=value_codes[order].astype(np.int16),
            events=kinds[order].astype(np.int8),
            contexts=stacked[order],
            rows=order.astype(np.int64),
            repeats=self.repeats,
        )

    @cached_property
    def profiles(self) -> Int16[np.ndarray, "users profile"]:
        """Profile codes of every user."""
        columns = [feature.codes(self.users[feature.name]) for feature in self.profile_features]
        if not columns:
            return np.zeros((self.num_users, 0), dtype=np.int16)
        return np.stack(columns, axis=1)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of everything in the tables; equal data, equal fingerprint."""
        digest = hashlib.sha256()
        for table in (self.interactions, self.items, self.users):
            digest.update("|".join(table.columns).encode())
            plain = table.assign(
                **{
                    name: table[name].map(lambda value: "|".join(map(str, value)))
                    for name in table.columns
                    if name == CATEGORIES
                }
            )
            digest.update(pd.util.hash_pandas_object(plain, index=False).to_numpy().tobytes())
        return digest.hexdigest()[:16]

    def with_log(self, log: Log) -> "Dataset":
        """The same names, items and people with other events; only `log` and its readers change."""
        view = copy.copy(self)
        view.__dict__["log"] = log
        return view

    def item_index(self, item_id: str) -> int:
        """Inside index of an outside item id.

        Raises:
            UnknownNameError: no such item.
        """
        position = self.item_ids.get_indexer([item_id])[0]
        if position < 0:
            raise UnknownNameError("item", item_id, self.item_ids)
        return int(position) + 1

    def user_index(self, user_id: str) -> int:
        """Inside index of an outside user id.

        Raises:
            UnknownNameError: no such user.
        """
        position = self.user_ids.get_indexer([user_id])[0]
        if position < 0:
            raise UnknownNameError("user", user_id, self.user_ids)
        return int(position)

    def context_of(self, event_row: int) -> Mapping[str, str]:
        """Context of one event of the log, as values by feature name; unknown ones left out."""
        codes = self.log.contexts[event_row]
        pairs = zip(self.context_features, codes, strict=True)
        return {feature.name: feature.value(int(code)) for feature, code in pairs if code}
