"""A short training on the world where items follow each other in a circle."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recengine.data.splits import Split
from recengine.models import MODELS
from recengine.models.base import FitData, TrainedRanker
from recengine.training.fitting import RankerTrainer, Recipe, Training
from recengine.training.trainer import TrainerConfig


@pytest.fixture
def train_on_cycle(
    cycle_data: FitData, cycle_split: Split, tmp_path: Path
) -> Callable[..., Training]:
    """Trains a ranker with some config for a few epochs."""

    def train(model: type[TrainedRanker], config: Any) -> Training:
        trainer = TrainerConfig(epochs=14, batch_size=8, learning_rate=0.01, patience=14)
        recipe = Recipe(model=config, trainer=trainer)
        parts = {name: MODELS[name].fit(cycle_data) for name in model.builds_on}
        return RankerTrainer(
            model, cycle_data, cycle_split, recipe, parts, tmp_path, resume=False
        ).run()

    return train
