"""Online adaptation: what a person says about a few items bends the scores of this session alone.

    a_j = s * sum_f alpha_f K_fj                     added to the score of item j
    m_f = (r_f - c) / s + sum_g alpha_g K_gf         how far item f stands above the present list
    alpha = argmin sum_f log(1 + exp(1 - y_f m_f)) + anchor / 2 * |alpha|^2

y_f is +1 for "more like this" and -1 for "less like this", r the present scores, s their standard
deviation over the candidates, c the mean score of the list on show. The reach K_fj says how far a
verdict on item f carries to item j: by the likeness of their vectors, or, where a score is a sum
over events, by what one fresh event with f would add. The minimum is approached by a few gradient
steps in function space, so each alpha_f has the sign of its verdict and every change of a score is
a sum over verdicts. Nothing is kept: the same list of verdicts always gives the same adapter, and
no weight of the ranker changes, so nobody else is touched.

Guards against believing too much: the steps are few, the anchor pulls every alpha_f to 0, and what
all verdicts together do may not vary more over the candidates than `bound` times the scores do.

For the unified ranker the part by likeness is v . S_j, which is the same number seen in two ways:

    (u + v) . S_j  =  u . (I + u v' / |u|^2) S_j

the interest moves by v, or every item is bent by one matrix of rank 1.

Papers: Kivinen, Smola & Williamson, "Online Learning with Kernels", IEEE TSP 2004,
doi:10.1109/TSP.2004.830991 (gradient steps in function space); Hu et al., "LoRA", ICLR 2022,
arXiv:2106.09685 (an adapter of low rank beside frozen weights). Differs: a handful of verdicts and
several passes over them; the list on show is the point of comparison.

Axes: told = verdicts that count, vocab = 1 + num_items, dim = width of item vectors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.data.histories import Histories
from recengine.errors import ConfigError
from recengine.models.base import EventAdditive, ItemVectors, Ranker
from recengine.models.unified import Unified
from recengine.types import LESS, MORE

TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class AdaptationConfig:
    """How much a few verdicts may change; chosen on people who take no part in the proof."""

    steps: int = 12
    anchor: float = 0.3  # pull of every verdict's weight to 0
    bound: float = 1.0  # most that feedback varies the scores, in their own standard deviations
    likeness: float = 1.0  # reach by vectors beside the reach by events, where a ranker has both
    listed: int = 10  # length of the list that a verdict compares with

    def __post_init__(self) -> None:
        if self.steps < 1 or self.listed < 1 or min(self.anchor, self.bound) <= 0:
            raise ConfigError(
                f"steps={self.steps} and listed={self.listed} must be 1 or more, "
                f"anchor={self.anchor} and bound={self.bound} above 0"
            )


@dataclass(frozen=True)
class Reach:
    """How far each verdict carries.

    Attributes:
        matrix: K, in standard deviations of the scores; 1 is about what an item gets from a
            verdict on itself.
        directions: the part of K that is a product with item vectors: K_fj = directions_f . S_j
            and a constant; None for rankers without an interest vector.
    """

    matrix: Float[Tensor, "told vocab"]
    directions: Float[Tensor, "told dim"] | None = None

    def first(self, count: int) -> "Reach":
        """The reach of the first verdicts alone."""
        directions = None if self.directions is None else self.directions[:count]
        return Reach(self.matrix[:count], directions)


@dataclass(frozen=True)
class Adaptation:
    """What was learnt from the verdicts.

    Attributes:
        items: item index of each verdict that counts, in the order in which they were given.
        signs: +1 for more, -1 for less.
        weights: alpha of each; 0 if the ranker has no way to carry it to other items.
        parts: what each adds to every item's score.
        shifts: what each adds to v, by which the interest vector moves; None for rankers whose
            score is no product of an interest with item vectors.
    """

    items: Int[Tensor, " told"]
    signs: Float[Tensor, " told"]
    weights: Float[Tensor, " told"]
    parts: Float[Tensor, "told vocab"]
    shifts: Float[Tensor, "told dim"] | None

    def pulls(self, vectors: Float[Tensor, "vocab dim"]) -> Float[Tensor, "told vocab"]:
        """v . S_j by verdict, 0 for the average item: the part of `parts` that moves vectors."""
        assert self.shifts is not None
        return self.shifts @ (vectors - vectors[1:].mean(dim=0)).T

    def bend(
        self, vectors: Float[Tensor, "vocab dim"], interest: Float[Tensor, " dim"]
    ) -> Float[Tensor, "vocab dim"]:
        """(I + u v' / |u|^2) S_j: the same change of score, seen as movement of the items."""
        along = interest / interest.square().sum().clamp(min=TINY)
        return vectors + self.pulls(vectors).sum(dim=0)[:, None] * along


def signed(told: Mapping[int, str]) -> list[tuple[int, int]]:
    """+1 for more, -1 for less, by item index; what only hides an item teaches nothing."""
    signs = {MORE: 1, LESS: -1}
    return [(item, signs[verdict]) for item, verdict in told.items() if verdict in signs]


def learns(ranker: Ranker) -> bool:
    """Whether verdicts on an item carry to others; if not, only "not now" has an effect."""
    return isinstance(ranker, EventAdditive | ItemVectors)


@torch.inference_mode()
def adapt(
    ranker: Ranker,
    history: Histories,
    scores: Float[Tensor, " vocab"],
    candidates: Bool[Tensor, "vocab"],
    told: Sequence[tuple[int, int]],
    config: AdaptationConfig | None = None,
) -> Adaptation:
    """Learn from verdicts; the last one on an item counts.

    Args:
        ranker: any; one that `learns` not gives parts of 0.
        history: exactly one, as the ranker reads it.
        scores: what the ranker says without feedback.
        candidates: the items that compete.
        told: item index and +1 (more) or -1 (less), oldest first.
        config: how much to believe.
    """
    config = config or AdaptationConfig()
    last = dict(told)
    items = torch.tensor(list(last), dtype=torch.long)
    signs = torch.tensor(list(last.values()), dtype=scores.dtype)
    spread = spread_of(scores, candidates)
    if not len(items) or not learns(ranker) or spread < TINY:
        parts = scores.new_zeros(len(items), len(scores))
        return Adaptation(items, signs, parts.sum(dim=1), parts, None)
    reach = reach_of(ranker, history, items, candidates, spread, config)
    return adapt_within(reach, scores, candidates, items, signs, config)


def adapt_within(
    reach: Reach,
    scores: Float[Tensor, " vocab"],
    candidates: Bool[Tensor, "vocab"],
    items: Int[Tensor, " told"],
    signs: Float[Tensor, " told"],
    config: AdaptationConfig,
) -> Adaptation:
    """Learn from verdicts on different items whose reach is known."""
    spread = spread_of(scores, candidates)
    weights = verdict_weights(scores, reach.matrix, items, signs, candidates, spread, config)
    parts = spread * weights[:, None] * reach.matrix
    shifts = None if reach.directions is None else spread * weights[:, None] * reach.directions
    return Adaptation(items, signs, weights, parts, shifts)


def spread_of(scores: Float[Tensor, " vocab"], candidates: Bool[Tensor, "vocab"]) -> float:
    """Standard deviation of the scores that compete."""
    return float(scores[candidates].std(unbiased=False)) if candidates.any() else 0.0


def verdict_weights(
    scores: Float[Tensor, " vocab"],
    reach: Float[Tensor, "told vocab"],
    items: Int[Tensor, " told"],
    signs: Float[Tensor, " told"],
    candidates: Bool[Tensor, "vocab"],
    spread: float,
    config: AdaptationConfig,
) -> Float[Tensor, " told"]:
    """alpha: gradient steps from 0, then the bound."""
    competing = scores[candidates]
    shown = competing.topk(min(config.listed, len(competing))).values.mean()
    margins = (scores[items] - shown) / spread
    among = reach[:, items]
    # Half of what would overshoot: the loss bends by at most 1/4 per unit of reach.
    rate = 1 / (config.anchor + 0.25 * float(among.abs().sum(dim=0).max()))
    weights = torch.zeros_like(signs)
    for _ in range(config.steps):
        wanting = torch.sigmoid(1 - signs * (margins + weights @ among))
        weights = weights + rate * (signs * wanting - config.anchor * weights)
    varied = float((weights @ reach)[candidates].std(unbiased=False))
    return weights * min(1.0, config.bound / max(varied, TINY))


def reach_of(
    ranker: Ranker,
    history: Histories,
    items: Int[Tensor, " told"],
    candidates: Bool[Tensor, "vocab"],
    spread: float,
    config: AdaptationConfig,
) -> Reach:
    """K of a ranker that learns, centred over the candidates."""
    if isinstance(ranker, Unified):
        by_vector, directions = _by_likeness(ranker.dynamic_vectors(history)[0], items, candidates)
        matrix, directions = config.likeness * by_vector, config.likeness * directions
        if ranker.prior is not None:
            by_event = _by_events(ranker.prior, history, items, candidates, spread)
            matrix = matrix + float(ranker.beta) * by_event
        return Reach(matrix, directions)
    if isinstance(ranker, ItemVectors):
        return Reach(_by_likeness(ranker.item_vectors(), items, candidates)[0])
    assert isinstance(ranker, EventAdditive)
    return Reach(_by_events(ranker, history, items, candidates, spread))


def _by_likeness(
    vectors: Float[Tensor, "vocab dim"], items: Int[Tensor, " told"], candidates: Bool[Tensor, "v"]
) -> tuple[Float[Tensor, "told vocab"], Float[Tensor, "told dim"]]:
    """Likeness to the told items, seen from the middle of the catalogue, and its directions."""
    middle = vectors[candidates].mean(dim=0)
    apart = vectors - middle
    size = apart[candidates].square().sum(dim=1).mean().sqrt().clamp(min=TINY)
    own = apart[items]
    directions = own / own.norm(dim=1, keepdim=True).clamp(min=TINY) / size
    return directions @ apart.T, directions


def _by_events(
    scorer: EventAdditive,
    history: Histories,
    items: Int[Tensor, " told"],
    candidates: Bool[Tensor, "v"],
    spread: float,
) -> Float[Tensor, "told vocab"]:
    """What one fresh event with each told item would add; an item speaks for itself as well."""
    rows = [scorer.event_parts(_one_event(history, int(item)))[0] for item in items]
    parts = torch.stack(rows).nan_to_num(neginf=0.0)
    parts = parts - parts[:, candidates].mean(dim=1, keepdim=True)
    strongest = parts[:, candidates].amax(dim=1)
    place = torch.arange(len(items))
    parts[place, items] = torch.maximum(parts[place, items], strongest)
    return parts / spread


def _one_event(history: Histories, item: int) -> Histories:
    """The person with this one event, of which nothing is known but the item."""
    first = {
        name: torch.zeros_like(getattr(history, name)[:, :1])
        for name in ("items", "values", "events", "gaps", "contexts")
    }
    first["items"] = torch.full_like(first["items"], item)
    return replace(history, **first, lengths=torch.ones_like(history.lengths))
