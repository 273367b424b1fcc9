"""The simulated shop as a whole: one Dataset, and the truth behind it.

Everything is drawn from one seed. Nothing real stands behind it: it serves where no public data
has text, weather, devices and friends together, and where the truth must be known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Float64

from recengine.data.dataset import Dataset
from recengine.data.features import encode_request
from recengine.data.storefront.catalogue import category_shares_of_kinds, make_catalogue
from recengine.data.storefront.choice import (
    EVENT_STRENGTHS,
    Preferences,
    draw_choices,
    draw_depths,
)
from recengine.data.storefront.effects import (
    CONTEXT_EFFECTS,
    CONTEXT_FEATURES,
    DEVICE,
    PAGE,
    PROFILE_EFFECTS,
    PROFILE_FEATURES,
    WEATHER,
    effect_matrix,
    effect_table,
    summed_effects,
)
from recengine.data.storefront.interests import Interests, make_interests
from recengine.data.storefront.people import make_people
from recengine.data.storefront.visits import TIMEZONE, make_visits
from recengine.data.storefront.words import CATEGORY_NAMES
from recengine.errors import ConfigError
from recengine.types import EVENT, ITEM_ID, TIMESTAMP, USER_ID, VALUE

NAME = "storefront"
_MIN_USERS, _MIN_ITEMS = 10, 48


@dataclass(frozen=True, kw_only=True)
class StorefrontConfig:
    """How large the shop is, and which one of the possible shops.

    Attributes:
        num_users: customers, at least 10.
        num_items: products, at least 48.
        seed: same seed, same bytes.
    """

    num_users: int = 2_000
    num_items: int = 1_500
    seed: int = 0

    def __post_init__(self) -> None:
        if self.num_users < _MIN_USERS or self.num_items < _MIN_ITEMS or self.seed < 0:
            raise ConfigError(
                f"A storefront of {self.num_users:,} users and {self.num_items:,} items with seed "
                f"{self.seed} is not possible. Expected at least {_MIN_USERS} users, "
                f"{_MIN_ITEMS} items and a seed from 0; choose larger numbers."
            )

    @property
    def name(self) -> str:
        """The name that stands for this shop, such as storefront:200x150:7."""
        if self == StorefrontConfig():
            return NAME
        size = f"{NAME}:{self.num_users}x{self.num_items}"
        return f"{size}:{self.seed}" if self.seed else size

    @classmethod
    def from_name(cls, name: str) -> "StorefrontConfig":
        """Read a name: storefront, storefront:USERSxITEMS or storefront:USERSxITEMS:SEED.

        Raises:
            ConfigError: the name is written in another way, or the size is not possible.
        """
        _, *parts = name.split(":")
        if not parts:
            return cls()
        try:
            users, items = (int(number) for number in parts[0].split("x"))
            (seed,) = (int(number) for number in parts[1:] or ["0"])
        except ValueError:
            raise ConfigError(
                f"{name!r} is not the name of a storefront. Expected storefront, "
                "storefront:USERSxITEMS or storefront:USERSxITEMS:SEED; write, for example, "
                "storefront:200x150:7."
            ) from None
        return cls(num_users=users, num_items=items, seed=seed)


@dataclass(frozen=True, eq=False)
class StorefrontTruth:
    """What no model is told.

    Attributes:
        dataset: what it is told.
        preferences: lasting tastes.
        interests: how interests move.
    """

    dataset: Dataset
    preferences: Preferences
    interests: Interests

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Every turn: user_id, timestamp, step, kind, from_category, to_category, end."""
        return self.interests.log(self.dataset.user_ids.to_numpy())

    @cached_property
    def context_effects(self) -> pd.DataFrame:
        """What moments do to choice: feature, value, category, log_odds."""
        return effect_table(CONTEXT_EFFECTS)

    @cached_property
    def profile_effects(self) -> pd.DataFrame:
        """What profiles do to choice: feature, value, category, log_odds."""
        return effect_table(PROFILE_EFFECTS)

    def interest_shares(self, user_id: str, timestamp: int) -> pd.Series:
        """A person's interest by category at a time, apart from any moment; sums to 1."""
        return pd.Series(_softmax(self._interest(user_id, timestamp)), index=CATEGORY_NAMES)

    def choice_probabilities(
        self, user_id: str, timestamp: int, context: Mapping[str, str]
    ) -> Float64[np.ndarray, "items"]:
        """True probability of each item, in the order of `dataset.items`; sums to 1.

        What the person has chosen before is not chosen again: set it to 0 and divide by the sum.

        Args:
            user_id: outside id of a person.
            timestamp: Unix seconds; it sets the interests only.
            context: value by context feature; what is absent has no effect.

        Raises:
            UnknownNameError: no such person, context feature or value.
        """
        logits = self._interest(user_id, timestamp)
        codes = encode_request(CONTEXT_FEATURES, context)
        for feature, code in zip(CONTEXT_FEATURES, codes, strict=True):
            logits = logits + effect_matrix(CONTEXT_EFFECTS, feature)[code]
        user = self.dataset.user_index(user_id)
        by_kind = category_shares_of_kinds() @ logits + self.preferences.people.kind_tastes[user]
        by_item = self.preferences.item_log_odds(np.array([user]))[0]
        return _softmax(by_item + by_kind[self.preferences.catalogue.kinds])

    def _interest(self, user_id: str, timestamp: int) -> Float64[np.ndarray, "categories"]:
        user = np.array([self.dataset.user_index(user_id)])
        return self.interests.at(user, np.array([timestamp]))[0]


def storefront_truth(config: StorefrontConfig) -> StorefrontTruth:
    """Simulate a shop; the Dataset is part of the answer."""
    rng = np.random.default_rng(config.seed)
    catalogue = make_catalogue(config.num_items, rng)
    people = make_people(config.num_users, rng)
    visits = make_visits(people.table, config.num_items, rng)
    times = visits.moments[TIMESTAMP].to_numpy()
    interests = make_interests(people.leanings, visits.counts, times, rng)
    preferences = Preferences(catalogue, people)
    wanted = interests.at(visits.users, times)
    in_context = wanted + summed_effects(CONTEXT_EFFECTS, CONTEXT_FEATURES, visits.moments)
    items = draw_choices(preferences, visits.counts, in_context, rng)
    match = (wanted * category_shares_of_kinds()[catalogue.kinds[items]]).sum(axis=1)
    depths = draw_depths(
        (match - match.mean()) / match.std(),
        visits.moments[PAGE.name].to_numpy(dtype=object),
        visits.moments[DEVICE.name].to_numpy(dtype=object),
        rng,
    )
    interactions = pd.DataFrame(
        {
            USER_ID: people.table[USER_ID].to_numpy()[visits.users],
            ITEM_ID: catalogue.table[ITEM_ID].to_numpy()[items],
            TIMESTAMP: times,
            EVENT: pd.Series(np.array(list(EVENT_STRENGTHS))[depths], dtype="str"),
            VALUE: np.array(list(EVENT_STRENGTHS.values()), dtype=np.float32)[depths],
            **{feature.name: visits.moments[feature.name] for feature in (WEATHER, DEVICE, PAGE)},
        }
    )
    dataset = Dataset(
        name=config.name,
        title="Storefront (simulated)",
        interactions=interactions,
        items=catalogue.table,
        users=people.table,
        friends=people.friends,
        context_features=CONTEXT_FEATURES,
        profile_features=PROFILE_FEATURES,
        timezone=TIMEZONE,
        simulated=True,
        credit="Simulated by recengine: no real person, shop or brand is behind it.",
    )
    return StorefrontTruth(dataset, preferences, interests)


def _softmax(logits: Float64[np.ndarray, "choices"]) -> Float64[np.ndarray, "choices"]:
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()
