"""Which events does a list lean on? Exactly where scores are sums, else by leaving events out.

Axes: length = events of one history, oldest first; place = of a list.
"""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int

from recengine.data.progress import Progress, silent
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why.methods import require_quick
from recengine.engine.why.reasons import first_step_read
from recengine.explanations.whatif import Variant, scored
from recengine.models.base import EventAdditive, FoldsIn, Ranker
from recengine.models.unified import Unified
from recengine.types import ITEM_ID, TITLE, Request

LEANED = 8  # events named for each list


def asked_without(ranker: Ranker) -> bool:
    """Whether a ranker must be asked without each event, and can be: its scores are no sums."""
    no_sum = not isinstance(ranker, (Unified, EventAdditive, FoldsIn))
    return no_sum and ranker.personal and not ranker.slow


def leaned_exactly(state: State, answer: Answer, top: Int[np.ndarray, "place"]) -> pd.DataFrame:
    """Share of each event in all that the history says for the list, the largest shares."""
    by_event = answer.parts.by_event(torch.from_numpy(top)).sum(dim=1).numpy()
    return _strongest(state, answer, by_event)


@torch.inference_mode()
def leaned_without(state: State, request: Request, progress: Progress = silent) -> pd.DataFrame:
    """Share of each event in what the list loses when one event after the other is left out.

    Empty if nothing is lost whichever is left out: the ranker does not read the history anew.

    Args:
        state: what is loaded.
        request: whose list, of `k` items.
        progress: told how many events were left out.

    Raises:
        ConfigError: the ranker is too slow to be asked so often.
    """
    answer = state.answer(request)
    state = state.edited(request)
    ranker = state.ranker(request.ranker)
    require_quick(ranker)
    top = answer.order[: request.k]
    count = int(answer.history.lengths[0])
    changes = [(), *((Variant(event=place),) for place in range(count))]
    sums: list[float] = []
    for scores in scored(ranker, answer.history, changes):
        listed = scores[:, top] - scores[:, answer.candidates].mean(dim=1, keepdim=True)
        sums += listed.sum(dim=1).tolist()
        progress("Leaving out one event after the other", len(sums) - 1, count)
    lost = sums[0] - np.array(sums[1:])
    noise = 1e-5 * max(1.0, abs(sums[0]))  # rounding of scores
    return _strongest(state, answer, np.where(lost > noise, lost, 0.0))


def _strongest(state: State, answer: Answer, by_event: Float[np.ndarray, "length"]) -> pd.DataFrame:
    """step, item_id, title, share of the events that speak most for the list."""
    weights = np.clip(by_event[: int(answer.history.lengths[0])], 0, None).astype(float)
    strongest = np.argsort(-weights, kind="stable")[:LEANED]
    strongest = strongest[weights[strongest] > 0]
    items = answer.history.items[0].numpy()[strongest]
    table = state.catalogue.iloc[items - 1][[ITEM_ID, TITLE]].reset_index(drop=True)
    table.insert(0, "step", strongest + first_step_read(state, answer))
    table["share"] = weights[strongest] / max(float(weights.sum()), 1e-12)
    return table
