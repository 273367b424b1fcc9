import numpy as np
import pytest

from recengine.interests import shares as module
from recengine.interests.shares import category_shares, complete_categories

ITEMS = np.eye(3, dtype=np.float32)
CATEGORIES = np.array([[1, 0], [0, 1], [0.5, 0.5]], dtype=np.float32)


def test_shares_are_the_softmax_summed_into_categories():
    interest = np.array([[1.0, 2.0, 0.0]], dtype=np.float32)
    weights = np.exp([1.0, 2.0, 0.0]) / np.exp([1.0, 2.0, 0.0]).sum()
    expected = [weights[0] + weights[2] / 2, weights[1] + weights[2] / 2]
    shares = category_shares(interest, ITEMS, None, CATEGORIES)
    assert shares[0] == pytest.approx(expected, abs=1e-6)


def test_bias_shifts_mass_towards_generally_liked_items():
    interest = np.zeros((1, 3), dtype=np.float32)
    bias = np.array([0, 0, 50], dtype=np.float32)
    shares = category_shares(interest, ITEMS, bias, CATEGORIES)
    assert shares[0] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_a_low_temperature_leaves_only_the_favourite():
    interest = np.array([[1.0, 0.9, 0.0]], dtype=np.float32)
    shares = category_shares(interest, ITEMS, None, CATEGORIES, temperature=0.001)
    assert shares[0] == pytest.approx([1, 0], abs=1e-6)


def test_huge_scores_do_not_overflow():
    interest = np.array([[1e30, 0, 0], [-1e30, 0, 0]], dtype=np.float32)
    shares = category_shares(interest, ITEMS, None, CATEGORIES)
    assert shares.sum(axis=1) == pytest.approx([1, 1])


def test_working_in_pieces_changes_nothing(monkeypatch):
    random = np.random.default_rng(0)
    interest = random.normal(size=(7, 3)).astype(np.float32)
    whole = category_shares(interest, ITEMS, None, CATEGORIES)
    monkeypatch.setattr(module, "MAX_SCORES_AT_ONCE", 6)
    assert category_shares(interest, ITEMS, None, CATEGORIES) == pytest.approx(whole, abs=1e-6)


def test_no_steps_give_an_empty_table():
    assert category_shares(np.zeros((0, 3)), ITEMS, None, CATEGORIES).shape == (0, 2)


def test_items_without_category_go_to_other():
    lacking = np.array([[1, 0], [0, 0], [0.5, 0.5]], dtype=np.float32)
    complete, names = complete_categories(lacking, ("Drama", "War"))
    assert names == ("Drama", "War", "other")
    assert complete.tolist() == [[1, 0, 0], [0, 0, 1], [0.5, 0.5, 0]]


def test_no_other_column_where_every_item_has_a_category():
    thirds = np.full((2, 3), 1 / 3, dtype=np.float32)
    complete, names = complete_categories(thirds, ("a", "b", "c"))
    assert names == ("a", "b", "c")
    assert complete.shape == (2, 3)
