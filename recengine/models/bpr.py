"""BPR: matrix factorisation learnt from pairs, what was chosen above what was not.

Paper: Rendle et al., "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009,
arXiv:1205.2618; fitted by the library `implicit`.
Differs: the item not chosen is drawn by popularity instead of evenly, as the library does; an
item bias. People with training events are scored with the factors they got then, so what they did
since does not count; the others get the mean of the factors of the items in their history.
Axes: batch, length, factor (the last one holds the item bias), vocab = 1 + num_items.
"""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import torch
from jaxtyping import Float
from threadpoolctl import threadpool_limits
from torch import Tensor

from recengine.data.histories import Histories
from recengine.data.settings import Count, NotNegative, Positive, Settings
from recengine.models.base import FitData
from recengine.models.factorisation import Factorisation
from recengine.models.interactions import choices


@dataclass(frozen=True, kw_only=True)
class BPRConfig(Settings):
    """Hyper-parameters."""

    factors: Count = 32
    learning_rate: Positive = 0.02
    regularisation: NotNegative = 0.01
    iterations: Count = 50  # passes over as many pairs as there are events
    seed: int = 0


class BPR(Factorisation):
    """Stochastic gradient steps on pairs of items."""

    name: ClassVar[str] = "bpr"
    label: ClassVar[str] = "Matrix factorisation (BPR)"
    config_class: ClassVar[type] = BPRConfig
    grid: ClassVar[tuple[BPRConfig, ...]] = tuple(
        BPRConfig(factors=factors, learning_rate=rate)
        for factors, rate in product((32, 128), (0.01, 0.02, 0.04))
    )

    def __init__(self, config: BPRConfig, data: FitData) -> None:
        super().__init__(config, data, config.factors + 1)

    @classmethod
    def fit(cls, data: FitData, config: BPRConfig | None = None) -> "BPR":
        """Learn from pairs, on one thread so that the same seed gives the same factors."""
        # Imported here: it takes a second, and who only scores does not need it.
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        config = config or BPRConfig()
        model = cls(config, data)
        with threadpool_limits(1, "blas"):
            learner = BayesianPersonalizedRanking(
                factors=config.factors,
                learning_rate=config.learning_rate,
                regularization=config.regularisation,
                iterations=config.iterations,
                num_threads=1,
                random_state=config.seed,
            )
            learner.fit(choices(data), show_progress=False)
        active = torch.from_numpy(data.train.lengths > 0)
        model.users.copy_(torch.from_numpy(learner.user_factors) * active[:, None])
        model.items.copy_(torch.from_numpy(learner.item_factors))
        return model

    def fold_in(self, histories: Histories) -> Float[Tensor, "batch factor"]:
        """Mean of the factors of the items in the history; the item biases alone without one."""
        people = self._shares(histories).sum(dim=1)
        people[:, -1] = 1
        return people

    def fold_in_parts(self, history: Histories) -> Float[Tensor, "length factor"]:
        """Each item's share of that mean."""
        parts = self._shares(history)[0]
        parts[:, -1] = 0  # the item biases count without any event
        return parts

    def _shares(self, histories: Histories) -> Float[Tensor, "batch length factor"]:
        chosen = self.items[histories.items] * histories.real[..., None]
        return chosen / histories.lengths.clamp(min=1)[:, None, None]
