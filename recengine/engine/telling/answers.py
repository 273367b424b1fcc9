"""Answers to questions of why in the language asked for; in English they come with a sentence."""

from collections.abc import Sequence

import pandas as pd

from recengine.engine.results import Evidence, Explanation, WhatIf
from recengine.engine.why.answers import (
    NAMED,
    Counterfactual,
    NearestLiked,
    SimilarChoices,
    WhyAbove,
    WhyNot,
    Words,
)
from recengine.explanations.words import ANSWERS, ChineseAnswers, Fact, language
from recengine.explanations.words.outline import quoted

_UNKNOWN = " not known"  # ends the label of a feature that is hidden


def answered(found: Explanation, code: str) -> str:
    """The answer in one sentence; in English where another language has none for its question.

    Raises:
        UnknownNameError: a language that is not spoken here.
    """
    language(code)
    if code not in ANSWERS:
        return found.sentence
    tell = ANSWERS[code]
    if isinstance(found, WhyAbove):
        return _above(found, tell)
    if isinstance(found, WhyNot):
        return _missing(found, tell)
    if isinstance(found, Counterfactual):
        return _least(found, tell)
    if isinstance(found, NearestLiked | SimilarChoices | Words):
        return _by_example(found, tell) if found.trust is None else found.sentence
    titles = [one.label for one in found.evidence if one.kind == "event" and one.weight > 0]
    return tell.looked(found.title, found.rank or 0, list(dict.fromkeys(titles))[:NAMED])


def looked_most(title: str, step: int, share: float, code: str) -> str:
    """The event that a model looked at most."""
    language(code)
    if code in ANSWERS:
        return ANSWERS[code].looked_most(title, step, share)
    return (
        f"It looked most at {title} (event {step:,}), with {share:.0%} of its attention: where it "
        "looked, not why it decided."
    )


def moved(title: str, what_if: WhatIf, strongest: pd.DataFrame, code: str) -> str:
    """What the first of the changes that move an item would do; there may be none."""
    language(code)
    tell = ANSWERS.get(code)
    if strongest.empty:
        told = f"No single change moves {title} from number {what_if.rank:,}."
        return tell.unmoved(title, what_if.rank) if tell else told
    kind, label, after = strongest.iloc[0][["kind", "label", "new_rank"]]
    if tell:
        return tell.moved(_change(kind, label, tell), title, what_if.rank, int(after))
    return (
        f"{label[:1].upper()}{label[1:]}: then {title} would be number {after:,} instead of "
        f"{what_if.rank:,}."
    )


def fact_of(kind: str, label: str, weight: float) -> Fact:
    """A piece of evidence with the name of its feature apart from the value."""
    if kind in ("context", "profile"):
        feature, _, value = label.partition(": ")
        return Fact(kind, value, weight, feature)
    return Fact(kind, label if kind in ("event", "feedback") else "", weight)


def _above(found: WhyAbove, tell: ChineseAnswers) -> str:
    ahead = found.difference >= 0
    titles = (found.title, found.title_b) if ahead else (found.title_b, found.title)
    return tell.above(*titles, abs(found.difference), _named(found.grounds, tell))


def _missing(found: WhyNot, tell: ChineseAnswers) -> str:
    if found.rank is None:
        return tell.seen(found.title)
    if found.in_list or found.last is None:
        return tell.present(found.title, found.rank)
    last, k, grounds = found.last.title_b, found.request.k, _named(found.grounds, tell)
    return tell.missing(found.title, found.rank, found.gap, k, last, grounds)


def _least(found: Counterfactual, tell: ChineseAnswers) -> str:
    return tell.least(
        found.title,
        found.request.k,
        [_change(one.kind, one.label, tell) for one in found.evidence if found.found],
        found.rank_after,
        out=found.rank_before <= found.request.k,
        smallest=found.smallest,
    )


def _named(grounds: Sequence[Evidence], tell: ChineseAnswers) -> list[str]:
    return [tell.spoken.named(fact_of(one.kind, one.label, one.weight)) for one in grounds]


def _by_example(found: NearestLiked | SimilarChoices | Words, tell: ChineseAnswers) -> str:
    if isinstance(found, NearestLiked):
        near = found.especially_near
        share = near[0].facts["nearer_than"] if near else 0.0
        return tell.near(found.title, [one.label for one in near[:NAMED]], share, found.space)
    if isinstance(found, SimilarChoices):
        verdict = int(found.low > found.base_share) - int(found.high < found.base_share)
        counts = found.people, found.chose, found.share, found.base_share
        return tell.similar(found.title, *counts, verdict)
    nearest: dict[str, Evidence] = {}
    for one in found.evidence:  # strongest first
        nearest.setdefault(one.facts["item_word"], one)
    pairs = [(word, one.facts["history_word"], _where(one, tell)) for word, one in nearest.items()]
    return tell.words(found.title, pairs[:NAMED])


def _where(one: Evidence, tell: ChineseAnswers) -> str:
    """Which text a word stands in: a title, or a fact of the moment."""
    if one.kind == "event":
        return quoted(one.facts["title"])
    return tell.spoken.named(fact_of(one.kind, one.facts["title"], 0.0))


def _change(kind: str, label: str, tell: ChineseAnswers) -> str:
    if kind in ("context", "profile"):
        hidden = label.endswith(_UNKNOWN)
        feature, _, value = label.removesuffix(_UNKNOWN).partition(": ")
        return tell.spoken.feature(Fact(kind, tell.unknown if hidden else value, 0.0, feature))
    return tell.change(kind, label.split(" ", 1)[1])
