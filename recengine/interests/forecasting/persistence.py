"""Persistence: the taste stays as it is. Every other forecaster has to beat this one."""

from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from recengine.interests.forecasting.base import Horizons, Past
from recengine.interests.forecasting.baselines import Baseline


@dataclass(frozen=True)
class PersistenceConfig:
    """Nothing to set."""


class Persistence(Baseline):
    """The present vector at every horizon."""

    name: ClassVar[str] = "persistence"
    label: ClassVar[str] = "Stays as it is"
    config_class: ClassVar[type] = PersistenceConfig
    grid: ClassVar[tuple[PersistenceConfig, ...]] = (PersistenceConfig(),)

    def centre(self, past: Past, horizons: Horizons) -> Float[Tensor, "question horizon dim"]:
        """The last vector."""
        return past.last[:, None].expand(-1, len(horizons.ahead), -1)
