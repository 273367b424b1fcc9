"""What the tests of sequence models share, on the world where items follow in a circle."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.models import MODELS
from recengine.models.base import FitData, TrainedRanker
from recengine.training.fitting import RankerTrainer, Recipe, Training
from recengine.training.trainer import TrainerConfig


@pytest.fixture
def histories(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.test.take(np.arange(6))
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)


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
