"""What one item's first place hangs on: shares of its reasons, and what it would not stand without.

A piece is *decisive* if another item would be first without it: its weights are taken off every
item's score and the items are put in order again. That is exact where the split is (for the unified
ranker: at a fixed interest), and says more than a share does: a large part may be shared by all
items, a small one may tip the scale.

Axes: vocab = 1 + num_items, length = events oldest first, context / profile = features.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jaxtyping import Bool, Float
from torch import Tensor

from recengine.explanations.contributions import ScoreParts

KINDS = ("taste", "events", "prior", "context", "profile", "popularity")


@dataclass(frozen=True)
class Grounds:
    """What speaks for one item, as shares of all that speaks for it.

    Attributes:
        kinds: share by kind of evidence; they sum to 1, or are all 0 if nothing speaks for it.
        events: share of each event (remembered and goes together).
        context, profile: share of each feature.
        decisive: kinds without which another item would be first.
        decisive_event: whether that holds for the strongest event alone.
        decisive_context, decisive_profile: features for which it holds alone.
    """

    kinds: Mapping[str, float]
    events: Float[Tensor, " length"]
    context: Float[Tensor, " context"]
    profile: Float[Tensor, " profile"]
    decisive: frozenset[str]
    decisive_event: bool
    decisive_context: tuple[int, ...]
    decisive_profile: tuple[int, ...]

    @property
    def strongest_event(self) -> int:
        """Position of the event with the largest share; -1 if none speaks for the item."""
        if not len(self.events) or float(self.events.max()) <= 0:
            return -1
        return int(self.events.argmax())


def grounds_of(parts: ScoreParts, item: int, candidates: Bool[Tensor, " vocab"]) -> Grounds:
    """What the first place of an item rests on.

    Args:
        parts: the split of every item's score, relative to the mean over the candidates.
        item: index of the item that stands first.
        candidates: the items that compete.
    """
    own = {name: getattr(parts, name)[..., item].clamp(min=0).reshape(-1) for name in KINDS}
    together = parts.by_event(item).clamp(min=0)
    whole = float(sum(each.sum() for each in own.values())) or 1.0

    def first_without(piece: Float[Tensor, " vocab"]) -> bool:
        rest = (parts.total - piece)[candidates]
        return bool(rest.max() <= parts.total[item] - piece[item])

    by_kind = {name: parts.summed(name) for name in KINDS}
    strongest = int(together.argmax()) if len(together) and float(together.max()) > 0 else -1
    decisive_event = strongest >= 0 and not first_without(
        parts.events[strongest, :] + parts.prior[strongest, :]
    )
    return Grounds(
        kinds={name: float(each.sum()) / whole for name, each in own.items()},
        events=together / whole,
        context=own["context"] / whole,
        profile=own["profile"] / whole,
        decisive=frozenset(name for name, part in by_kind.items() if not first_without(part)),
        decisive_event=decisive_event,
        decisive_context=_tipping(parts.context, first_without),
        decisive_profile=_tipping(parts.profile, first_without),
    )


def _tipping(
    pieces: Float[Tensor, "piece vocab"], first_without: Callable[[Tensor], bool]
) -> tuple[int, ...]:
    return tuple(
        place for place, piece in enumerate(pieces) if piece.any() and not first_without(piece)
    )
