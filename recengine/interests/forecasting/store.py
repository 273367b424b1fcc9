"""Fitted forecasters on disk: weights, calibration and the story of their making in one file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jaxtyping import Float
from torch import Tensor

from recengine.errors import StorageError
from recengine.interests.forecasting import FORECASTERS
from recengine.interests.forecasting.base import Unit
from recengine.interests.forecasting.forecaster import Forecaster
from recengine.training.checkpoint import load_checkpoint, save_checkpoint

Factors = Mapping[tuple[Unit, str], Float[Tensor, "learnt level"]]


@dataclass(frozen=True)
class Fitted:
    """A forecaster that is ready to be asked.

    Attributes:
        forecaster: with its weights.
        factors: calibration by unit and by what is foretold ("shares" or "places").
        facts: how it was made.
    """

    forecaster: Forecaster
    factors: Factors
    facts: Mapping[str, Any]


def save_fitted(path: Path, fitted: Fitted) -> None:
    """Write it, whole or not at all."""
    forecaster = fitted.forecaster
    tensors = {f"model/{name}": tensor for name, tensor in forecaster.state_dict().items()}
    tensors |= {f"factors/{unit}/{what}": tensor for (unit, what), tensor in fitted.factors.items()}
    facts = {
        **fitted.facts,
        "forecaster": forecaster.name,
        "config": asdict(forecaster.config),
        "dim": len(forecaster.space.centre),
    }
    save_checkpoint(path, tensors, facts)


def load_fitted(path: Path) -> Fitted:
    """Read it.

    Raises:
        StorageError: the file is missing, damaged, or of another version.
    """
    tensors, facts = load_checkpoint(path)
    weights: dict[str, Tensor] = {}
    factors: dict[tuple[Unit, str], Tensor] = {}
    for name, tensor in tensors.items():
        kind, _, rest = name.partition("/")
        if kind == "model":
            weights[rest] = tensor
        else:
            unit, _, what = rest.partition("/")
            factors["days" if unit == "days" else "events", what] = tensor
    try:
        kind_of = FORECASTERS[facts["forecaster"]]
        forecaster = kind_of(kind_of.config_class(**facts["config"]), facts["dim"])
        forecaster.load_state_dict(weights)
    except (KeyError, TypeError, RuntimeError) as error:  # other names, settings or shapes
        raise StorageError(
            f"{path.name} was made by another version of recengine. Train it again."
        ) from error
    return Fitted(forecaster.requires_grad_(False).eval(), factors, facts)
