"""Rating prediction: how far is the foretold rating from the one that was given?

Both are on the scale of the data. Questions whose rating is not known are left out (NaN).
Axes: question.
"""

import numpy as np
from jaxtyping import Float, Float32, Float64, Int
from torch import Tensor

from recengine.data.histories import Histories
from recengine.models.base import RatingPredictor


def foretold(
    model: RatingPredictor, histories: Histories, items: Int[Tensor, " question"]
) -> Float32[np.ndarray, "question"]:
    """Rating of one item per history, told on the model's own device."""
    return model.predict_ratings(histories.to(model.device), items.to(model.device)).cpu().numpy()


def squared_errors(
    foretold: Float[np.ndarray, "question"], given: Float[np.ndarray, "question"]
) -> Float64[np.ndarray, "question"]:
    """Squares of the errors; the root of their mean is RMSE."""
    return (foretold.astype(np.float64) - given.astype(np.float64)) ** 2


def absolute_errors(
    foretold: Float[np.ndarray, "question"], given: Float[np.ndarray, "question"]
) -> Float64[np.ndarray, "question"]:
    """Sizes of the errors; their mean is MAE."""
    return np.abs(foretold.astype(np.float64) - given.astype(np.float64))
