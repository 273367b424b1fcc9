"""What an explanation in words mentions, before any language is chosen.

Two or three of the strongest reasons for an item, as shares of all that speaks for it, and the
strongest one against it if it is worth a word. Sentences that name more are not read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

MOST_REASONS = 3
LEAST_SHARE = 0.08  # of what speaks for the item: below it a reason is not worth a word
ENOUGH_SHARE = 0.6  # reasons that together reach this need no further one beside them


@dataclass(frozen=True)
class Fact:
    """One piece of evidence.

    Attributes:
        kind: "taste", "event", "context", "profile", "prior", "popularity", "feedback" (said in
            this session) or "average" (what an average history would give).
        name: title of the event's item, of the item that something was said of, or value of the
            feature ("evening").
        weight: signed; positive speaks for the item.
        feature: name in plain words of a context or profile feature ("Part of day"), else empty.
    """

    kind: str
    name: str
    weight: float
    feature: str = ""


@dataclass(frozen=True)
class Case:
    """One item, its place, and everything that speaks for and against it.

    Attributes:
        title: of the item.
        place: rank from 1; 0 if the item does not compete, mostly as it is in the history.
        candidates: how many items compete.
        facts: all evidence, in any order.
        kept_out: whether it does not compete for another reason than that it was chosen before.
    """

    title: str
    place: int
    candidates: int
    facts: Sequence[Fact]
    kept_out: bool = False


@dataclass(frozen=True)
class Item:
    """An item as it may be described to somebody.

    Attributes:
        title: its name.
        year: 0 if not known.
        categories: its own, the ones that the person likes best first.
        interest: share of each of these categories in the person's interest, 0 to 1.
        words: words of the item that are keywords of the person's interest, strongest first.
        because_of: titles of the events that speak most for it.
        text: its own description; empty if it has none.
    """

    title: str
    year: int
    categories: Sequence[str]
    interest: Sequence[float]
    words: Sequence[str]
    because_of: Sequence[str]
    text: str


@dataclass(frozen=True)
class Reason:
    """A fact with its share of all that speaks for the item, in whole per cent."""

    fact: Fact
    percent: int


@dataclass(frozen=True)
class Outline:
    """What is to be told.

    Attributes:
        case: the whole of it.
        reasons: the strongest reasons for the item, strongest first.
        against: the strongest reason against it, its share measured by what speaks for the item;
            None if it is not worth a word.
        events: how many events of the history have a weight.
    """

    case: Case
    reasons: tuple[Reason, ...]
    against: Reason | None
    events: int


def outline(case: Case) -> Outline:
    """Choose what to mention; the same item chosen several times counts as one reason."""
    facts = sorted(_merged(case.facts), key=lambda fact: -abs(fact.weight))
    helping = [fact for fact in facts if fact.weight > 0]
    whole = sum(fact.weight for fact in helping)
    reasons: list[Reason] = []
    told = 0.0
    for fact in helping[:MOST_REASONS]:
        share = fact.weight / whole
        if reasons and (share < LEAST_SHARE or told >= ENOUGH_SHARE):
            break
        reasons.append(Reason(fact, percent(share)))
        told += share
    worst = next((fact for fact in facts if fact.weight < 0), None)
    against = None
    if worst is not None and -worst.weight >= LEAST_SHARE * whole:
        against = Reason(worst, percent(-worst.weight / whole) if whole else 0)
    events = len([fact for fact in case.facts if fact.kind == "event" and fact.weight])
    return Outline(case, tuple(reasons), against, events)


def percent(share: float) -> int:
    """A share of 0 to 1 (or more) in whole per cent, never rounded to nothing or to everything."""
    rounded = round(100 * share)
    if 0 < share < 1:
        return min(max(rounded, 1), 99)
    return rounded


def quoted(title: str) -> str:
    """A title or word, marked as one; its own quotation marks become single ones."""
    inner = " ".join(title.split())
    for mark in '"“”':
        inner = inner.replace(mark, "'")
    return f"“{inner}”"


def _merged(facts: Sequence[Fact]) -> list[Fact]:
    """One fact per thing that can be named, weights added up."""
    merged: dict[tuple[str, str, str], Fact] = {}
    for fact in facts:
        key = (fact.kind, fact.feature, fact.name)
        before = merged.get(key)
        weight = fact.weight + (before.weight if before else 0.0)
        merged[key] = replace(fact, weight=weight)
    return list(merged.values())
