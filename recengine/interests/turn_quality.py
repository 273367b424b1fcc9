"""How many of the true turns are found, and how many of those found are true.

Axes: jump = sudden turns of everybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TrueTurn:
    """A turn that really happened; steps count from 1.

    Attributes:
        begin: the first event after the turn has begun.
        end: the event at which it is complete; the same for a jump.
    """

    begin: int
    end: int

    @property
    def sudden(self) -> bool:
        """Whether it is a jump."""
        return self.begin == self.end


@dataclass(frozen=True)
class Found:
    """What was found of what is true, over many people.

    Attributes:
        people: whose histories were read.
        jumps: true jumps.
        turns: turns that were found.
        hits: jumps with a turn found near, each turn counting once.
        in_slow: turns found that lie within a slow change of the taste.
    """

    people: int
    jumps: int
    turns: int
    hits: int
    in_slow: int

    @property
    def recall(self) -> float:
        """Part of the jumps that was found; not a number without any."""
        return self.hits / self.jumps if self.jumps else float("nan")

    @property
    def precision(self) -> float:
        """Part of the turns found that are jumps or lie within slow changes."""
        return (self.hits + self.in_slow) / self.turns if self.turns else float("nan")

    @property
    def strict_precision(self) -> float:
        """Part of the turns found that are jumps."""
        return self.hits / self.turns if self.turns else float("nan")


def compare_turns(
    found: Mapping[int, Sequence[int]],
    truth: Mapping[int, Sequence[TrueTurn]],
    tolerance: int,
) -> Found:
    """Hold the steps found for each person against the truth.

    Args:
        found: steps by person, counted from 1; people without turns included.
        truth: true turns by person; who is not named has none.
        tolerance: events that a step may lie beside the truth.
    """
    jumps = turns = hits = in_slow = 0
    for person, steps in found.items():
        real = truth.get(person, ())
        left = [turn.begin for turn in real if turn.sudden]
        slow = [turn for turn in real if not turn.sudden]
        jumps += len(left)
        turns += len(steps)
        for step in steps:
            near = [jump for jump in left if abs(jump - step) <= tolerance]
            if near:
                left.remove(min(near, key=lambda jump: abs(jump - step)))
                hits += 1
            elif any(t.begin - tolerance <= step <= t.end + tolerance for t in slow):
                in_slow += 1
    return Found(len(found), jumps, turns, hits, in_slow)
