"""Explanations by example: what lies near an item, and what similar people chose."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float
from scipy.stats import binomtest
from torch.nn import functional as F

from recengine.engine.results import Evidence
from recengine.engine.state import State
from recengine.engine.why.answers import NAMED, NearestLiked, SimilarChoices
from recengine.engine.why.methods import events_of
from recengine.engine.why.reasons import about, first_step_read
from recengine.engine.wording import listed
from recengine.explanations.space import item_space
from recengine.models.base import FitData
from recengine.models.interactions import choices
from recengine.models.text_cosine import TextCosine
from recengine.types import Request

SIMILAR_PEOPLE = 100
FEWEST_PEOPLE = 5  # a row of fewer could point at somebody
SHARED = 8  # rows of what similar people have in common with this person


def near_items(state: State, ranker: str, item: int) -> tuple[str, Float[np.ndarray, " vocab"]]:
    """In which space nearness is measured, and the cosine of every item with one of them."""
    space, vectors = "the ranker's item vectors", item_space(state.ranker(ranker))
    if vectors is None:
        text = state.ranker(TextCosine.name)
        assert isinstance(text, TextCosine)
        space, vectors = "item texts", text.vectors
    unit = F.normalize(vectors, dim=1)
    return space, (unit @ unit[item]).numpy()


def nearest_liked(state: State, request: Request, item_id: str, limit: int) -> NearestLiked:
    """Events valued at least as high as this person's are on average, nearest first."""
    item = state.dataset.item_index(item_id)
    answer = state.answer(request)
    items = events_of(answer)
    space, cosines = near_items(state, answer.request.ranker, item)
    span = state.dataset.log.span(state.dataset.user_index(request.user_id))
    first = first_step_read(state, answer)
    values = state.dataset.log.values[span][first - 1 :]
    known = values[~np.isnan(values)]
    liked = values >= known.mean() - 1e-6 if len(known) else np.ones(len(items), dtype=bool)
    places = np.flatnonzero(liked & (items != item))
    places = places[np.argsort(-cosines[items[places]], kind="stable")]
    _, once = np.unique(items[places], return_index=True)
    places = places[np.sort(once)][:limit]
    others = np.sort(np.delete(cosines, [0, item]))
    nearer = np.searchsorted(others, cosines[items[places]]) / max(1, len(others))
    evidence = tuple(
        Evidence(
            "event", state.title(index), float(cosines[index]),
            str(state.dataset.item_ids[index - 1]), first + place,
            facts={"value": float(values[place]), "nearer_than": share},
        )
        for place, index, share in zip(
            places.tolist(), items[places].tolist(), nearer.tolist(), strict=True
        )
    )  # fmt: skip
    found = NearestLiked(
        **about(state, answer, item),
        evidence=evidence,
        total=None,
        method="nearest liked items",
        method_name="nearest-liked",
        unit="cosine",
        space=space,
        sentence="",
    )
    return replace(found, sentence=_nearness(found))


def _nearness(found: NearestLiked) -> str:
    near = found.especially_near
    if not near:
        return (
            f"Nothing that this person liked lies especially near to {found.title} in "
            f"{found.space}."
        )
    named = listed([one.label for one in near[:NAMED]])
    return (
        f"{found.title} lies near to {named}, which this person liked: nearer than "
        f"{int(100 * near[0].facts['nearer_than'])}% of the catalogue in {found.space}."
    )


def similar_choices(state: State, request: Request, item_id: str) -> SimilarChoices:
    """Of the people with the most similar histories, how many chose the item.

    Similar: cosine of what was chosen, an item counting less the more people chose it. The item
    itself does not count for similarity.
    """
    item = state.dataset.item_index(item_id)
    answer = state.answer(request)
    events_of(answer)
    user = state.dataset.user_index(request.user_id)
    log = state.dataset.log
    chosen = choices(FitData(state.dataset, log, np.ones(1 + state.dataset.num_items, dtype=bool)))
    counts = np.asarray(chosen.sum(axis=0)).ravel()
    rarity = np.log((1 + log.num_users) / (1 + counts)).astype(np.float32)
    rarity[item] = 0
    weighted = chosen.multiply(rarity).tocsr()
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    likeness = (weighted @ weighted[user].T).toarray().ravel() / np.maximum(norms, 1e-9)
    likeness[user] = 0
    similar = np.argsort(-likeness, kind="stable")[:SIMILAR_PEOPLE]
    similar = similar[likeness[similar] > 0]
    took = similar[chosen[similar, item].toarray().ravel() > 0] if len(similar) else similar
    others = max(1, log.num_users - 1)
    base = (counts[item] - chosen[user, item]) / others
    interval = (
        binomtest(len(took), len(similar)).proportion_ci(method="wilson") if len(similar) else None
    )
    own = np.unique(log.items[log.span(user)])
    together = np.asarray(chosen[took][:, own].sum(axis=0)).ravel().astype(int)
    order = np.argsort(-together, kind="stable")[:SHARED]
    order = order[together[order] >= FEWEST_PEOPLE]
    order = order[own[order] != item]
    shared = tuple(
        Evidence(
            "event", state.title(index), count / max(1, len(took)),
            str(state.dataset.item_ids[index - 1]), facts={"people": count},
        )
        for index, count in zip(own[order].tolist(), together[order].tolist(), strict=True)
    )  # fmt: skip
    found = SimilarChoices(
        **about(state, answer, item),
        evidence=shared,
        total=None,
        method="choices of similar people",
        method_name="similar-choices",
        unit="share of those who chose it",
        people=len(similar),
        chose=len(took),
        share=len(took) / max(1, len(similar)),
        low=float(interval.low) if interval else 0.0,
        high=float(interval.high) if interval else 1.0,
        base_share=float(base),
        sentence="",
    )
    return replace(found, sentence=_likeness(found))


def _likeness(found: SimilarChoices) -> str:
    if not found.people:
        return "Nobody has a history like this one."
    start = (
        f"Of the {found.people:,} people with the most similar histories {found.chose:,} chose "
        f"{found.title} ({found.share:.0%}), of everybody {found.base_share:.0%}"
    )
    if found.low > found.base_share:
        times = found.share / found.base_share if found.base_share else 0.0
        return f"{start}: {times:.1f} times as many." if times else f"{start}."
    if found.high < found.base_share:
        return f"{start}: fewer than elsewhere."
    return f"{start}: no difference that can be trusted."
