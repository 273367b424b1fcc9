"""Popularity: everybody is shown what most people chose, of all time or lately.

Paper: none, counting is older than the field. That no ranker may be praised without it beside it:
Cremonesi, Koren & Turrin, "Performance of Recommender Algorithms on Top-N Recommendation Tasks",
RecSys 2010, doi:10.1145/1864708.1864721 (TopPop); that a window of late events is the stronger one:
Ji et al., "A Re-visit of the Popularity Baseline in Recommender Systems", SIGIR 2020,
doi:10.1145/3397271.3401233.
"""

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.models.base import FitData, Ranker, never_padding


class Popularity(Ranker):
    """Ranks by the number of training events."""

    name: ClassVar[str] = "popularity"
    label: ClassVar[str] = "Most popular"
    personal: ClassVar[bool] = False

    def __init__(self, counts: Float[Tensor, " vocab"]) -> None:
        self.log_counts = torch.log1p(counts)

    @classmethod
    def fit(cls, data: FitData) -> "Popularity":
        """Count every training event."""
        return cls(data.item_counts)

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Log of one plus the count, the same for everybody."""
        return never_padding(self.log_counts.repeat(len(histories), 1))


class RecentPopularity(Ranker):
    """Ranks by the number of events in the last tenth of the training events by time.

    The window is a share of events rather than of days, so that it fits a log of any length; ties
    are broken by popularity of all time.
    """

    name: ClassVar[str] = "recent-popularity"
    label: ClassVar[str] = "Popular lately"
    personal: ClassVar[bool] = False
    window: ClassVar[float] = 0.1

    def __init__(self, log_counts: Float[Tensor, " vocab"]) -> None:
        self.log_counts = log_counts

    @classmethod
    def fit(cls, data: FitData) -> "RecentPopularity":
        """Count the training events of the last window."""
        cut = np.quantile(data.train.times, 1 - cls.window)
        recent = data.train.items[data.train.times >= cut]
        counts = np.bincount(recent, minlength=data.vocab).astype(np.float32)
        tie_break = data.item_counts / (1 + data.item_counts.max()) * 1e-3
        return cls(torch.log1p(torch.from_numpy(counts)) + tie_break)

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        """Log of one plus the recent count, the same for everybody."""
        return never_padding(self.log_counts.repeat(len(histories), 1))
