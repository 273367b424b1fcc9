"""What happens to an item when the events that a method names are left out, or alone are left.

    comprehensiveness = mean over k of  v(all) - v(all without the first k)     higher is better
    sufficiency       = mean over k of  v(all) - v(the first k alone)           lower is better
    v = log-probability of the item among the candidates; k = 1..5

Neither can be compared between rankers or people as it is: how far a score can fall at all
differs. So both are put between the worst and the best that any order of events reaches (0 and 1),
found greedily.

Papers: DeYoung et al., "ERASER", ACL 2020, arXiv:1911.03429 (the two measures); Edin et al.,
"Normalized AOPC", ACL 2025, arXiv:2408.08137 (the bounds). Differs: bounds by greedy search, after
the first step among the events that did most alone, and widened to whatever a measured order
reaches, so that every value lies in 0..1.

Axes: row = kept sets of events, length = events, vocab = 1 + num_items, k = 1..5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from recengine.explanations.attribution import Question
from recengine.explanations.whatif import keep_events

SIZES = (1, 2, 3, 4, 5)  # events left out, or left
SCORED_TOGETHER = 32
PROMISING = 8  # events tried again after the first step of a greedy search
FIRST = 10  # places of the list in which an item may stay


@dataclass(frozen=True)
class Curves:
    """What one order of events does to an item.

    Attributes:
        deleted, kept: v without the first k events, and with them alone.
        deleted_ranks: place of the item without the first k events.
        whole: v with all events.
    """

    deleted: Float[np.ndarray, " k"]
    kept: Float[np.ndarray, " k"]
    deleted_ranks: Int[np.ndarray, " k"]
    whole: float

    @property
    def comprehensiveness(self) -> float:
        """How far v falls without the events named first, in nats."""
        return float(self.whole - self.deleted.mean())

    @property
    def sufficiency(self) -> float:
        """How far v falls with them alone, in nats."""
        return float(self.whole - self.kept.mean())

    @property
    def stays(self) -> float:
        """POS@k: share of k for which the item stays in the first ten; lower is better."""
        return float((self.deleted_ranks <= FIRST).mean())

    @property
    def deletion(self) -> float:
        """DEL: share of the item's probability that is left without the first k, at most 1."""
        return float(np.exp(np.minimum(0, self.deleted - self.whole)).mean())

    @property
    def insertion(self) -> float:
        """INS: share of the item's probability that the first k alone reach, at most 1."""
        return float(np.exp(np.minimum(0, self.kept - self.whole)).mean())


@dataclass(frozen=True)
class Bounds:
    """Worst and best mean of v over k, by leaving out events and by leaving events.

    Attributes:
        deleted: lowest and highest mean of v that leaving out reaches.
        kept: lowest and highest mean of v with few events alone.
    """

    deleted: tuple[float, float]
    kept: tuple[float, float]

    def widened(self, curves: Sequence[Curves]) -> "Bounds":
        """So wide that all these curves lie within."""
        deleted = [float(each.deleted.mean()) for each in curves]
        kept = [float(each.kept.mean()) for each in curves]
        return Bounds(
            (min(self.deleted[0], *deleted), max(self.deleted[1], *deleted)),
            (min(self.kept[0], *kept), max(self.kept[1], *kept)),
        )

    def comprehensiveness(self, curves: Curves) -> float:
        """0 (no order does worse) to 1 (none does better); NaN if all orders do the same."""
        low, high = self.deleted
        return _share(high - float(curves.deleted.mean()), high - low)

    def sufficiency(self, curves: Curves) -> float:
        """0 (no order does better) to 1 (none does worse); NaN if all orders do the same."""
        low, high = self.kept
        return _share(high - float(curves.kept.mean()), high - low)


def curves_of(question: Question, order: Int[Tensor, " length"]) -> Curves:
    """Leave out the events in an order, and leave them alone.

    Args:
        question: the item and the history; it has events.
        order: positions of the events, the one to be named first at first.
    """
    length = question.num_events
    sizes = [min(size, length) for size in SIZES]
    all_events = torch.ones(1, length, dtype=torch.bool)
    without = torch.ones(len(sizes), length, dtype=torch.bool)
    for row, size in enumerate(sizes):
        without[row, order[:size]] = False
    values, ranks = values_of(question, torch.cat([all_events, without, ~without]))
    count = len(sizes)
    return Curves(
        deleted=values[1 : 1 + count],
        kept=values[1 + count :],
        deleted_ranks=ranks[1 : 1 + count],
        whole=float(values[0]),
    )


def greedy_bounds(question: Question) -> Bounds:
    """The means of v that greedy search reaches in each direction."""
    return Bounds(_ends(question, start=True), _ends(question, start=False))


def _ends(question: Question, *, start: bool) -> tuple[float, float]:
    """Lowest and highest mean of v over k when one event after the other is flipped."""
    whole = torch.full((question.num_events,), start)
    rows = _flipped(whole, start, torch.ones_like(whole))
    values, _ = values_of(question, rows)  # the first step is the same in both directions
    low, high = (
        _greedy_mean(question, rows, values, start=start, largest=largest)
        for largest in (False, True)
    )
    return low, high


def _greedy_mean(
    question: Question,
    rows: Bool[Tensor, "row length"],
    values: Float[np.ndarray, " row"],
    *,
    start: bool,
    largest: bool,
) -> float:
    """Mean of v over k, always flipping what makes v smallest, or largest."""
    order = np.argsort(-values if largest else values, kind="stable")
    promising = torch.zeros(rows.shape[1], dtype=torch.bool)
    promising[torch.from_numpy(order[:PROMISING].copy())] = True
    means: list[float] = []
    while len(means) < len(SIZES):
        best = int(values.argmax() if largest else values.argmin())
        means.append(float(values[best]))
        kept = rows[best]
        if len(means) < len(SIZES) and (promising & (kept == start)).any():
            rows = _flipped(kept, start, promising)
            values, _ = values_of(question, rows)
    return float(np.mean(means))


def _flipped(
    kept: Bool[Tensor, " length"], start: bool, allowed: Bool[Tensor, " length"]
) -> Bool[Tensor, "row length"]:
    """One row per allowed event that has not been flipped yet, with that one flipped."""
    free = ((kept == start) & allowed).nonzero()[:, 0]
    rows = kept.repeat(len(free), 1)
    rows[torch.arange(len(free)), free] = not start
    return rows


@torch.inference_mode()
def values_of(
    question: Question, kept: Bool[Tensor, "row length"]
) -> tuple[Float[np.ndarray, " row"], Int[np.ndarray, " row"]]:
    """Log-probability and place of the item with some of the events only.

    The candidates stay those of the whole history, whatever is left out.
    """
    width = question.history.items.shape[1]
    whole = torch.zeros(len(kept), width, dtype=torch.bool)
    whole[:, : kept.shape[1]] = kept
    values, ranks = [], []
    for rows in whole.split(SCORED_TOGETHER):
        batch = question.history.rows(torch.zeros(len(rows), dtype=torch.long))
        scores = question.ranker.score(keep_events(batch, rows))
        own = scores[:, question.item, None]
        competing = scores[:, question.candidates]
        values.append((own[:, 0] - competing.logsumexp(dim=1)).double())
        ranks.append(1 + (competing > own).sum(dim=1))
    return torch.cat(values).numpy(), torch.cat(ranks).numpy()


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 1e-9 else float("nan")
