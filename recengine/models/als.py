"""ALS: matrix factorisation of what was chosen and what was not, by alternating least squares.

Paper: Hu, Koren & Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008,
doi:10.1109/ICDM.2008.22; fitted by the library `implicit`, which solves each step by three
conjugate gradient iterations (Takacs, Pilaszy & Tikk, RecSys 2011, doi:10.1145/2043932.2043987).
Differs: people with training events are scored with the factors they got then, so what they did
since does not count; the others get one least-squares step from their history.
Axes: batch, length, factor, vocab = 1 + num_items.
"""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import torch
from jaxtyping import Float
from threadpoolctl import threadpool_limits
from torch import Tensor

from recengine.data.histories import Histories
from recengine.data.settings import Count, Positive, Settings
from recengine.models.base import FitData
from recengine.models.factorisation import Factorisation
from recengine.models.interactions import choice_counts


@dataclass(frozen=True, kw_only=True)
class ALSConfig(Settings):
    """Hyper-parameters."""

    factors: Count = 64
    regularisation: Positive = 10.0
    alpha: Positive = 1.0  # confidence in a choice is 1 + alpha * times chosen, in the others 1
    iterations: Count = 15
    seed: int = 0


class ALS(Factorisation):
    """Weighted least squares over all pairs of a person and an item."""

    name: ClassVar[str] = "als"
    label: ClassVar[str] = "Matrix factorisation (ALS)"
    config_class: ClassVar[type] = ALSConfig
    grid: ClassVar[tuple[ALSConfig, ...]] = tuple(
        ALSConfig(factors=factors, regularisation=regularisation, alpha=alpha)
        for factors, regularisation, alpha in product((32, 128), (3.0, 10.0, 30.0), (0.3, 1.0, 4.0))
    )

    def __init__(self, config: ALSConfig, data: FitData) -> None:
        super().__init__(config, data, config.factors)

    @classmethod
    def fit(cls, data: FitData, config: ALSConfig | None = None) -> "ALS":
        """Solve for people and items in turn."""
        # Imported here: it takes a second, and who only scores does not need it.
        from implicit.cpu.als import AlternatingLeastSquares

        config = config or ALSConfig()
        model = cls(config, data)
        confidence = choice_counts(data)
        confidence.sum_duplicates()
        confidence.data = 1 + config.alpha * confidence.data
        with threadpool_limits(1, "blas"):  # its own threads and those of BLAS slow each other
            solver = AlternatingLeastSquares(
                factors=config.factors,
                regularization=config.regularisation,
                iterations=config.iterations,
                num_threads=torch.get_num_threads(),
                random_state=config.seed,
            )
            solver.fit(confidence, show_progress=False)
        model.users.copy_(torch.from_numpy(solver.user_factors))
        model.items.copy_(torch.from_numpy(solver.item_factors))
        return model

    def fold_in(self, histories: Histories) -> Float[Tensor, "batch factor"]:
        """The least-squares solution for people whose items' factors are given."""
        items = self.items
        counts = items.new_zeros(len(histories), len(items))
        counts.scatter_add_(1, histories.items, histories.real.float())
        wanted = (self.config.alpha * counts + (counts > 0)) @ items
        solved: Tensor = torch.linalg.solve(self._products(histories), wanted)
        return solved

    def fold_in_parts(self, history: Histories) -> Float[Tensor, "length factor"]:
        """What each event adds to that solution: the explanation of section 5 of the paper.

        Exact for the weights that the history as a whole gives the items. An item chosen several
        times is preferred once; that is shared by its events.
        """
        real = history.real[0]
        times = ((history.items[0][:, None] == history.items[0]) & real).sum(dim=1).clamp(min=1)
        wanted = self.items[history.items[0]] * ((self.config.alpha + 1 / times) * real)[:, None]
        solved: Tensor = torch.linalg.solve(self._products(history)[0], wanted.T)
        return solved.T

    def _products(self, histories: Histories) -> Float[Tensor, "batch factor factor"]:
        """Products of the factors of all items, those of each history counting more."""
        chosen = self.items[histories.items] * histories.real[..., None]
        ridge = self.items.T @ self.items
        ridge.diagonal().add_(self.config.regularisation)
        return ridge + self.config.alpha * chosen.transpose(1, 2) @ chosen
