"""Calibration: do lists keep a person's mix of categories, and do probabilities come true?

Papers: Steck, "Calibrated Recommendations", RecSys 2018 (category calibration, KL with alpha 0.01);
Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015, with
bins of equal mass as in Nguyen & O'Connor, EMNLP 2015 (expected calibration error).
Axes: question, place, category, claim = a stated probability with its outcome.
"""

import numpy as np
from jaxtyping import Bool, Float, Float64

ALPHA = 0.01
BINS = 15


def category_divergence(
    taste: Float[np.ndarray, "question category"], shown: Float[np.ndarray, "question category"]
) -> Float64[np.ndarray, "question"]:
    """Kullback-Leibler divergence of the list's categories from those of the history, in nats.

    0 if the list has the same mix. The list's mix is blended with 1 % of the history's, so that an
    absent category costs much but not everything. NaN without categories on either side.

    Args:
        taste: shares of the categories in the history; rows sum to 1, or 0 without any.
        shown: the same of the list.
    """
    p = taste.astype(np.float64)
    q = (1 - ALPHA) * shown + ALPHA * p
    terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / np.where(q > 0, q, 1)), 0.0)
    known = (p.sum(axis=1) > 0) & (shown.sum(axis=1) > 0)
    return np.where(known, terms.sum(axis=1), np.nan)


def expected_calibration_error(
    stated: Float[np.ndarray, "claim"], came_true: Bool[np.ndarray, "claim"], *, bins: int = BINS
) -> float:
    """Mean gap between what was stated and how often it came true, over bins of equal mass.

    0 if things said to happen in 20 of 100 cases do so. Fewer claims than bins make as many bins
    as claims. NaN without claims.
    """
    if len(stated) == 0:
        return float("nan")
    order = np.argsort(stated, kind="stable")
    gaps = [
        abs(stated[rows].mean(dtype=np.float64) - came_true[rows].mean()) * len(rows)
        for rows in np.array_split(order, min(bins, len(order)))
    ]
    return float(np.sum(gaps) / len(stated))
