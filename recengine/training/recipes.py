"""Which settings train which data: found by validation on the built-in sets, by size elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import torch

from recengine.data.dataset import Dataset, Log
from recengine.data.devices import CPU
from recengine.data.memory import lower, within_memory
from recengine.data.splits import Split
from recengine.models import MODELS
from recengine.models.base import FitData, Ranker, TrainedRanker
from recengine.models.bert4rec import BERT4Rec, BERT4RecConfig
from recengine.models.biased_mf import BiasedMF, BiasedMFConfig
from recengine.models.din import DIN, DINConfig
from recengine.models.joint_text import JointText, JointTextConfig
from recengine.models.lightgcn import LightGCN, LightGCNConfig
from recengine.models.sasrec import SASRec, SASRecBinary, SASRecConfig
from recengine.models.shortlist import ShortlistConfig
from recengine.models.unified import Unified, UnifiedConfig
from recengine.models.xdeepfm import XDeepFM, XDeepFMConfig
from recengine.models.youtube_dnn import (
    YouTubeDNN,
    YouTubeDNNConfig,
    YouTubeRank,
    YouTubeRankConfig,
)
from recengine.training.fitting import RankerTrainer, Recipe
from recengine.training.trainer import TrainerConfig
from recengine.training.unified import UnifiedRecipe, UnifiedTrainer

SMALL_LOG = 300_000  # training events below which smaller batches are better


def recipe_for(ranker: str, dataset: Dataset, train: Log) -> Recipe | UnifiedRecipe:
    """The recipe of a trained ranker for a dataset."""
    small = len(train.items) < SMALL_LOG
    if ranker == Unified.name:
        return _unified(dataset, small)
    if ranker in RECIPES:
        return RECIPES[ranker](small)
    model_class = MODELS[ranker]
    assert issubclass(model_class, TrainedRanker)
    return Recipe(model=model_class.config_class(), trainer=_trainer(small))


def trainer_for(
    ranker: str,
    data: FitData,
    split: Split,
    recipe: Recipe | UnifiedRecipe,
    rankers: Mapping[str, Ranker],
    folder: Path,
    *,
    resume: bool,
    device: torch.device = CPU,
) -> RankerTrainer | UnifiedTrainer:
    """The trainer that follows a recipe on a device; `rankers` are those that the ranker builds on.

    Raises:
        TrainingError: there is too little memory for the model.
    """
    model_class = MODELS[ranker]
    with within_memory(f"Preparing {model_class.label}", lower(recipe.settings)):
        if isinstance(recipe, UnifiedRecipe):
            return UnifiedTrainer(
                data, split, recipe, rankers, folder, resume=resume, device=device
            )
        assert issubclass(model_class, TrainedRanker)
        return RankerTrainer(
            model_class, data, split, recipe, rankers, folder, resume=resume, device=device
        )


def _unified(dataset: Dataset, small: bool) -> UnifiedRecipe:
    text_dim = min(128, max(0, dataset.num_items - 1))
    # What a recorded moment does is worth learning with little variance (models/moments.py).
    told = any(not feature.derived for feature in dataset.context_features)
    return UnifiedRecipe(
        model=UnifiedConfig(text_dim=text_dim, moment_joins="interest" if told else "state"),
        static=TrainerConfig(epochs=12, batch_size=16)
        if small
        else TrainerConfig(epochs=25, patience=6),
        dynamic=TrainerConfig(epochs=2 if small else 1, batch_size=8, schedule="constant"),
        rating=TrainerConfig(
            epochs=4, batch_size=16 if small else 32, learning_rate=5e-3, patience=2
        ),
    )


def _trainer(small: bool) -> TrainerConfig:
    return TrainerConfig(epochs=20, batch_size=16) if small else TrainerConfig(epochs=25)


def _biased_mf(small: bool) -> Recipe:
    batch_size = 16 if small else 32
    return Recipe(
        model=BiasedMFConfig(),
        trainer=TrainerConfig(epochs=30, batch_size=batch_size, learning_rate=0.01, average=0.99),
    )


def _bert4rec(small: bool) -> Recipe:
    # Only the hidden items teach it, so that it needs more epochs than those taught by every item.
    return Recipe(model=BERT4RecConfig(), trainer=replace(_trainer(small), epochs=50, patience=10))


def _sasrec(small: bool) -> Recipe:
    if small:  # one wide block and small steps: found by `recengine tune movielens-100k`
        return Recipe(
            model=SASRecConfig(embedding_dim=128, num_blocks=1, dropout=0.1),
            trainer=replace(_trainer(small), batch_size=8, learning_rate=1e-3, weight_decay=0.06),
        )
    # Its paper trains until validation no longer improves, which a large log takes long to reach.
    return Recipe(model=SASRecConfig(), trainer=TrainerConfig(epochs=60, patience=10))


def _sasrec_binary(small: bool) -> Recipe:
    # One negative per event teaches little at a time: several times the epochs of the full softmax.
    large = TrainerConfig(epochs=150, patience=20)
    return Recipe(model=SASRecConfig(), trainer=_trainer(small) if small else large)


def _shortlist(config: ShortlistConfig) -> Callable[[bool], Recipe]:
    # They start from the retriever's order, which larger steps would make them forget.
    trainer = TrainerConfig(epochs=8, batch_size=16, learning_rate=3e-4, average=0.99, patience=3)
    return lambda small: Recipe(model=config, trainer=replace(trainer, epochs=12 if small else 8))


def _joint_text(small: bool) -> Recipe:  # noqa: ARG001 - its steps cost the same for any size
    # Every pair is a pass through the language model: few steps, few people to validate with.
    trainer = TrainerConfig(epochs=3, batch_size=16, learning_rate=5e-4, average=0.95, patience=2)
    return Recipe(model=JointTextConfig(), trainer=trainer, validation_users=40)


def _youtube_dnn(small: bool) -> Recipe:
    return Recipe(model=YouTubeDNNConfig(), trainer=replace(_trainer(small), epochs=20))


def _lightgcn(small: bool) -> Recipe:  # noqa: ARG001 - the same for any size
    # Large steps, as each smooths the whole graph once; it gets better for long.
    trainer = TrainerConfig(epochs=60, batch_size=64, learning_rate=0.01, average=0.99, patience=10)
    return Recipe(model=LightGCNConfig(), trainer=trainer)


# Rankers that need other settings than the common ones; the argument says whether the log is small.
RECIPES: dict[str, Callable[[bool], Recipe]] = {
    BERT4Rec.name: _bert4rec,
    BiasedMF.name: _biased_mf,
    DIN.name: _shortlist(DINConfig()),
    JointText.name: _joint_text,
    XDeepFM.name: _shortlist(XDeepFMConfig()),
    YouTubeDNN.name: _youtube_dnn,
    YouTubeRank.name: _shortlist(YouTubeRankConfig()),
    LightGCN.name: _lightgcn,
    SASRec.name: _sasrec,
    SASRecBinary.name: _sasrec_binary,
}
