"""How does the catalogue look to this person now?

Axes: vocab = 1 + num_items, item = the catalogue, dim = model width.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Float32, Int64
from torch import Tensor
from torch.nn import functional as F

from recengine.engine.movers import movers
from recengine.engine.places import Places
from recengine.engine.results import ItemMap
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.timelines import after_feedback, interest_path
from recengine.engine.wording import listed, moment
from recengine.errors import ConfigError
from recengine.models.unified import Unified
from recengine.projection.regions import named_regions
from recengine.projection.relaid import register, relaid
from recengine.projection.sample import fair_sample
from recengine.projection.trust import point_trust, trustworthiness
from recengine.types import CATEGORIES, ITEM_ID, Request

PATH_STEPS = 120  # points of the interest path that a map draws at most


def item_map(
    state: State,
    request: Request,
    max_items: int,
    before: Request | None = None,
    laid_again: bool = False,
    keep: Sequence[str] = (),
    hold: Sequence[str] = (),
) -> ItemMap:
    """Where every drawn item lies before and now, and what moved it.

    Args:
        state: what is loaded.
        request: whose map it is.
        max_items: above this number a fair sample is drawn.
        before: the request from whose map items move; None is the map for everyone.
        laid_again: lay the items out anew by their bent vectors, instead of placing those on the
            base map.
        keep: items that are drawn in any case, as history and list are.
        hold: items that stand still: all movement is drawn relative to theirs.

    Raises:
        ConfigError: the ranker has no map, or `before` asks another one.
    """
    model = state.unified(request.ranker)
    answer = state.answer(request)
    earlier = None if before is None else _same_map(state, before, answer)
    static, dynamic = item_vectors(model, answer)
    start = static if earlier is None else item_vectors(model, earlier)[1]
    base = state.places[answer.request.ranker]
    places = _laid_again(state, base, dynamic) if laid_again else base
    now = places.static if laid_again else base.displaced(dynamic.numpy())
    came_from = base.static if earlier is None else _places_of(base, start, laid_again)
    if hold:
        held = np.array([state.dataset.item_index(item) - 1 for item in hold])
        now = register(now, came_from, by=held)
    wanted = {state.dataset.item_index(item) for item in keep}
    for each in (answer, earlier):
        if each is not None:
            wanted |= _history(each) | _listed(each, request.k)
    kept = np.array(sorted(wanted), dtype=np.int64) - 1
    sample = fair_sample(base.static, max_items, keep=kept)
    rows = sample.rows
    table = _drawn(state, answer, earlier or answer, rows, request.k)
    table[["static_x", "static_y"]] = came_from[rows].astype(float)
    table[["x", "y"]] = now[rows].astype(float)
    shift = 1 - F.cosine_similarity(start, dynamic, dim=1)
    table["shift"] = shift.numpy()[rows].astype(float)
    table["trust"] = places.point_trust[rows].astype(float)
    table["detail"] = sample.detail
    table["moved_by"] = movers(state, model, answer, earlier, rows)
    path = _path(state, places, request)
    return ItemMap(
        request=replace(answer.request, k=request.k),
        before=None if earlier is None else replace(earlier.request, k=request.k),
        star_before=None if earlier is None else _star(state, base, earlier.request),
        items=table,
        path=path.iloc[_thinned(len(path))].reset_index(drop=True),
        regions=places.regions,
        trust=places.trust,
        num_items=state.dataset.num_items,
        sentence=_sentence(state, answer, earlier, table),
    )


def _drawn(state: State, answer: Answer, earlier: Answer, rows: np.ndarray, k: int) -> pd.DataFrame:
    """What the drawn items are, whatever their places."""
    table = state.catalogue.iloc[rows].reset_index(drop=True)
    return table.assign(
        category=[names[0] if names else "other" for names in table[CATEGORIES]],
        score=answer.scores[1:].numpy()[rows].astype(float),
        rank=answer.ranks[1:][rows],
        rank_before=earlier.ranks[1:][rows],
        role=_roles(answer, k, rows),
        role_before=_roles(earlier, k, rows),
    )


def _path(state: State, places: Places, request: Request) -> pd.DataFrame:
    """Way of the interest over the map; its end is where it is now."""
    interest = interest_path(state.edited(request), request.user_id, request.ranker)
    return places.path(after_feedback(state, request, interest))


def _star(state: State, places: Places, request: Request) -> tuple[float, float] | None:
    """Where the interest is now; None without events."""
    end = _path(state, places, request)[["x", "y"]].tail(1).to_numpy(float)
    return (float(end[0, 0]), float(end[0, 1])) if len(end) else None


def _same_map(state: State, before: Request, answer: Answer) -> Answer:
    """The answer to the other request, whose vectors lie in the same space."""
    earlier = state.answer(before)
    if earlier.request.ranker != answer.request.ranker:
        raise ConfigError(
            f"A map moves between two requests of one ranker; these ask "
            f"{earlier.request.ranker!r} and {answer.request.ranker!r}, whose vectors have nothing "
            f"in common. Choose the same ranker for both."
        )
    return earlier


def _roles(answer: Answer, k: int, rows: Int64[np.ndarray, " row"]) -> list[str]:
    roles = {
        **dict.fromkeys(_history(answer), "history"),
        **dict.fromkeys(_listed(answer, k), "recommendation"),
    }
    return [roles.get(int(row) + 1, "catalogue") for row in rows]


def _history(answer: Answer) -> set[int]:
    return {int(item) for item in answer.history.items[0] if item}


def _listed(answer: Answer, k: int) -> set[int]:
    return {int(item) for item in answer.order[:k]}


def _laid_again(state: State, base: Places, dynamic: Float[Tensor, "item dim"]) -> Places:
    """A map of its own for the bent vectors, turned to lie over the base map."""
    vectors = dynamic.numpy()
    xy = relaid(vectors, base.static)
    return replace(
        base,
        static=xy,
        point_trust=point_trust(vectors, xy),
        trust=trustworthiness(vectors, xy),
        regions=named_regions(state.dataset.items, xy),
    )


def _places_of(
    base: Places, vectors: Float[Tensor, "item dim"], laid_again: bool
) -> Float32[np.ndarray, "item 2"]:
    array = vectors.numpy()
    return relaid(array, base.static) if laid_again else base.displaced(array)


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
    """Static and dynamic vectors of the catalogue for one request, without padding.

    Feedback bends the dynamic ones by its matrix of rank 1 (see training.adaptation).
    """
    bent = model.dynamic_vectors(answer.history)[0]
    if answer.learnt.shifts is not None:
        bent = answer.learnt.bend(bent, model.interest_now(answer.history)[0])
    return model.item_vectors()[1:], bent[1:]


def _thinned(length: int) -> Int64[np.ndarray, "rows"]:
    """Rows of a path that is drawn with at most PATH_STEPS points; the last is always kept."""
    return np.unique(np.linspace(0, length - 1, min(length, PATH_STEPS)).astype(np.int64))


def _sentence(state: State, answer: Answer, earlier: Answer | None, table: pd.DataFrame) -> str:
    when = moment(state.dataset.context_features, answer.request.context)
    start = f"{when}, the catalogue" if when else "The catalogue"
    if not len(table) or table["shift"].max() < 1e-6:
        if earlier is not None:
            return "Between these two questions nothing moves on the map."
        return f"{start} lies as it does for everybody: this ranker does not bend it."
    pull = table.groupby("category")["shift"].agg(["mean", "size"])
    large = pull[pull["size"] >= max(5, len(table) // 100)]
    most = large["mean"].nlargest(2).index.tolist() or pull["mean"].nlargest(1).index.tolist()
    cause = table.nlargest(20, "shift")["moved_by"].mode()
    by = f", pulled most often by {cause.iat[0]}" if len(cause) and cause.iat[0] else ""
    end = "" if by.endswith(("!", "?", ".")) else "."
    if earlier is not None:
        between = _between(earlier.request, answer.request)
        return (
            f"{between} {listed(most)} moved most{by.replace('by no longer', 'for want of')}{end}"
        )
    return f"{start} bends around this person: {listed(most)} moved most{by}{end}"


def _between(before: Request, after: Request) -> str:
    """What differs between two requests, as the start of a sentence."""
    if before.user_id != after.user_id:
        return f"From person {before.user_id} to person {after.user_id},"
    if before.context != after.context:
        return "From one moment to the other,"
    return "By what was said,"
