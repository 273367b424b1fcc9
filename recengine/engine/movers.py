"""What bent each item's vector: the events, facts and remarks by how far they pull.

Axes: row = items that are drawn, token = events then features, label = what can be named.
"""

import numpy as np
import torch
from jaxtyping import Float, Int, Int64
from torch import Tensor

from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.wording import feature_label
from recengine.models.unified import Unified
from recengine.types import LESS, MORE


@torch.inference_mode()
def movers(
    state: State,
    model: Unified,
    answer: Answer,
    before: Answer | None,
    rows: Int64[np.ndarray, " row"],
) -> np.ndarray:
    """For some items the label of what pulls each furthest; empty for those that nothing pulls.

    Args:
        state: for titles.
        model: who bends.
        answer: the request whose map is drawn.
        before: the request that it is held against; then what counts is the difference, and what
            pulled only there is "no longer" there. None is everybody in general.
        rows: the items, counted from 0.
    """
    items = torch.from_numpy(1 + rows)
    labels, pulls = _named(*_pulls(state, model, answer, items))
    if before is not None:
        old_labels, old = _named(*_pulls(state, model, before, items))
        both = list(dict.fromkeys([*labels, *old_labels]))
        difference = torch.zeros(len(pulls), len(both))
        difference[:, [both.index(label) for label in labels]] += pulls
        difference[:, [both.index(label) for label in old_labels]] -= old
        labels, pulls = both, difference
    if not labels:
        return np.full(len(rows), "", dtype=object)
    strongest = pulls.abs().argmax(dim=1)
    pull = pulls.gather(1, strongest[:, None])[:, 0]
    named = np.array([*labels, *(f"no longer {label}" for label in labels)], dtype=object)
    by = named[(strongest + len(labels) * (pull < 0)).numpy()]
    return np.where((pull != 0).numpy(), by, "")


def _pulls(
    state: State, model: Unified, answer: Answer, items: Int[Tensor, " row"]
) -> tuple[list[str], Float[Tensor, "row label"]]:
    """How far each event, known feature and remark pulls each item's vector."""
    labels: list[str] = []
    found = [torch.zeros(len(items), 0)]
    if model.dynamic:
        memory = model.memory(model.item_vectors(), answer.history)
        present = memory.present[0]
        tokens = np.array(_token_labels(state, answer), dtype=object)
        labels += tokens[present.numpy()].tolist()
        rows = model.bent_items(answer.history)
        bent = torch.ones_like(items, dtype=torch.bool) if rows is None else torch.isin(items, rows)
        _, queries = model.bendable(items[bent])
        pulls = torch.zeros(len(items), len(present))
        pulls[bent] = model.memory_head.pull_lengths(queries, memory)[0]
        found.append(pulls[:, present])
    if answer.learnt.shifts is not None:
        labels += _remark_labels(state, answer)
        along = answer.learnt.pulls(model.dynamic_vectors(answer.history)[0])
        found.append(along.T[items].abs() / model.interest_now(answer.history)[0].norm())
    return labels, torch.cat(found, dim=1)


def _named(
    labels: list[str], pulls: Float[Tensor, "row label"]
) -> tuple[list[str], Float[Tensor, "row name"]]:
    """The same with every label once: the pulls of events with the same item come together."""
    names = list(dict.fromkeys(labels))
    place = torch.tensor([names.index(label) for label in labels], dtype=torch.long)
    together = torch.zeros(len(pulls), len(names)).index_add(1, place, pulls)
    return names, together


def _token_labels(state: State, answer: Answer) -> list[str]:
    """Labels of the memory's tokens: events, then features of the moment and of the person."""
    events = [state.title(int(item)) if item else "" for item in answer.history.items[0]]
    both = (
        (state.dataset.context_features, answer.history.request[0]),
        (state.dataset.profile_features, answer.history.profile[0]),
    )
    return events + [
        feature_label(feature, feature.value(int(code)))
        for features, codes in both
        for feature, code in zip(features, codes, strict=True)
    ]


def _remark_labels(state: State, answer: Answer) -> list[str]:
    """What was said, in the order in which it counts: “more like Alien”."""
    learnt = answer.learnt
    return [
        f"“{MORE if sign > 0 else LESS} like {state.title(int(item))}”"
        for item, sign in zip(learnt.items, learnt.signs, strict=True)
    ]
