"""What would change: the rank of one item when a piece of the request is taken away or changed.

Every variant is scored again by the whole ranker, interest vector included, all in one batch.
Axes: batch = variants of one request, vocab = 1 + num_items.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.data.histories import Histories
from recengine.models.base import Ranker
from recengine.types import UNKNOWN_CODE


@dataclass(frozen=True)
class Variant:
    """One change to a request.

    Attributes:
        event: position in the history to leave out, or -1.
        feature: context feature to change, or -1.
        code: code to give to that feature.
        profile: profile feature to hide, or -1.
    """

    event: int = -1
    feature: int = -1
    code: int = UNKNOWN_CODE
    profile: int = -1


@torch.inference_mode()
def ranks_of_variants(
    ranker: Ranker,
    history: Histories,
    variants: Sequence[Variant],
    item_index: int,
    candidates: Bool[Tensor, "vocab"],
    added: Float[Tensor, " vocab"] | None = None,
) -> tuple[Int[Tensor, " batch"], Tensor]:
    """Rank and score of one item in the request as it is (first) and in each variant.

    Scores are centred over the candidates, as everywhere in an explanation. `added` is what stays
    the same in all variants: what this session's feedback adds to each item.
    """
    scores = ranker.score(apply_variants(history, (Variant(), *variants)))
    if added is not None:
        scores = scores + added
    kept = scores[:, candidates]
    own = scores[:, item_index, None]
    # The item itself may be no candidate (already seen): it then stands where it would stand.
    above = (kept > own).sum(dim=1)
    return 1 + above, own[:, 0] - kept.mean(dim=1)


def apply_variants(history: Histories, variants: Sequence[Variant]) -> Histories:
    """One history, changed in several ways.

    An event that is left out closes up: later events move one place to the front.
    """
    length = history.items.shape[1]
    batch = history.rows(torch.zeros(len(variants), dtype=torch.long))
    changed = {f.name: getattr(batch, f.name).clone() for f in fields(batch)}
    for row, variant in enumerate(variants):
        if variant.event >= 0:
            order = [*(p for p in range(length) if p != variant.event), variant.event]
            for name in ("items", "values", "events", "gaps", "contexts"):
                changed[name][row] = changed[name][row, order]
                changed[name][row, -1] = 0
            changed["lengths"][row] -= 1
        if variant.feature >= 0:
            changed["request"][row, variant.feature] = variant.code
        if variant.profile >= 0:
            changed["profile"][row, variant.profile] = UNKNOWN_CODE
    return Histories(**changed)
