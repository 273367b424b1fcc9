import numpy as np
import pytest

from recengine.interests.drift import cosine_drift


def test_drift_of_equal_right_angled_and_opposite_vectors():
    interest = np.array([[1.0, 0], [2, 0], [0, 3], [0, -1]])
    assert cosine_drift(interest) == pytest.approx([0, 0, 1, 2])


def test_drift_from_a_zero_vector_is_one_and_never_nan():
    assert cosine_drift(np.array([[0.0, 0], [1, 0]])) == pytest.approx([0, 1])


def test_drift_of_nothing_is_nothing():
    assert cosine_drift(np.zeros((0, 4))).tolist() == []
