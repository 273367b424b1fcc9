"""What one trial of a search does: train or fit a ranker with some settings, ask validation."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from recengine.data.devices import CPU
from recengine.data.memory import lower, within_memory
from recengine.data.progress import Progress
from recengine.data.splits import Split
from recengine.models.base import FitData, Ranker, TunableRanker
from recengine.training.choosing import asked_of, ready
from recengine.training.fitting import Recipe
from recengine.training.recipes import trainer_for
from recengine.training.search import Measure
from recengine.training.trainer import AfterEpoch
from recengine.training.unified import UnifiedRecipe
from recengine.training.validation import Validation


def by_training(
    ranker: str,
    data: FitData,
    split: Split,
    recipe: Recipe | UnifiedRecipe,
    rankers: Mapping[str, Ranker],
    folder: Path,
    device: torch.device = CPU,
) -> Measure:
    """Trials that train by a recipe with some settings changed; `folder` is for checkpoints."""

    def measure(settings: Mapping[str, Any], after_epoch: AfterEpoch, progress: Progress) -> float:
        changed = recipe.with_settings(settings)
        trainer = trainer_for(
            ranker, data, split, changed, rankers, folder, resume=False, device=device
        )
        return list(trainer.run(progress, after_epoch).validation.values())[-1]

    return measure


def by_fitting(
    model_class: type[TunableRanker],
    data: FitData,
    split: Split,
    usual: Any,
    rankers: Mapping[str, Ranker],
) -> Measure:
    """Trials that compute a ranker without epochs, keeping what the settings do not change."""
    validations: list[Validation] = []
    fitted: list[TunableRanker] = []

    def measure(settings: Mapping[str, Any], _: AfterEpoch, progress: Progress) -> float:
        progress(f"Computing {model_class.label}", 0, 1)
        config = replace(usual, **settings)
        with within_memory(f"Computing {model_class.label}", lower(vars(config))):
            model = fitted.pop().refit(data, config) if fitted else model_class.fit(data, config)
            fitted.append(model)
            made = ready(model, rankers)
            validations[:] = validations or [asked_of(made, split, data)]
            value = validations[0](made)
        progress(f"Computing {model_class.label}", 1, 1)
        return value

    return measure
