"""Who chose what, as one sparse matrix: what closed-form rankers learn from.

Axes: vocab = 1 + num_items.
"""

import numpy as np
from scipy import sparse

from recengine.models.base import FitData


def choice_counts(data: FitData) -> sparse.csr_matrix:
    """How often each person (row) chose each item index (column) in the training events."""
    train = data.train
    ones = np.ones(len(train.items), dtype=np.float32)
    shape = (train.num_users, data.vocab)
    return sparse.csr_matrix((ones, (train.users, train.items)), shape=shape)


def choices(data: FitData) -> sparse.csr_matrix:
    """1 where a person (row) chose an item index (column); choosing twice counts once."""
    chosen = choice_counts(data)
    chosen.data[:] = 1
    return chosen
