import numpy as np
import pytest

from recengine.evaluation.metrics import METRICS
from recengine.evaluation.rating import absolute_errors, squared_errors

FORETOLD = np.array([4.0, 3.0, 5.0, 1.0], dtype=np.float32)
GIVEN = np.array([5.0, 3.0, 2.0, np.nan], dtype=np.float32)


def test_errors_by_hand():
    np.testing.assert_allclose(squared_errors(FORETOLD, GIVEN), [1, 0, 9, np.nan])
    np.testing.assert_allclose(absolute_errors(FORETOLD, GIVEN), [1, 0, 3, np.nan])


def test_rmse_is_the_root_of_the_mean_and_agrees_with_scikit_learn():
    from sklearn.metrics import mean_absolute_error, root_mean_squared_error

    rng = np.random.default_rng(0)
    foretold, given = rng.normal(3, 1, 50), rng.integers(1, 6, 50).astype(float)
    rmse = METRICS["rmse"].of_mean(squared_errors(foretold, given).mean(keepdims=True))
    assert rmse == pytest.approx(root_mean_squared_error(given, foretold))
    assert absolute_errors(foretold, given).mean() == pytest.approx(
        mean_absolute_error(given, foretold)
    )
