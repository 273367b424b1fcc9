"""What a ranker holds while it reads a request, as arrays."""

import numpy as np
import torch

from recengine.engine.state import State
from recengine.engine.why.methods import attentive, events_of
from recengine.engine.why.reasons import first_step_read
from recengine.engine.why.results import Inside
from recengine.explanations.attention import watched
from recengine.types import ITEM_ID, TITLE, Request


def inside(state: State, request: Request) -> Inside:
    """Attention and states of one request."""
    answer = state.answer(request)
    ranker = attentive(state, answer.request.ranker)
    items = events_of(answer)
    watch = watched(ranker, answer.history)
    attention = torch.stack([each[0] for each in watch.weights]).numpy()
    states = torch.stack([each[0] for each in watch.states]).numpy()
    asked = int(ranker.asked(answer.history)[0])
    tokens = state.catalogue.iloc[items - 1][[ITEM_ID, TITLE]].reset_index(drop=True)
    tokens.insert(0, "position", np.arange(len(tokens)))
    tokens.insert(1, "step", first_step_read(state, answer) + np.arange(len(tokens)))
    for position in range(len(tokens), attention.shape[-1]):
        tokens.loc[position] = [position, 0, "", "(what comes next?)"]
    return Inside(answer.request, tokens, attention, states, asked)
