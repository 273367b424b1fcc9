"""The customers of the simulated shop: who they are, whom they know, what they start out liking.

People belong to communities with a common taste, and most friends are found in one's own:
that is why friends resemble each other.

Axes: users, categories, kinds = nouns of the catalogue, brands.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float64, Int64

from recengine.data.storefront.catalogue import BRANDS, KINDS
from recengine.data.storefront.effects import (
    AGE_BAND,
    COUNTRY,
    HOUSEHOLD,
    OCCUPATION,
    PROFILE_EFFECTS,
    PROFILE_FEATURES,
    summed_effects,
)
from recengine.data.storefront.words import CATEGORY_NAMES
from recengine.types import FRIEND_ID, USER_ID

_PEOPLE_PER_COMMUNITY = 50
_PROPOSALS_PER_PERSON = 4
_IN_OWN_COMMUNITY = 0.85  # share of proposals
_AGE_SHARES = (0.16, 0.26, 0.28, 0.19, 0.11)
_COUNTRY_SHARES = (0.2, 0.2, 0.35, 0.25)
_OCCUPATION_SHARES = np.array(  # rows: age bands
    [
        (0.70, 0.10, 0.02, 0.05, 0.05, 0.08, 0.00),
        (0.12, 0.32, 0.12, 0.12, 0.18, 0.14, 0.00),
        (0.02, 0.36, 0.15, 0.14, 0.17, 0.16, 0.00),
        (0.01, 0.33, 0.16, 0.13, 0.14, 0.15, 0.08),
        (0.00, 0.04, 0.02, 0.01, 0.02, 0.02, 0.89),
    ]
)
_HOUSEHOLD_SHARES = np.array(  # rows: age bands
    [
        (0.25, 0.15, 0.55, 0.05, 0.00),
        (0.28, 0.32, 0.14, 0.26, 0.00),
        (0.18, 0.20, 0.02, 0.32, 0.28),
        (0.25, 0.45, 0.01, 0.02, 0.27),
        (0.40, 0.58, 0.01, 0.00, 0.01),
    ]
)


@dataclass(frozen=True, eq=False)
class People:
    """Customers and their lasting tastes.

    Attributes:
        table: user_id and the profile columns.
        friends: user_id, friend_id; every friendship in both directions.
        leanings: log-odds by category from profile, community and chance.
        kind_tastes: log-odds by noun.
        brand_tastes: log-odds by brand.
        price_tastes: log-odds per level of price; above 0 likes it dear.
    """

    table: pd.DataFrame
    friends: pd.DataFrame
    leanings: Float64[np.ndarray, "users categories"]
    kind_tastes: Float64[np.ndarray, "users kinds"]
    brand_tastes: Float64[np.ndarray, "users brands"]
    price_tastes: Float64[np.ndarray, "users"]


def make_people(num_users: int, rng: np.random.Generator) -> People:
    """Invent customers."""
    num_communities = max(2, num_users // _PEOPLE_PER_COMMUNITY)
    community = rng.integers(num_communities, size=num_users)
    table = _profiles(num_users, rng)
    shared = rng.normal(scale=0.8, size=(num_communities, len(CATEGORY_NAMES)))
    own = rng.normal(scale=0.5, size=(num_users, len(CATEGORY_NAMES)))
    shared_kinds = rng.normal(scale=0.7, size=(num_communities, len(KINDS)))
    own_kinds = rng.normal(scale=0.5, size=(num_users, len(KINDS)))
    return People(
        table=table,
        friends=_friends(community, table[USER_ID].to_numpy(), rng),
        leanings=summed_effects(PROFILE_EFFECTS, PROFILE_FEATURES, table) + shared[community] + own,
        kind_tastes=shared_kinds[community] + own_kinds,
        brand_tastes=rng.normal(scale=0.6, size=(num_users, len(BRANDS))),
        price_tastes=rng.normal(scale=0.5, size=num_users),
    )


def _profiles(num_users: int, rng: np.random.Generator) -> pd.DataFrame:
    ages = _draw(np.tile(_AGE_SHARES, (num_users, 1)), rng)
    columns = {
        AGE_BAND: ages,
        OCCUPATION: _draw(_OCCUPATION_SHARES[ages], rng),
        HOUSEHOLD: _draw(_HOUSEHOLD_SHARES[ages], rng),
        COUNTRY: _draw(np.tile(_COUNTRY_SHARES, (num_users, 1)), rng),
    }
    table = pd.DataFrame({USER_ID: [f"user-{n:04d}" for n in range(1, num_users + 1)]}, dtype="str")
    for feature, drawn in columns.items():
        table[feature.name] = pd.Series(np.array(feature.values)[drawn], dtype="str")
    return table


def _draw(
    shares: Float64[np.ndarray, "rows choices"], rng: np.random.Generator
) -> Int64[np.ndarray, "rows"]:
    """One choice per row."""
    bounds = np.cumsum(shares, axis=1)
    thresholds = rng.random(len(shares)) * bounds[:, -1]
    return (bounds <= thresholds[:, None]).sum(axis=1)


def _friends(
    community: Int64[np.ndarray, "users"], user_ids: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    num_users = len(community)
    members = np.argsort(community, kind="stable")
    sizes = np.bincount(community)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    proposer = np.repeat(np.arange(num_users), _PROPOSALS_PER_PERSON)
    within = community[proposer]
    place = (rng.random(len(proposer)) * sizes[within]).astype(np.int64)
    neighbour = members[starts[within] + place]
    anyone = rng.integers(num_users, size=len(proposer))
    friend = np.where(rng.random(len(proposer)) < _IN_OWN_COMMUNITY, neighbour, anyone)
    pairs = np.stack([proposer, friend], axis=1)[proposer != friend]
    pairs = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    return pd.DataFrame({USER_ID: user_ids[pairs[:, 0]], FRIEND_ID: user_ids[pairs[:, 1]]})
