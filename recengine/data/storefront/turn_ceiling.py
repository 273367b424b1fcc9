"""How well a turn in the simulated shop could be placed by somebody who knew all but its place.

Choices are chance: even with every preference, moment and interest known, and told that exactly
one jump happened and from what to what, the event at which it did can only be guessed. That guess
is the ceiling of every method that knows less.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float64, Int64

from recengine.data.storefront.catalogue import category_shares_of_kinds
from recengine.data.storefront.effects import CONTEXT_EFFECTS, CONTEXT_FEATURES, effect_matrix
from recengine.data.storefront.interests import Interests
from recengine.data.storefront.simulation import StorefrontTruth

_PAST, _NEVER = 0.0, 1e15  # Unix seconds before and after everything


def best_guesses(truth: StorefrontTruth) -> tuple[Int64[np.ndarray, " jump"], ...]:
    """For everybody with one turn, a jump: user index, true step, and best guess (steps from 0)."""
    interests = truth.interests
    happens = interests.begins < _NEVER / 2
    one = (happens.sum(axis=1) == 1) & (interests.begins[:, 0] == interests.ends[:, 0])
    users = np.flatnonzero(one & (truth.dataset.log.lengths > 1))
    guesses = np.array([_best_guess(truth, int(user)) for user in users], dtype=np.int64)
    return users.astype(np.int64), interests.steps[users, 0].astype(np.int64), guesses


def _best_guess(truth: StorefrontTruth, user: int) -> int:
    log = truth.dataset.log
    span = log.span(user)
    before, after = (
        _log_chances(truth, _with_turn_at(truth.interests, user, when), user)
        for when in (_NEVER, _PAST)
    )
    gain = np.concatenate([[0.0], np.cumsum(before - after)])  # of a turn before each event
    return 1 + int(gain[1 : span.stop - span.start].argmax())


def _with_turn_at(interests: Interests, user: int, when: float) -> Interests:
    begins, ends = interests.begins.copy(), interests.ends.copy()
    begins[user, 0] = ends[user, 0] = when
    return replace(interests, begins=begins, ends=ends)


def _log_chances(
    truth: StorefrontTruth, interests: Interests, user: int
) -> Float64[np.ndarray, " event"]:
    """Log probability of the noun of each of a person's choices."""
    log, preferences = truth.dataset.log, truth.preferences
    span = log.span(user)
    items, kinds = log.items[span] - 1, preferences.catalogue.kinds
    wanted = interests.at(np.full(len(items), user), log.times[span])
    for feature, codes in zip(CONTEXT_FEATURES, log.contexts[span].T, strict=True):
        wanted = wanted + effect_matrix(CONTEXT_EFFECTS, feature)[codes]
    weights = np.exp(preferences.item_log_odds(np.array([user]))[0])
    tastes = preferences.people.kind_tastes[user]
    left = np.tile(np.bincount(kinds, weights, minlength=len(tastes)), (len(items), 1))
    for event in range(1, len(items)):  # what was chosen before is not chosen again
        left[event] = left[event - 1]
        left[event, kinds[items[event - 1]]] -= weights[items[event - 1]]
    logits = wanted @ category_shares_of_kinds().T + tastes
    logits += np.log(np.maximum(left, 1e-9))
    logits -= logits.max(axis=1, keepdims=True)
    total = np.log(np.exp(logits).sum(axis=1))
    chances: Float64[np.ndarray, " event"] = logits[np.arange(len(items)), kinds[items]] - total
    return chances
