"""The test that methods of explanation have to pass, for one ranker, person by person.

Asked is why the item stands first that the ranker puts first. See deletion.py for the main
measures; beside them stand agreement with occlusion, stability, the randomisation test and cost.

Papers: those of deletion.py; Gurevitch et al., "LXR", and Barkan et al., "SPINRec",
arXiv:2511.18047 (POS@k, DEL and INS at fixed k); Alvarez-Melis & Jaakkola, arXiv:1806.08049
(stability).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from jaxtyping import Float, Int
from scipy.stats import spearmanr
from torch import Tensor

from recengine.explanations.attribution import Attribution, Method, Question
from recengine.explanations.deletion import curves_of, greedy_bounds
from recengine.explanations.occlusion import OCCLUSION
from recengine.explanations.whatif import Variant, apply_variants
from recengine.models.base import Ranker

TOP = 5  # events compared where orders are
NAN = float("nan")


@dataclass(frozen=True)
class Measure:
    """One figure of the test.

    Attributes:
        meaning: what it says, in one sentence.
        better: "higher", "lower", or "" if neither is better by itself.
    """

    meaning: str
    better: str


MEASURES: dict[str, Measure] = {
    "faithfulness": Measure(
        "Mean of comprehensiveness and of sufficiency turned round: 1 is as good as any order of "
        "events can be, 0 as bad as any.",
        "higher",
    ),
    "comprehensiveness": Measure(
        "How far the item falls without the events named first, between the least and the most "
        "that leaving out 1 to 5 events can do.",
        "higher",
    ),
    "sufficiency": Measure(
        "How far the item falls with the events named first alone, between the least and the most "
        "that keeping 1 to 5 events can do.",
        "lower",
    ),
    "stays": Measure(
        "POS@k: how often the item stays in the first ten without the 1 to 5 events named first.",
        "lower",
    ),
    "deletion": Measure(
        "DEL: share of the item's probability that is left without the 1 to 5 events named first.",
        "lower",
    ),
    "insertion": Measure(
        "INS: share of the item's probability that the 1 to 5 events named first reach alone.",
        "higher",
    ),
    "comprehensiveness-nats": Measure(
        "Comprehensiveness as it is: fall of the item's log-probability.", "higher"
    ),
    "sufficiency-nats": Measure(
        "Sufficiency as it is: fall of the item's log-probability.", "lower"
    ),
    "occlusion": Measure(
        "Rank correlation of the weights with what the score loses without each event.", "higher"
    ),
    "steady": Measure(
        "Share of the five events named first that are named again when the oldest event is "
        "forgotten.",
        "higher",
    ),
    "seeds": Measure(
        "Share of the five events named first that are named for the same item by a ranker "
        "trained with another seed.",
        "higher",
    ),
    "randomised": Measure(
        "Rank correlation with the weights for a ranker whose knowledge was shuffled: far from 0 "
        "means that the method does not look at what was learnt.",
        "lower",
    ),
    "true-moment": Measure(
        "Simulated shop: how often the feature of the moment named first is the one that truly "
        "speaks most for the item, where one does. The controls name events alone, so they have no "
        "figure: compare with chance and with always naming the feature of the largest effects.",
        "higher",
    ),
    "true-interest": Measure(
        "Simulated shop: how often the event named first tells of an interest in the item's "
        "categories, where some events do and some do not.",
        "higher",
    ),
    "milliseconds": Measure(
        "Time that one explanation took from nothing, whatever else the machine was doing.", "lower"
    ),
}


TRUTHS: dict[str, dict[str, str]] = {  # what stands beside a measure, and its name per person
    "true-moment": {"chance": "chance-moment", "fixed": "fixed-moment"},
    "true-interest": {"chance": "chance-interest"},
}
RECORDED = (*MEASURES, *(name for beside in TRUTHS.values() for name in beside.values()))

UNKNOWN = dict.fromkeys(
    [each for name, beside in TRUTHS.items() for each in (name, *beside.values())], NAN
)


@runtime_checkable  # so that the tests may check it as a type
class Truth(Protocol):
    """What truly moved a choice, where that is known; see true_cause.py."""

    def figures(self, question: Question, found: Attribution, method: Method) -> dict[str, float]:
        """Every measure in `TRUTHS`, 0..1, with what stands beside it; NaN without meaning."""


@dataclass(frozen=True)
class Rivals:
    """Other rankers that an explanation is compared with.

    Attributes:
        shuffled: the same ranker without its knowledge, None if it cannot be shuffled.
        reseeded: the same ranker trained with another seed, None if there is none.
        truth: what truly moved choices, None if that is not known.
    """

    shuffled: Ranker | None = None
    reseeded: Ranker | None = None
    truth: Truth | None = None


def measures_of(
    question: Question, methods: Sequence[Method], rivals: Rivals
) -> dict[str, dict[str, float]]:
    """Everything in `RECORDED` of every method for one question, NaN where it has no meaning.

    Args:
        question: the item that stands first; the history has events.
        methods: those that apply, with the controls.
        rivals: other rankers.
    """
    question = replace(question, known=None)  # the cost of a method is that from nothing
    bounds = greedy_bounds(question)
    answers = {method.name: _timed(method, question) for method in methods}
    length = question.num_events
    curves = {
        name: curves_of(question, order_of(found.events[:length]))
        for name, (found, _) in answers.items()
    }
    bounds = bounds.widened(list(curves.values()))
    losses = answers[OCCLUSION.name][0].events[:length]
    figures = {}
    for method in methods:
        found, seconds = answers[method.name]
        curve, weights = curves[method.name], found.events[:length]
        comprehensiveness = bounds.comprehensiveness(curve)
        sufficiency = bounds.sufficiency(curve)
        figures[method.name] = {
            "faithfulness": (comprehensiveness + 1 - sufficiency) / 2,
            "comprehensiveness": comprehensiveness,
            "sufficiency": sufficiency,
            "stays": curve.stays,
            "deletion": curve.deletion,
            "insertion": curve.insertion,
            "comprehensiveness-nats": curve.comprehensiveness,
            "sufficiency-nats": curve.sufficiency,
            "occlusion": correlation(weights, losses),
            "steady": _steady(method, question, weights),
            "seeds": _compared(overlap, method, question, weights, rivals.reseeded),
            "randomised": _compared(correlation, method, question, weights, rivals.shuffled),
            "milliseconds": 1000 * seconds,
            **(rivals.truth.figures(question, found, method) if rivals.truth else UNKNOWN),
        }
    return figures


def order_of(weights: Float[Tensor, " length"]) -> Int[Tensor, " length"]:
    """Positions of the events, the one that speaks most for the item first."""
    return weights.argsort(descending=True, stable=True)


def correlation(first: Float[Tensor, " length"], second: Float[Tensor, " length"]) -> float:
    """Spearman's rank correlation; NaN if one of the two does not vary."""
    if len(first) < 2 or first.std() < 1e-12 or second.std() < 1e-12:
        return NAN
    return float(spearmanr(first.numpy(), second.numpy()).statistic)


def overlap(first: Float[Tensor, " length"], second: Float[Tensor, " length"]) -> float:
    """Share of the five events named first by both."""
    count = min(TOP, len(first))
    tops = (set(order_of(weights)[:count].tolist()) for weights in (first, second))
    return len(set.intersection(*tops)) / count


def _timed(method: Method, question: Question) -> tuple[Attribution, float]:
    began = time.perf_counter()
    found = method.attribute(question)
    return found, time.perf_counter() - began


def _steady(method: Method, question: Question, weights: Float[Tensor, " length"]) -> float:
    if len(weights) <= TOP + 1:
        return NAN
    history = apply_variants(question.history, [Variant(event=0)])
    again = method.attribute(replace(question, history=history, known=None))
    return overlap(weights[1:], again.events[: len(weights) - 1])


def _compared(
    how: Callable[[Tensor, Tensor], float],
    method: Method,
    question: Question,
    weights: Float[Tensor, " length"],
    other: Ranker | None,
) -> float:
    """How like the weights those are that the method gives the events for another ranker."""
    if other is None:
        return NAN
    again = method.attribute(replace(question, ranker=other, known=None))
    return how(weights, again.events[: len(weights)])
