"""Which settings train which data: found by validation on the built-in sets, by size elsewhere."""

from recengine.data.dataset import Dataset, Log
from recengine.models.unified import UnifiedConfig
from recengine.training.trainer import TrainerConfig
from recengine.training.unified import UnifiedRecipe

SMALL_LOG = 300_000  # training events below which smaller batches are better


def recipe_for(dataset: Dataset, train: Log) -> UnifiedRecipe:
    """The recipe for a dataset."""
    text_dim = min(128, max(0, dataset.num_items - 1))
    if len(train.items) < SMALL_LOG:
        return UnifiedRecipe(
            model=UnifiedConfig(text_dim=text_dim),
            static=TrainerConfig(epochs=12, batch_size=16),
            dynamic=TrainerConfig(epochs=2, batch_size=8, schedule="constant"),
        )
    return UnifiedRecipe(
        model=UnifiedConfig(text_dim=text_dim), static=TrainerConfig(epochs=25, patience=6)
    )
