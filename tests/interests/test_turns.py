"""Turns are told from chance, placed with a range, and given causes."""

import numpy as np
import pytest

from recengine.interests.turn_quality import TrueTurn, compare_turns
from recengine.interests.turns import MIN_EVENTS, split_gains, turning_points
from recengine.interests.usual import LEVELS, UsualTaste

NO_MOMENT = np.zeros((1, 0), dtype=np.int16)


def usual(num_categories: int) -> UsualTaste:
    shares = np.full(num_categories, 1 / num_categories)
    weights = np.full((num_categories, len(LEVELS)), 1 / len(LEVELS))
    return UsualTaste(shares, (), weights)


def choices(*parts: tuple[int, list[float]], seed: int = 0) -> np.ndarray:
    """One category per event, drawn from one mixture for so many events, then from the next."""
    rng = np.random.default_rng(seed)
    drawn = [rng.choice(len(mixture), count, p=mixture) for count, mixture in parts]
    return np.eye(len(parts[0][1]))[np.concatenate(drawn)]


def turns(chosen: np.ndarray):
    contexts = np.repeat(NO_MOMENT, len(chosen), axis=0)
    return turning_points(chosen, contexts, usual(chosen.shape[1]))


def test_one_jump_is_found_with_its_step_categories_and_size():
    (turn,) = turns(choices((50, [0.8, 0.1, 0.1]), (50, [0.1, 0.1, 0.8])))
    assert abs(turn.step - 51) <= 3
    assert turn.first <= 51 <= turn.last
    assert (turn.lost, turn.gained) == (0, 2)
    assert turn.size == pytest.approx(0.7, abs=0.15)
    assert turn.certainty > 0.99


def test_the_causes_are_events_of_the_new_interest_right_after_the_turn():
    chosen = choices((50, [0.8, 0.1, 0.1]), (50, [0.1, 0.1, 0.8]))
    (turn,) = turns(chosen)
    assert 1 <= len(turn.causes) <= 3
    for cause in turn.causes:
        assert turn.step <= cause < turn.step + 10
        assert chosen[cause - 1].argmax() == 2


def test_two_jumps_come_in_order_of_time():
    chosen = choices((60, [0.8, 0.1, 0.1]), (60, [0.1, 0.1, 0.8]), (60, [0.1, 0.8, 0.1]), seed=2)
    first, second = turns(chosen)
    assert first.last < second.first
    assert first.step < second.step
    assert (first.gained, second.gained) == (2, 1)


def test_chance_alone_has_hardly_ever_a_turning_point():
    found = [turns(choices((150, [0.4, 0.3, 0.2, 0.1]), seed=seed)) for seed in range(40)]
    assert sum(map(len, found)) <= 2


@pytest.mark.parametrize("count", [0, 1, MIN_EVENTS - 1])
def test_too_short_a_history_has_no_turning_point(count):
    half = count // 2
    assert turns(choices((half, [1, 0]), (count - half, [0, 1]))) == ()


def test_the_shortest_history_with_the_clearest_turn_has_one():
    assert len(turns(choices((15, [1, 0, 0, 0]), (15, [0, 1, 0, 0])))) == 1


def test_what_the_moment_explains_is_no_turn():
    rain = np.repeat([[1], [2]], 40, axis=0)
    chosen = np.eye(2)[np.repeat([0, 1], 40)]
    table = np.array([[0, 0], [3, -3], [-3, 3.0]])  # by code: unknown, sun, rain
    told = UsualTaste(np.array([0.5, 0.5]), (table,), usual(2).level_weights)
    assert turning_points(chosen, rain, told) == ()
    plain = UsualTaste(np.array([0.5, 0.5]), (np.zeros((3, 2)),), usual(2).level_weights)
    assert len(turning_points(chosen, rain, plain)) == 1


def test_gains_are_those_of_the_sum_over_all_sets_of_changing_categories():
    """Against the same sum written out over every set of one, two and three of four."""
    from itertools import combinations
    from math import comb

    from scipy.stats import poisson

    counts = choices((6, [0.7, 0.1, 0.1, 0.1]), (6, [0.1, 0.7, 0.1, 0.1]))
    exposure = np.ones_like(counts)

    def likely(part: np.ndarray, category: int) -> float:
        # Poisson up to factors that the division cancels
        size, count = len(part), part[:, category].sum()
        return float(np.mean(poisson.pmf(count, size * LEVELS) / size**count))

    gains = split_gains(counts, exposure, usual(4))
    for place in (3, 6):
        one = np.array([likely(counts, c) for c in range(4)])
        two = np.array([likely(counts[:place], c) * likely(counts[place:], c) for c in range(4)])
        left = np.array([counts[:place, c].sum() for c in range(4)])
        right = counts.sum(axis=0) - left
        from scipy.special import gammaln

        two *= np.exp(gammaln(left + 1) + gammaln(right + 1) - gammaln(left + right + 1))
        ratio = two / one
        expected = sum(
            weight
            * sum(np.prod(ratio[list(each)]) for each in combinations(range(4), size))
            / comb(4, size)
            for size, weight in {1: 0.1, 2: 0.8, 3: 0.1}.items()
        )
        assert gains[place - 1] == pytest.approx(np.log(expected))


def test_ten_thousand_events_take_no_more_than_the_usual_memory():
    chosen = choices((5000, [0.6, 0.2, 0.2]), (5000, [0.2, 0.2, 0.6]))
    found = turns(chosen)
    assert any(abs(turn.step - 5001) <= 10 for turn in found)
    assert len(found) <= 8


def test_found_turns_are_counted_once_and_slow_changes_forgiven():
    truth = {1: (TrueTurn(20, 20), TrueTurn(40, 60)), 2: (TrueTurn(10, 10),)}
    found = compare_turns({1: [22, 23, 50], 2: [], 3: [5]}, truth, tolerance=3)
    assert (found.people, found.jumps, found.turns) == (3, 2, 4)
    assert (found.hits, found.in_slow) == (1, 1)
    assert found.recall == 0.5
    assert found.precision == 0.5
    assert found.strict_precision == 0.25
