"""The test that methods have to pass, on a scorer whose figures can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from recengine.explanations import METHODS, Method, Question
from recengine.explanations.attribution import of_events
from recengine.explanations.controls import CONTROLS
from recengine.explanations.deletion import Bounds, Curves, curves_of, greedy_bounds, values_of
from recengine.explanations.faithfulness import (
    MEASURES,
    RECORDED,
    UNKNOWN,
    Rivals,
    correlation,
    measures_of,
    order_of,
    overlap,
)
from recengine.explanations.randomised import randomised
from recengine.models.base import FitData, never_padding
from tests.explanations.conftest import made
from tests.explanations.test_counterfactual import Sums, asked


class TwoItems(Sums):
    """Only items 19 and 20 compete; item 20 scores 0, item 19 what its events add."""

    def score(self, histories):
        scores = super().score(histories)
        scores[:, 20] = 0.0
        return never_padding(scores)


def two_items(adds: dict[int, float], items: list[int]) -> Question:
    question = asked(TwoItems(adds), items)
    candidates = torch.zeros_like(question.candidates)
    candidates[[19, 20]] = True
    return replace(question, candidates=candidates)


def log_probability(score: float) -> float:
    return -float(np.log1p(np.exp(-score)))


ADDS = {1: 3.0, 2: 2.0, 3: 1.0, 4: 0.5, 5: 0.25, 6: -1.0}
TOTAL = 5.75
BEST_FIRST = torch.tensor([0, 1, 2, 3, 4, 5])


def test_a_value_is_the_log_probability_among_the_candidates() -> None:
    question = two_items(ADDS, [1, 2, 3, 4, 5, 6])
    kept = torch.tensor([[True] * 6, [True, False, False, False, False, False], [False] * 6])
    values, ranks = values_of(question, kept)
    expected = [log_probability(score) for score in (TOTAL, 3.0, 0.0)]
    np.testing.assert_allclose(values, expected, atol=1e-6)
    assert ranks.tolist() == [1, 1, 1]


def test_curves_leave_out_and_keep_the_first_k() -> None:
    question = two_items(ADDS, [1, 2, 3, 4, 5, 6])
    curves = curves_of(question, BEST_FIRST)
    left = [2.75, 0.75, -0.25, -0.75, -1.0]
    alone = [3.0, 5.0, 6.0, 6.5, 6.75]
    np.testing.assert_allclose(curves.deleted, [log_probability(x) for x in left], atol=1e-6)
    np.testing.assert_allclose(curves.kept, [log_probability(x) for x in alone], atol=1e-6)
    whole = log_probability(TOTAL)
    mean = np.mean([log_probability(x) for x in left])
    assert curves.comprehensiveness == pytest.approx(whole - mean, abs=1e-6)
    assert curves.deleted_ranks.tolist() == [1, 1, 2, 2, 2]


def test_deletion_insertion_and_place_by_hand() -> None:
    curves = Curves(
        deleted=np.log([0.4, 0.2]),
        kept=np.log([0.2, 0.9]),
        deleted_ranks=np.array([3, 11]),
        whole=float(np.log(0.8)),
    )
    assert curves.deletion == pytest.approx((0.5 + 0.25) / 2)
    assert curves.insertion == pytest.approx((0.25 + 1.0) / 2)  # more than all of it counts as all
    assert curves.stays == 0.5


def test_greedy_bounds_of_a_sum_are_those_of_its_sorted_parts() -> None:
    question = two_items(ADDS, [4, 1, 6, 2, 5, 3])
    bounds = greedy_bounds(question)
    removed_best = [2.75, 0.75, -0.25, -0.75, -1.0]
    removed_worst = [6.75, 6.5, 6.0, 5.0, 3.0]
    low, high = (np.mean([log_probability(x) for x in xs]) for xs in (removed_best, removed_worst))
    assert bounds.deleted == pytest.approx((low, high), abs=1e-6)


def test_the_best_order_has_one_and_the_worst_has_none_of_what_is_possible() -> None:
    question = two_items(ADDS, [1, 2, 3, 4, 5, 6])
    best, worst = curves_of(question, BEST_FIRST), curves_of(question, BEST_FIRST.flip(0))
    bounds = greedy_bounds(question)
    assert bounds.comprehensiveness(best) == pytest.approx(1, abs=1e-6)
    assert bounds.comprehensiveness(worst) == pytest.approx(0, abs=1e-6)
    assert bounds.sufficiency(best) == pytest.approx(0, abs=1e-6)
    assert bounds.sufficiency(worst) == pytest.approx(1, abs=1e-6)


def test_bounds_widen_to_what_was_measured_and_equal_ends_mean_nothing() -> None:
    curves = Curves(np.array([-3.0]), np.array([-1.0]), np.array([1]), -2.0)
    bounds = Bounds((-2.0, -1.0), (-1.0, -1.0)).widened([curves])
    assert bounds.deleted == (-3.0, -1.0)
    assert bounds.comprehensiveness(curves) == 1.0
    assert np.isnan(bounds.sufficiency(curves))


def test_a_history_shorter_than_k_keeps_its_end() -> None:
    question = two_items({1: 1.0}, [1, 2])
    curves = curves_of(question, torch.tensor([0, 1]))
    assert len(curves.deleted) == 5
    np.testing.assert_allclose(curves.deleted[1:], log_probability(0.0), atol=1e-6)


def test_overlap_and_correlation_by_hand() -> None:
    first = torch.tensor([6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0])
    other = torch.tensor([6.0, 5.0, 4.0, 0.0, 0.0, 3.0, 2.0])
    assert overlap(first, other) == 3 / 5
    assert correlation(first, first) == pytest.approx(1)
    assert correlation(first, -first) == pytest.approx(-1)
    assert np.isnan(correlation(first, torch.ones(7)))
    assert order_of(torch.tensor([1.0, 3.0, 3.0])).tolist() == [1, 2, 0]


def truth_teller(adds: dict[int, float], sign: float) -> Method:
    def attribute(question: Question):
        items = question.history.items[0].tolist()
        return of_events(question, torch.tensor([sign * adds.get(item, 0.0) for item in items]))

    name = "truthful" if sign > 0 else "lying"
    return Method(name=name, label=name, meaning="", applies=lambda _: True, attribute=attribute)


def test_who_tells_the_truth_is_found_faithful_and_who_lies_is_not() -> None:
    adds = {**ADDS, 7: -0.5, 8: 0.1}
    question = two_items(adds, [7, 1, 2, 3, 8, 4, 5, 6])
    methods = [truth_teller(adds, 1), truth_teller(adds, -1), METHODS["occlusion"]]
    figures = measures_of(question, [*methods, *CONTROLS.values()], Rivals())
    assert set(figures["truthful"]) == set(RECORDED) > set(MEASURES)
    assert all(np.isnan(figures["truthful"][name]) for name in UNKNOWN)
    assert figures["truthful"]["faithfulness"] == pytest.approx(1, abs=1e-6)
    assert figures["lying"]["faithfulness"] == pytest.approx(0, abs=1e-6)
    assert figures["truthful"]["occlusion"] == pytest.approx(1)
    assert figures["truthful"]["steady"] == 1
    assert 0 < figures["recency"]["faithfulness"] < 1
    assert np.isnan(figures["truthful"]["seeds"])


@pytest.mark.parametrize(
    "question", ["unified", "sasrec", "gru", "recency-ease", "item-knn"], indirect=True
)
def test_a_ranker_without_knowledge_scores_otherwise_and_its_original_is_untouched(
    question: Question,
) -> None:
    with torch.inference_mode():
        before = question.ranker.score(question.history)[0, 1:]
        shuffled = randomised(question.ranker).score(question.history)[0, 1:]
        after = question.ranker.score(question.history)[0, 1:]
    assert not torch.allclose(before, shuffled)
    assert torch.equal(before, after)


def test_what_ignores_the_ranker_fails_the_randomisation_test(
    cycle_data: FitData, history, candidates
) -> None:
    ranker = made("sasrec", cycle_data)
    question = Question(ranker, history, 3, candidates)
    methods = [METHODS["integrated-gradients"], METHODS["occlusion"], *CONTROLS.values()]
    figures = measures_of(question, methods, Rivals(shuffled=randomised(ranker)))
    assert figures["recency"]["randomised"] == pytest.approx(1)
    assert figures["integrated-gradients"]["randomised"] < 0.9


def test_a_ranker_that_cannot_be_shuffled_is_left_out(cycle_data: FitData) -> None:
    assert randomised(made("popularity", cycle_data)) is None
