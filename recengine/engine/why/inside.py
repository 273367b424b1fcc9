"""What a ranker holds while it reads a request, as arrays."""

from itertools import accumulate

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float32

from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why.methods import attentive, events_of
from recengine.engine.why.reasons import first_step_read
from recengine.engine.why.results import Inside
from recengine.engine.wording import feature_label
from recengine.explanations.attention import watched
from recengine.explanations.item_attention import item_attention
from recengine.models.base import Attentive, InterestModel
from recengine.models.watch import rollout
from recengine.types import ITEM_ID, TITLE, Request

ITEM_TOKEN_COLUMNS = ["token", "kind", "label", "step"]


def inside(state: State, request: Request, item_id: str) -> Inside:
    """Attention and states of one request, and what one item attends to."""
    answer = state.answer(request)
    ranker = state.ranker(answer.request.ranker)
    item = state.dataset.item_index(item_id) if item_id else int(answer.order[0])
    events_of(answer)  # complains if there are none
    found = item_attention(ranker, answer.history, item)
    if not isinstance(ranker, Attentive | InterestModel) and found is None:
        attentive(state, ranker.name)  # says what to ask instead
    attention, states, asked = _read(state, answer)
    weights = np.zeros((0, 0), dtype=np.float32) if found is None else found.numpy()
    return Inside(
        answer.request,
        _positions(state, answer, states.shape[1]),
        attention,
        states,
        asked,
        rollout=_rollouts(attention),
        item_id=str(state.dataset.item_ids[item - 1]),
        item_tokens=_item_tokens(state, answer, weights.shape[1]),
        item_attention=weights,
    )


def _read(
    state: State, answer: Answer
) -> tuple[
    Float32[np.ndarray, "layer head position position"],
    Float32[np.ndarray, "layer_plus_one position dim"],
    int,
]:
    """Attention and states of every layer, and the position that is scored."""
    ranker, length = state.ranker(answer.request.ranker), int(answer.history.lengths[0])
    if isinstance(ranker, Attentive):
        watch = watched(ranker, answer.history)
        attention, states = (
            torch.stack([each[0] for each in kept]).numpy()
            for kept in (watch.weights, watch.states)
        )
        return attention, states, int(ranker.asked(answer.history)[0])
    none = np.zeros((0, 0, length, length), dtype=np.float32)
    if not isinstance(ranker, InterestModel):
        return none, np.zeros((0, length, 0), dtype=np.float32), length - 1
    with torch.inference_mode():
        return none, ranker.interests(answer.history)[:1].numpy(), length - 1


def _rollouts(
    attention: Float32[np.ndarray, "layer head position position"],
) -> Float32[np.ndarray, "layer position position"]:
    """Rollout up to each layer."""
    if not len(attention):
        return np.zeros((0, *attention.shape[2:]), dtype=np.float32)
    layers = list(torch.from_numpy(attention))
    grown = accumulate(([layer] for layer in layers), lambda before, one: [*before, *one])
    return torch.stack([rollout(some) for some in grown]).numpy()


def _positions(state: State, answer: Answer, count: int) -> pd.DataFrame:
    items = events_of(answer)
    tokens = state.catalogue.iloc[items - 1][[ITEM_ID, TITLE]].reset_index(drop=True)
    tokens.insert(0, "position", np.arange(len(tokens)))
    tokens.insert(1, "step", first_step_read(state, answer) + np.arange(len(tokens)))
    for position in range(len(tokens), count):
        tokens.loc[position] = [position, 0, "", "(what comes next?)"]
    return tokens


def _item_tokens(state: State, answer: Answer, count: int) -> pd.DataFrame:
    """The first `count` of: events, features of the moment, features of the profile."""
    first, dataset, history = first_step_read(state, answer), state.dataset, answer.history
    rows = [
        ("event", state.title(int(item)), first + place)
        for place, item in enumerate(events_of(answer))
    ]
    for kind, features, codes in (
        ("context", dataset.context_features, history.request[0].tolist()),
        ("profile", dataset.profile_features, history.profile[0].tolist()),
    ):
        rows += [
            (kind, feature_label(feature, feature.value(code)), 0)
            for feature, code in zip(features, codes, strict=True)
        ]
    table = pd.DataFrame(rows[:count], columns=ITEM_TOKEN_COLUMNS[1:])
    table.insert(0, "token", np.arange(len(table)))
    return table
