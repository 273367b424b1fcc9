"""How does the catalogue look to this person now?

Axes: vocab = 1 + num_items, token = events then features, dim = model width.
"""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int64
from torch import Tensor
from torch.nn import functional as F

from recengine.engine.results import ItemMap
from recengine.engine.state import Answer, State
from recengine.engine.timelines import interest_path
from recengine.engine.wording import feature_label, listed, moment
from recengine.models.unified import Unified
from recengine.projection.sample import fair_sample
from recengine.types import CATEGORIES, ITEM_ID, Request

PATH_STEPS = 120  # points of the interest path that a map draws at most


def item_map(state: State, request: Request, max_items: int) -> ItemMap:
    """Static and dynamic place of every drawn item, and what moved it."""
    model = state.unified(request.ranker)
    answer = state.answer(request)
    places = state.places[answer.request.ranker]
    static, dynamic = item_vectors(model, answer)
    shift = 1 - F.cosine_similarity(static, dynamic, dim=1)
    moved = places.displaced(dynamic.numpy())
    history = {int(item) for item in answer.history.items[0] if item}
    shown = {int(item) for item in answer.order[: request.k]}
    kept = np.array(sorted(history | shown), dtype=np.int64) - 1
    rows = fair_sample(places.static, max_items, keep=kept).rows
    table = state.catalogue.iloc[rows].reset_index(drop=True)
    table["category"] = [names[0] if names else "other" for names in table[CATEGORIES]]
    table[["static_x", "static_y"]] = places.static[rows].astype(float)
    table[["x", "y"]] = moved[rows].astype(float)
    table["shift"] = shift.numpy()[rows].astype(float)
    table["score"] = answer.scores[1:].numpy()[rows].astype(float)
    table["rank"] = answer.ranks[1:][rows]
    table["trust"] = places.point_trust[rows].astype(float)
    roles = {**dict.fromkeys(history, "history"), **dict.fromkeys(shown, "recommendation")}
    table["role"] = [roles.get(int(row) + 1, "catalogue") for row in rows]
    table["moved_by"] = _movers(state, model, answer)[rows]
    path = places.path(interest_path(state.edited(request), request.user_id, request.ranker))
    return ItemMap(
        request=Request(**{**vars(answer.request), "k": request.k}),
        items=table,
        path=path.iloc[_thinned(len(path))].reset_index(drop=True),
        regions=places.regions,
        trust=places.trust,
        num_items=state.dataset.num_items,
        sentence=_sentence(state, answer, table),
    )


def neighbours(state: State, request: Request, item_id: str, k: int) -> pd.DataFrame:
    """The k nearest items in the model's space, as they are in general and for this request."""
    item = state.dataset.item_index(item_id) - 1
    static, dynamic = item_vectors(state.unified(request.ranker), state.answer(request))
    cosines = [(unit := F.normalize(vectors, dim=1)) @ unit[item] for vectors in (static, dynamic)]
    nearest = []
    for cosine in cosines:
        order = cosine.argsort(descending=True).tolist()
        nearest.append([row for row in order if row != item][:k])
    rows = list(dict.fromkeys([*nearest[1], *nearest[0]]))
    table = state.catalogue.iloc[rows][[ITEM_ID, "title"]].reset_index(drop=True)
    table["before"] = [row in nearest[0] for row in rows]
    table["now"] = [row in nearest[1] for row in rows]
    table["cosine_before"] = [float(cosines[0][row]) for row in rows]
    table["cosine_now"] = [float(cosines[1][row]) for row in rows]
    return table


@torch.inference_mode()
def item_vectors(
    model: Unified, answer: Answer
) -> tuple[Float[Tensor, "items dim"], Float[Tensor, "items dim"]]:
    """Static and dynamic vectors of the catalogue for one request, without padding."""
    items = model.item_vectors()
    if not model.dynamic:
        return items[1:], items[1:]
    memory = model.memory(items, answer.history)
    bent = model.memory_head.bend(items, model.item_queries(), memory)
    return items[1:], bent[0, 1:]


@torch.inference_mode()
def _movers(state: State, model: Unified, answer: Answer) -> np.ndarray:
    """Label of the token whose pull on each item's vector is longest."""
    events = [state.title(int(item)) for item in answer.history.items[0] if item]
    if not model.dynamic:
        return np.full(state.dataset.num_items, "", dtype=object)
    labels = np.array([*events, *_feature_labels(state, answer)], dtype=object)
    if not len(labels):
        return np.full(state.dataset.num_items, "", dtype=object)
    items = model.item_vectors()
    memory = model.memory(items, answer.history)
    head = model.memory_head
    weights = head.attention(model.item_queries(), memory)[0]  # heads vocab token
    values = head.values(memory.tokens)[0]  # heads token key
    outputs = head.output.weight.unflatten(1, (head.num_heads, head.key_dim))
    lengths = torch.einsum("dhk,htk->htd", outputs, values).norm(dim=-1)
    strength = torch.einsum("hvt,ht->vt", weights, lengths)
    present = memory.present[0].nonzero()[:, 0]
    return labels[strength[1:, present].argmax(dim=1).numpy()]


def _feature_labels(state: State, answer: Answer) -> list[str]:
    """Labels of the known features, in the order of the memory's tokens."""
    both = (
        (state.dataset.context_features, answer.history.request[0]),
        (state.dataset.profile_features, answer.history.profile[0]),
    )
    return [
        feature_label(feature, feature.value(int(code)))
        for features, codes in both
        for feature, code in zip(features, codes, strict=True)
        if code
    ]


def _thinned(length: int) -> Int64[np.ndarray, "rows"]:
    """Rows of a path that is drawn with at most PATH_STEPS points; the last is always kept."""
    return np.unique(np.linspace(0, length - 1, min(length, PATH_STEPS)).astype(np.int64))


def _sentence(state: State, answer: Answer, table: pd.DataFrame) -> str:
    when = moment(state.dataset.context_features, answer.request.context)
    start = f"{when}, the catalogue" if when else "The catalogue"
    if not len(table) or table["shift"].max() < 1e-6:
        return f"{start} lies as it does for everybody: this ranker does not bend it."
    pull = table.groupby("category")["shift"].agg(["mean", "size"])
    large = pull[pull["size"] >= max(5, len(table) // 100)]
    most = large["mean"].nlargest(2).index.tolist() or pull["mean"].nlargest(1).index.tolist()
    cause = table.nlargest(20, "shift")["moved_by"].mode()
    by = f", pulled most often by {cause.iat[0]}" if len(cause) else ""
    return f"{start} bends around this person: {listed(most)} moved most{by}."
