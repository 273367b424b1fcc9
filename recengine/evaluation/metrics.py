"""Every metric that is reported: what it says, which end is better, what it needs.

A metric gives one number per question, whose mean is reported with an interval, or one number for
all lists together, which has none.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Float64, Int32, Int64

from recengine.evaluation import beyond
from recengine.evaluation.accuracy import (
    auc,
    average_precision,
    hit_rate_at_k,
    hits_of,
    mrr_at_k,
    ndcg_at_k,
    recall,
)
from recengine.evaluation.background import Background, normalised
from recengine.evaluation.calibration import category_divergence, expected_calibration_error
from recengine.evaluation.ranking import Answers
from recengine.evaluation.rating import absolute_errors, squared_errors

Ranks = Int64[np.ndarray, "question"]
Lists = Int32[np.ndarray, "question place"]
Measured = Float64[np.ndarray, "question"] | float
OfRanks = Callable[[Ranks, Ranks], Float64[np.ndarray, "question"]]
OfAnswers = Callable[[Answers, Background], Measured]


@dataclass(frozen=True)
class Metric:
    """One reported metric.

    Attributes:
        name: with its list length, as written in tables.
        label: for people.
        meaning: what it says, in one sentence.
        better: "higher", "lower", or "" if neither end is better by itself.
        needs: what it is computed from; ranks of held-out items alone, or more than those.
        of_ranks: one number per question, from ranks and numbers of competitors.
        of_answers: one number per question (NaN: leave it out), or one for all; for metrics that
            need more than ranks.
        root: whether the square root of the mean is reported rather than the mean.
    """

    name: str
    label: str
    meaning: str
    better: Literal["higher", "lower", ""]
    needs: Literal["ranks", "lists", "probabilities", "ratings"]
    of_ranks: OfRanks | None = None
    of_answers: OfAnswers | None = None
    root: bool = False

    def measure(self, answers: Answers, background: Background) -> Measured:
        """One number per question (NaN: leave it out), or one for all."""
        if self.of_ranks is not None:
            return self.of_ranks(answers.ranks, answers.competitors)
        assert self.of_answers is not None
        return self.of_answers(answers, background)

    def of_mean(self, mean: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """What is reported for a mean over questions."""
        return np.sqrt(mean) if self.root else mean


def _of_lists(measure: Callable[[Lists, Background], Measured]) -> OfAnswers:
    """A metric of the first ten places."""
    return lambda answers, background: measure(answers.lists[:, :10], background)


def _list_divergence(lists: Lists, background: Background) -> Measured:
    shown = np.zeros_like(background.tastes)
    for place in lists.T:
        shown += background.category_shares[place]
    return category_divergence(background.tastes, normalised(shown))


def _calibration_error(k: int) -> OfAnswers:
    def measure(answers: Answers, _: Background) -> Measured:
        filled = answers.lists[:, :k] > 0
        hits = hits_of(answers.ranks, k)[0]
        stated = answers.list_probabilities[:, :k]
        return expected_calibration_error(stated[filled], hits[filled])

    return measure


def _text_diversity(lists: Lists, background: Background) -> Measured:
    if background.directions is None:
        return float("nan")
    return beyond.text_diversity(lists, background.directions)


SCALED = "after temperature scaling on validation."
REPORTED = (
    Metric(
        "ndcg@10",
        "Ranking quality (NDCG@10)",
        "1 if the choice stands first, less the lower it stands, 0 beyond the first ten.",
        "higher",
        "ranks",
        lambda ranks, _: ndcg_at_k(ranks, 10),
    ),
    Metric(
        "hr@10",
        "Found in the first ten (HR@10)",
        "Share of people whose next choice stands among the first ten.",
        "higher",
        "ranks",
        lambda ranks, _: hit_rate_at_k(ranks, 10),
    ),
    Metric(
        "mrr@10",
        "How near to the top (MRR@10)",
        "One over the place of the choice, 0 beyond the first ten.",
        "higher",
        "ranks",
        lambda ranks, _: mrr_at_k(ranks, 10),
    ),
    Metric(
        "recall@20",
        "Found in the first twenty (Recall@20)",
        "Share of the held-out choices that stand among the first twenty.",
        "higher",
        "ranks",
        lambda ranks, _: recall(*hits_of(ranks, 20)),
    ),
    Metric(
        "map@20",
        "Precision down to the choice (MAP@20)",
        "Precision at the place of each held-out choice; with one choice, one over its place.",
        "higher",
        "ranks",
        lambda ranks, _: average_precision(*hits_of(ranks, 20)),
    ),
    Metric(
        "auc",
        "Above what share of the catalogue (AUC)",
        "Share of the other items that stand below the choice; ties count against it.",
        "higher",
        "ranks",
        auc,
    ),
    Metric(
        "log-loss",
        "Surprise at the choice (log loss)",
        "Nats of surprise at the choice by a softmax of the scores, " + SCALED,
        "lower",
        "probabilities",
        of_answers=lambda answers, _: -answers.log_probabilities.astype(np.float64),
    ),
    Metric(
        "ece@1",
        "Honesty of the first place's probability (ECE@1)",
        "Gap between the first item's stated probability and how often it is the choice, " + SCALED,
        "lower",
        "probabilities",
        of_answers=_calibration_error(1),
    ),
    Metric(
        "ece@10",
        "Honesty of ten probabilities (ECE@10)",
        "The same gap over all of the first ten places, " + SCALED,
        "lower",
        "probabilities",
        of_answers=_calibration_error(10),
    ),
    Metric(
        "rmse",
        "Error of foretold ratings (RMSE)",
        "Typical error of the foretold rating on the data's scale, large errors counting more.",
        "lower",
        "ratings",
        of_answers=lambda answers, _: squared_errors(answers.foretold, answers.given),
        root=True,
    ),
    Metric(
        "mae",
        "Mean error of foretold ratings (MAE)",
        "Mean size of the error of the foretold rating on the data's scale.",
        "lower",
        "ratings",
        of_answers=lambda answers, _: absolute_errors(answers.foretold, answers.given),
    ),
    Metric(
        "coverage@10",
        "Share of the catalogue shown",
        "Share of the items that stand in somebody's first ten.",
        "higher",
        "lists",
        of_answers=lambda answers, given: beyond.catalogue_coverage(
            answers.lists[:, :10], given.candidates
        ),
    ),
    Metric(
        "novelty@10",
        "Novelty",
        "Mean self-information of the first ten items, in bits: rarely chosen items tell more.",
        "higher",
        "lists",
        of_answers=lambda answers, given: beyond.mean_over_places(
            answers.lists[:, :10], given.information
        ),
    ),
    Metric(
        "popularity@10",
        "Popularity of what is shown",
        "Mean popularity percentile of the first ten items; 0.5 is what a lottery would show.",
        "",
        "lists",
        of_answers=lambda answers, given: beyond.mean_over_places(
            answers.lists[:, :10], given.percentiles
        ),
    ),
    Metric(
        "gini@10",
        "Concentration on few items (Gini)",
        "How unevenly places fall on items: 0 all alike, 1 all on one.",
        "lower",
        "lists",
        of_answers=lambda answers, given: beyond.exposure_gini(
            answers.lists[:, :10], given.candidates
        ),
    ),
    Metric(
        "text-diversity@10",
        "Variety of content",
        "Mean of 1 - cosine between the texts of any two of the first ten items.",
        "higher",
        "lists",
        of_answers=_of_lists(_text_diversity),
    ),
    Metric(
        "category-diversity@10",
        "Variety of categories",
        "Mean Jaccard distance between the categories of any two of the first ten items.",
        "higher",
        "lists",
        of_answers=lambda answers, given: beyond.category_diversity(
            answers.lists[:, :10], given.members
        ),
    ),
    Metric(
        "serendipity@10",
        "Found beyond the popular",
        "Share of people whose choice is found although a list of the most popular lacks it.",
        "higher",
        "lists",
        of_answers=lambda answers, given: beyond.serendipity(answers.ranks <= 10, given.expected),
    ),
    Metric(
        "category-calibration@10",
        "Distance from the person's mix of categories",
        "Kullback-Leibler divergence from the categories of the history to those of the first ten.",
        "lower",
        "lists",
        of_answers=_of_lists(_list_divergence),
    ),
)
METRICS = {metric.name: metric for metric in REPORTED}
MAIN = "ndcg@10"


def mean_over_seeds(
    name: str, ranks: Iterable[Ranks], competitors: Ranks
) -> Float64[np.ndarray, "question"]:
    """A metric of ranks for each question, the mean over seeds."""
    of_ranks = METRICS[name].of_ranks
    assert of_ranks is not None, f"{name} needs more than ranks"
    return np.mean([of_ranks(each, competitors) for each in ranks], axis=0)
