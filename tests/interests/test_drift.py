import numpy as np
import pytest

from recengine.interests.drift import cosine_drift, turning_points


def walk(*parts: tuple[int, list[float]], noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Shares that stay at one mixture for so many steps, then at the next."""
    shares = np.concatenate([np.tile(mixture, (count, 1)) for count, mixture in parts])
    shares = np.abs(shares + np.random.default_rng(seed).normal(0, noise, shares.shape))
    return shares / shares.sum(axis=1, keepdims=True)


def test_drift_of_equal_right_angled_and_opposite_vectors():
    interest = np.array([[1.0, 0], [2, 0], [0, 3], [0, -1]])
    assert cosine_drift(interest) == pytest.approx([0, 0, 1, 2])


def test_drift_from_a_zero_vector_is_one_and_never_nan():
    assert cosine_drift(np.array([[0.0, 0], [1, 0]])) == pytest.approx([0, 1])


def test_drift_of_nothing_is_nothing():
    assert cosine_drift(np.zeros((0, 4))).tolist() == []


def test_one_jump_is_found_with_its_step_categories_and_size():
    shares = walk((60, [0.7, 0.2, 0.1]), (60, [0.1, 0.2, 0.7]), noise=0.02)
    (turn,) = turning_points(shares)
    assert abs(turn.step - 61) <= 2
    assert (turn.lost, turn.gained) == (0, 2)
    assert turn.size == pytest.approx(0.6, abs=0.05)
    assert turn.cause_step == 61


def test_two_jumps_come_in_order_of_time():
    shares = walk((50, [0.8, 0.2]), (50, [0.2, 0.8]), (50, [0.9, 0.1]), noise=0.02)
    first, second = turning_points(shares)
    assert first.step < second.step
    assert (first.gained, second.gained) == (1, 0)


@pytest.mark.parametrize("seed", range(20))
def test_noise_around_one_taste_has_no_turning_point(seed):
    assert turning_points(walk((200, [0.5, 0.3, 0.2]), noise=0.15, seed=seed)) == ()


def test_a_slow_even_drift_has_no_turning_point():
    course = np.linspace(0, 1, 200)
    assert turning_points(np.stack([course, 1 - course], axis=1)) == ()


def test_a_constant_taste_has_no_turning_point():
    assert turning_points(walk((100, [0.5, 0.5]))) == ()


def test_too_short_a_history_has_no_turning_point():
    assert turning_points(walk((4, [1, 0]), (4, [0, 1]))) == ()


def test_only_the_largest_turns_are_kept():
    shares = walk(*[(40, [0.9, 0.1] if part % 2 else [0.1, 0.9]) for part in range(6)])
    assert len(turning_points(shares, max_points=2)) == 2
