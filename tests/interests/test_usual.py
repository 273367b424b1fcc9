import numpy as np
import pytest

from recengine.data.dataset import Dataset
from recengine.interests.shares import complete_categories
from recengine.interests.usual import LEVELS, UsualTaste, usual_taste


@pytest.fixture
def usual(cycle_dataset: Dataset) -> UsualTaste:
    shares, _ = complete_categories(cycle_dataset.category_shares, cycle_dataset.categories)
    codes = [feature.num_codes for feature in cycle_dataset.context_features]
    return usual_taste(cycle_dataset.log, shares, codes)


def test_shares_and_weights_sum_to_one(usual: UsualTaste):
    assert usual.shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(usual.level_weights.sum(axis=1), 1)


def test_levels_lie_where_people_are(usual: UsualTaste, cycle_dataset: Dataset):
    """Everybody walks in a circle, so everybody has about the same share of trees."""
    mean_level = usual.level_weights @ LEVELS
    tree = cycle_dataset.categories.index("tree")
    assert mean_level[tree] == pytest.approx(usual.shares[tree], abs=0.1)


def test_a_moment_that_changes_nothing_gives_one_chance(usual: UsualTaste):
    chosen = np.eye(3)[[0, 1, 2, 0]]
    contexts = np.zeros((4, 1), dtype=np.int16)
    flat = UsualTaste(usual.shares[:3], (np.zeros((3, 3)),), usual.level_weights[:3])
    np.testing.assert_allclose(flat.exposure(chosen, contexts).max(), 1, atol=0.3)


def test_what_a_moment_favours_has_more_chances_then():
    table = np.log([[1.0, 1.0], [4.0, 0.25]])
    usual = UsualTaste(np.array([0.5, 0.5]), (table,), np.full((2, 9), 1 / 9))
    chosen = np.eye(2)[[0, 1]]
    exposure = usual.exposure(chosen, np.array([[1], [0]]))
    np.testing.assert_allclose(exposure[0], [4 / 2.125, 0.25 / 2.125])
    np.testing.assert_allclose(exposure[1], [1, 1])


def test_nobody_at_all_is_usual_too(cycle_dataset: Dataset):
    nothing = cycle_dataset.log.keep(np.zeros(len(cycle_dataset.log.items), dtype=bool))
    shares, _ = complete_categories(cycle_dataset.category_shares, cycle_dataset.categories)
    codes = [feature.num_codes for feature in cycle_dataset.context_features]
    usual = usual_taste(nothing, shares, codes)
    assert np.isfinite(usual.shares).all()
    assert usual.exposure(shares[:0], nothing.contexts).shape == (0, shares.shape[1])
