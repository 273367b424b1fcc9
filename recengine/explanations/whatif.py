"""What would change: the place of one item when pieces of the request are taken away or changed.

Every changed request is scored again by the whole ranker, interest vector included, in batches;
the request as it is too. Rankers that keep a vector for everybody of their training fold the
histories in instead, as their vector comes from all events, whatever is changed now.
Axes: batch = changed requests, length = events, vocab = 1 + num_items.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.data.histories import Histories
from recengine.data.progress import Progress, silent
from recengine.models.base import Ranker
from recengine.models.history_views import EVENT_FIELDS, rearranged
from recengine.types import PAD_INDEX, UNKNOWN_CODE

SCORED_TOGETHER = 16  # changed requests at once, so that a ranker's numbers stay within memory


@dataclass(frozen=True)
class Variant:
    """One change to a request.

    Attributes:
        event: position in the history to leave out, or -1.
        feature: context feature to change, or -1.
        code: code to give to that feature.
        profile: profile feature to hide, or -1.
        added: item index chosen as well, after the last event; 0 for none.
    """

    event: int = -1
    feature: int = -1
    code: int = UNKNOWN_CODE
    profile: int = -1
    added: int = PAD_INDEX


@torch.inference_mode()
def ranks_of_variants(
    ranker: Ranker,
    history: Histories,
    variants: Sequence[Variant],
    item_index: int,
    candidates: Bool[Tensor, "vocab"],
    added: Float[Tensor, " vocab"] | None = None,
    progress: Progress = silent,
) -> tuple[Int[Tensor, " batch"], Float[Tensor, " batch"]]:
    """Rank and score of one item in the request as it is (first) and in each variant.

    Scores are centred over the candidates, as everywhere in an explanation. `added` is what stays
    the same in all variants: what this session's feedback adds to each item. `progress` is told how
    many requests were scored.
    """
    ranks, centred = [], []
    done = 0
    changes = [(), *((variant,) for variant in variants)]
    for scores in scored(ranker, history, changes, added):
        kept = scores[:, candidates]
        own = scores[:, item_index, None]
        # The item itself may be no candidate (already seen): it then stands where it would stand.
        ranks.append(1 + (kept > own).sum(dim=1))
        centred.append(own[:, 0] - kept.mean(dim=1))
        done += len(scores)
        progress("Scoring without each piece", done, len(changes))
    return torch.cat(ranks), torch.cat(centred)


@torch.inference_mode()
def scored(
    ranker: Ranker,
    history: Histories,
    changes: Sequence[Sequence[Variant]],
    added: Float[Tensor, " vocab"] | None = None,
) -> Iterator[Float[Tensor, "batch vocab"]]:
    """Scores of the request under each set of changes, some requests at a time.

    `added` comes on top of all of them.
    """
    for start in range(0, len(changes), SCORED_TOGETHER):
        changed = apply_changes(history, changes[start : start + SCORED_TOGETHER])
        if changed.items.shape[1] > ranker.events_read:
            changed = _last_events(changed, ranker.events_read)
        scores = ranker.score(changed)
        yield scores if added is None else scores + added


def apply_variants(history: Histories, variants: Sequence[Variant]) -> Histories:
    """One history, changed in several ways, one change each."""
    return apply_changes(history, [(variant,) for variant in variants])


def apply_changes(history: Histories, changes: Sequence[Sequence[Variant]]) -> Histories:
    """One history, changed in several ways, each of them a set of changes.

    An event that is left out closes up: later events move one place to the front. What is chosen
    as well has the kind and the value that the person's events mostly have, in the moment of the
    request.
    """
    batch = history.rows(torch.zeros(len(changes), dtype=torch.long))
    request, profile = batch.request.clone(), batch.profile.clone()
    kept = batch.real.clone()
    added: list[list[int]] = []
    for row, variants in enumerate(changes):
        for variant in variants:
            if variant.event >= 0:
                kept[row, variant.event] = False
            if variant.feature >= 0:
                request[row, variant.feature] = variant.code
            if variant.profile >= 0:
                profile[row, variant.profile] = UNKNOWN_CODE
        added.append([variant.added for variant in variants if variant.added != PAD_INDEX])
    changed = replace(keep_events(batch, kept), request=request, profile=profile)
    return _with_added(changed, added) if any(added) else changed


def keep_events(batch: Histories, kept: Bool[Tensor, "batch length"]) -> Histories:
    """Each history with some of its events only, of nobody known; what is left closes up."""
    kept = kept & batch.real
    order = (~kept).to(torch.int8).argsort(dim=1, stable=True)
    return rearranged(batch.of_nobody(), order, kept.sum(dim=1))


def _with_added(batch: Histories, added: Sequence[Sequence[int]]) -> Histories:
    """Further events behind the last one of each history."""
    room = max(map(len, added))
    columns: dict[str, Tensor] = {}
    for name in EVENT_FIELDS:
        column: Tensor = getattr(batch, name)
        wider = column.new_zeros(len(column), room, *column.shape[2:])
        columns[name] = torch.cat([column, wider], dim=1)
    lengths = batch.lengths.clone()
    for row, items in enumerate(added):
        for item in items:
            place, real = int(lengths[row]), batch.real[row]
            columns["items"][row, place] = item
            columns["contexts"][row, place] = batch.request[row]
            for name in ("values", "events", "gaps"):
                usual = getattr(batch, name)[row, real]
                columns[name][row, place] = usual.mode().values if len(usual) else 0
            lengths[row] += 1
    return replace(batch, lengths=lengths, **columns)


def _last_events(batch: Histories, count: int) -> Histories:
    """The last `count` events of each history."""
    start = (batch.lengths - count).clamp(min=0)
    steps = torch.arange(batch.items.shape[1]).expand_as(batch.items)
    order = (steps + start[:, None]).clamp(max=batch.items.shape[1] - 1)
    cut = rearranged(batch, order, batch.lengths.clamp(max=count))
    return replace(cut, **{name: getattr(cut, name)[:, :count] for name in EVENT_FIELDS})
