"""The least that would change a list: which few changes push an item out, or bring one in.

The smallest set is hard to find in general (the problem is NP-complete, arXiv:2508.03606), so: all
single changes, then all pairs of the strongest ones, then greedy: the change that helps most, one
after the other; of a greedy set whatever can be left out is left out again.

Paper: Ghazimatin et al., "PRINCE: Provider-side Interpretability with Counterfactual Explanations
in Recommender Systems", WSDM 2020, arXiv:1911.08378 (the question). Differs: any ranker, by
scoring again; changes of the moment count like events.

Axes: vocab = 1 + num_items, batch = sets of changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.progress import Progress, silent
from recengine.explanations.attribution import Question
from recengine.explanations.whatif import Variant, scored
from recengine.types import PAD_INDEX

Aim = Literal["out", "in"]
PAIRED = 10  # strongest single changes of which all pairs are tried
MOST = 8  # changes in a set at most


@dataclass(frozen=True)
class Found:
    """A set of changes and where it puts the item.

    Attributes:
        changes: in the order to make them.
        ranks: place of the item without changes, with the first one, the first two, and so on.
        reached: whether the aim is reached by all of them.
        smallest: whether no smaller set of the changes tried reaches it.
        tried: how many sets of changes were scored.
    """

    changes: tuple[Variant, ...]
    ranks: tuple[int, ...]
    reached: bool
    smallest: bool
    tried: int


def smallest_change(
    question: Question,
    moves: Sequence[Variant],
    k: int,
    aim: Aim,
    *,
    most: int = MOST,
    progress: Progress = silent,
) -> Found:
    """Search the changes that bring an item below the first k, or among them.

    Args:
        question: the item and the request as it is.
        moves: single changes that may be made; of several that change the same thing one is made.
        k: length of the list.
        aim: "out" of the list or "in" to it.
        most: changes in a set at most.
        progress: told how many sets were scored, of those that have to be at most.
    """
    return _Search(question, tuple(moves), k, aim, most, progress).run()


@dataclass
class _Search:
    question: Question
    moves: tuple[Variant, ...]
    k: int
    aim: Aim
    most: int
    progress: Progress

    def __post_init__(self) -> None:
        self.tried = 0
        self.sign = 1.0 if self.aim == "in" else -1.0
        moves, most = len(self.moves), self.most
        pairs = min(moves, PAIRED) * (min(moves, PAIRED) - 1) // 2
        greedy = max(0, most - 2) * moves + most * (most + 1) // 2  # growing a set, and pruning it
        self.limit = 1 + moves + pairs + greedy + most + 1

    def run(self) -> Found:
        """Singles, pairs, greedy."""
        if self._reached(self._gains([()])[0]) or not self.moves:
            return self._found((), smallest=True)
        singles = self._gains([(move,) for move in self.moves])
        order = singles.argsort(descending=True, stable=True).tolist()
        if self._reached(singles[order[0]]):
            return self._found((self.moves[order[0]],), smallest=True)
        pairs = [
            pair
            for pair in combinations([self.moves[place] for place in order[:PAIRED]], 2)
            if _compatible(pair[0], pair[1])
        ]
        gains = self._gains(pairs)
        if len(pairs) and self._reached(gains.max()):
            return self._found(pairs[int(gains.argmax())], smallest=len(self.moves) <= PAIRED)
        start = pairs[int(gains.argmax())] if pairs else (self.moves[order[0]],)
        return self._greedy(start)

    def _greedy(self, chosen: tuple[Variant, ...]) -> Found:
        while len(chosen) < self.most:
            left = [m for m in self.moves if all(_compatible(m, other) for other in chosen)]
            if not left:
                break
            gains = self._gains([(*chosen, move) for move in left])
            chosen = (*chosen, left[int(gains.argmax())])
            if self._reached(gains.max()):
                return self._found(self._pruned(chosen), smallest=False)
        return self._found(chosen, smallest=False)

    def _pruned(self, chosen: tuple[Variant, ...]) -> tuple[Variant, ...]:
        """Without whatever is not needed to reach the aim."""
        while len(chosen) > 1:
            fewer = [chosen[:place] + chosen[place + 1 :] for place in range(len(chosen))]
            gains = self._gains(fewer)
            if not self._reached(gains.max()):
                break
            chosen = fewer[int(gains.argmax())]
        return chosen

    def _found(self, chosen: tuple[Variant, ...], *, smallest: bool) -> Found:
        steps = [chosen[:count] for count in range(len(chosen) + 1)]
        gains, ranks = self._scored(steps)
        reached = self._reached(gains[-1])
        return Found(chosen, tuple(ranks), reached, smallest and reached, self.tried)

    def _reached(self, gain: Float[Tensor, ""]) -> bool:
        # Whoever scores as high as the last of the list stands in it.
        return bool(gain >= 0 if self.aim == "in" else gain > 0)

    def _gains(self, sets: Sequence[tuple[Variant, ...]]) -> Float[Tensor, " batch"]:
        return self._scored(sets)[0]

    def _scored(
        self, sets: Sequence[tuple[Variant, ...]]
    ) -> tuple[Float[Tensor, " batch"], list[int]]:
        """How far each set is on its way to the aim (reached from 0), and the item's place."""
        if not sets:
            return torch.zeros(0), []
        item, gains, ranks = self.question.item, [], []
        done = 0
        for scores in scored(
            self.question.ranker, self.question.history, sets, self.question.added
        ):
            others = scores.masked_fill(~self.question.candidates, -torch.inf)
            others[:, item] = -torch.inf
            for row, changes in enumerate(sets[done : done + len(scores)]):
                for change in changes:  # what is chosen as well no longer competes
                    if change.added != PAD_INDEX:
                        others[row, change.added] = -torch.inf
            own = scores[:, item]
            last = others.topk(min(self.k, others.shape[1]), dim=1).values[:, -1]
            gains.append(self.sign * (own - last))
            ranks += (1 + (others > own[:, None]).sum(dim=1)).tolist()
            done += len(scores)
            self.tried += len(scores)
            self.progress("Trying changes", self.tried, self.limit)
        return torch.cat(gains), ranks


def _compatible(first: Variant, second: Variant) -> bool:
    """Whether two changes can be made together: they change different things."""
    if first == second:
        return False
    return first.feature < 0 or first.feature != second.feature
