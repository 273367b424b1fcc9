"""What the simulated customers choose, and how far they go with it.

The log-odds of an item are a sum: appeal to everybody, taste for its noun, brand and price, and
the interest in its categories at that time and in that moment. A product is chosen at most once
by a person; its row says how far it went: viewed, clicked, put into the cart or purchased.

Axes: users, items, kinds = nouns, event, slots = items of one noun.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from recengine.data.storefront.catalogue import KINDS, Catalogue, category_shares_of_kinds
from recengine.data.storefront.people import People

EVENT_STRENGTHS = {"view": 1.0, "click": 2.0, "cart": 4.0, "purchase": 5.0}
_DEPTH_BOUNDS = (0.2, 1.4, 2.2)  # of a logistic draw: click, cart, purchase from there on
_PAGE_PUSH = {"home": -0.4, "search": 0.2, "category": -0.2, "product": 0.5, "offers": 0.3}
_DEVICE_PUSH = {"phone": -0.2, "tablet": 0.0, "desktop": 0.3}
_BLOCK_CELLS = 4_000_000  # users times items held at once


@dataclass(frozen=True, eq=False)
class Preferences:
    """Everything about a choice that does not depend on the time."""

    catalogue: Catalogue
    people: People

    def item_log_odds(self, users: np.ndarray) -> Float64[np.ndarray, "users items"]:
        """Preference among the items of the same noun."""
        goods = self.catalogue
        dear = self.people.price_tastes[users][:, None] * goods.price_levels
        return goods.appeal + self.people.brand_tastes[users][:, goods.brands] + dear


def draw_choices(
    preferences: Preferences,
    counts: Int64[np.ndarray, "users"],
    interests: Float64[np.ndarray, "event categories"],
    rng: np.random.Generator,
) -> Int64[np.ndarray, "event"]:
    """Draw the item (from 0) of every event.

    Args:
        preferences: of everybody.
        counts: events of each user.
        interests: log-odds by category at each event, the moment's effects included.
        rng: source of chance.
    """
    chances = rng.random((len(interests), 2))
    wanted = interests @ category_shares_of_kinds().T
    starts = np.concatenate([[0], np.cumsum(counts)])
    chosen = np.empty(len(interests), dtype=np.int64)
    num_items = len(preferences.catalogue.kinds)
    size = max(1, _BLOCK_CELLS // num_items)
    for first in range(0, len(counts), size):
        users = np.arange(first, min(first + size, len(counts)))
        users = users[np.argsort(-counts[users], kind="stable")]  # who is still there: a prefix
        _draw_block(preferences, users, starts, counts, wanted, chances, chosen)
    return chosen


def _draw_block(
    preferences: Preferences,
    users: np.ndarray,
    starts: np.ndarray,
    counts: np.ndarray,
    wanted: Float64[np.ndarray, "event kinds"],
    chances: Float64[np.ndarray, "event two"],
    chosen: Int64[np.ndarray, "event"],
) -> None:
    """Fill `chosen` for `users`, step by step: first the noun, then the item of that noun."""
    slots = _slots(preferences.catalogue.kinds)  # padded with one past the last item
    weights = np.exp(preferences.item_log_odds(users))
    weights = np.concatenate([weights, np.zeros((len(users), 1))], axis=1)
    kind_weights = weights[:, slots].sum(axis=2)
    tastes = preferences.people.kind_tastes[users]
    for step in range(int(counts[users].max())):
        active = np.arange(int((counts[users] > step).sum()))
        events = starts[users[active]] + step
        logits = wanted[events] + tastes[active]
        by_kind = np.exp(logits - logits.max(axis=1, keepdims=True)) * kind_weights[active]
        kind = _pick(by_kind, chances[events, 0])
        options = slots[kind]
        item = options[active, _pick(weights[active[:, None], options], chances[events, 1])]
        chosen[events] = item
        weights[active, item] = 0.0
        kind_weights[active, kind] = weights[active[:, None], options].sum(axis=1)


def _slots(kinds: Int64[np.ndarray, "items"]) -> Int64[np.ndarray, "kinds slots"]:
    sizes = np.bincount(kinds, minlength=len(KINDS))
    slots = np.full((len(KINDS), sizes.max()), len(kinds))
    order = np.argsort(kinds, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    slots[kinds[order], np.arange(len(kinds)) - starts[kinds[order]]] = order
    return slots


def _pick(
    weights: Float64[np.ndarray, "rows choices"], chances: Float64[np.ndarray, "rows"]
) -> Int64[np.ndarray, "rows"]:
    """One choice per row, in proportion to its weight."""
    bounds = np.cumsum(weights, axis=1)
    return (bounds <= (chances * bounds[:, -1])[:, None]).sum(axis=1)


def draw_depths(
    match: Float64[np.ndarray, "event"],
    pages: np.ndarray,
    devices: np.ndarray,
    rng: np.random.Generator,
) -> Int64[np.ndarray, "event"]:
    """How far each choice went, as a position in `EVENT_STRENGTHS`.

    Args:
        match: how well the item fits the person, standardised.
        pages: page of each event.
        devices: device of each event.
        rng: source of chance.
    """
    push = np.vectorize(_PAGE_PUSH.get)(pages) + np.vectorize(_DEVICE_PUSH.get)(devices)
    drive = 0.6 * match + push + rng.logistic(scale=0.8, size=len(match))
    return np.searchsorted(_DEPTH_BOUNDS, drive)
