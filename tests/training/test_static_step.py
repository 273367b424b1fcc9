"""The self-supervised options of the unified ranker: off they change nothing, on they add."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from recengine.data.batches import TrainingBatch, epoch_batches
from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.engine.assets import dashboard_folder
from recengine.evaluation.ranking import target_ranks
from recengine.models import MODELS
from recengine.models.base import FitData
from recengine.models.recency_ease import RecencyEase
from recengine.models.self_supervision import SequenceEncoder
from recengine.models.unified import UnifiedConfig
from recengine.training.checkpoint import load_checkpoint
from recengine.training.rankers import load_ranker, save_ranker
from recengine.training.static_step import StaticStep
from recengine.training.trainer import TrainerConfig
from recengine.training.unified import UnifiedRecipe, UnifiedTrainer

CONFIG = UnifiedConfig(
    embedding_dim=16,
    max_length=10,
    memory_key_dim=8,
    text_dim=4,
    dropout=0.0,
    id_dropout=0.0,
    context_dropout=0.0,
)
OPTIONS: dict[str, dict[str, Any]] = {
    "masked": {"masked_item_weight": 0.3},
    "contrast": {"contrast_weight": 0.1},
    "dropout": {"contrast_weight": 0.1, "contrast_views": "dropout"},
}


def trainer_of(data: FitData, split: Split, folder: Path, **options: Any) -> UnifiedTrainer:
    recipe = UnifiedRecipe(
        model=replace(CONFIG, **options),
        static=TrainerConfig(epochs=14, batch_size=8, learning_rate=0.01, patience=14),
        dynamic=TrainerConfig(epochs=1, batch_size=8, schedule="constant"),
        rating=TrainerConfig(epochs=1, batch_size=8),
        steps_per_history=4,
    )
    ease = {RecencyEase.name: RecencyEase.fit(data)}
    return UnifiedTrainer(data, split, recipe, ease, folder, resume=False)


@pytest.fixture
def batch(cycle_data: FitData, cycle_split: Split) -> TrainingBatch:
    reader = HistoryReader(cycle_split.train, cycle_data.dataset.profiles)
    return next(epoch_batches(reader, batch_size=10, max_length=10, seed=0, epoch=0))


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_adds_to_the_loss(
    option: str, cycle_data: FitData, cycle_split: Split, batch: TrainingBatch, tmp_path: Path
) -> None:
    trainer = trainer_of(cycle_data, cycle_split, tmp_path, **OPTIONS[option])
    step = StaticStep(trainer.model, trainer.competition)
    assert isinstance(step, SequenceEncoder)
    alone = float(step.main_loss(step.hidden(batch.histories), batch).detach())
    assert float(trainer.static_loss(batch).detach()) > alone + 0.01


def test_off_nothing_is_added(
    cycle_data: FitData, cycle_split: Split, batch: TrainingBatch, tmp_path: Path
) -> None:
    plain = trainer_of(cycle_data, cycle_split, tmp_path)
    helped = trainer_of(cycle_data, cycle_split, tmp_path, **OPTIONS["masked"])
    assert set(helped.model.state_dict()) - set(plain.model.state_dict()) == {"auxiliary.mask"}
    step = StaticStep(plain.model, plain.competition)
    alone = step.main_loss(step.hidden(batch.histories), batch)
    assert torch.equal(plain.static_loss(batch), alone)
    helped.model.load_state_dict(plain.model.state_dict(), strict=False)
    same = StaticStep(helped.model, helped.competition)
    assert torch.equal(same.hidden(batch.histories), step.hidden(batch.histories))


def test_a_masked_event_leaves_no_trace_and_only_both_sides_look_ahead(
    cycle_data: FitData, cycle_split: Split, batch: TrainingBatch, tmp_path: Path
) -> None:
    trainer = trainer_of(cycle_data, cycle_split, tmp_path, **OPTIONS["masked"])
    step = StaticStep(trainer.model.eval(), trainer.competition)
    histories = batch.histories
    masked = torch.zeros_like(histories.real)
    masked[:, 2] = True

    def with_item(place: int) -> Any:
        items = histories.items.clone()
        items[:, place] = items[:, place] % 5 + 1
        return replace(histories, items=items)

    for states in (step.hidden, step.both_sides):
        assert torch.equal(states(histories, masked), states(with_item(2), masked))
    ahead = with_item(4)
    assert torch.equal(step.hidden(histories, masked)[:, :4], step.hidden(ahead, masked)[:, :4])
    before, after = (step.both_sides(each, masked)[:, 2] for each in (histories, ahead))
    assert not torch.allclose(before, after, atol=1e-6)


def test_with_everything_on_it_learns_the_next_item_and_is_stored(
    cycle_data: FitData, cycle_split: Split, tmp_path: Path
) -> None:
    trainer = trainer_of(
        cycle_data,
        cycle_split,
        tmp_path,
        masked_item_weight=0.3,
        contrast_weight=0.1,
        augment_share=0.3,
    )
    model = trainer.run().model
    reader = HistoryReader(cycle_split.log, cycle_data.dataset.profiles)
    ranks = target_ranks(model, reader, cycle_split.test, cycle_split.candidates)
    assert (ranks == 1).mean() > 0.9
    save_ranker(tmp_path / "kept.safetensors", model, cycle_data.dataset, {})
    again, facts = load_ranker(tmp_path / "kept.safetensors", cycle_data)
    assert facts["config"]["augment_share"] == 0.3
    again.build_on({RecencyEase.name: RecencyEase.fit(cycle_data)})
    again_ranks = target_ranks(again, reader, cycle_split.test, cycle_split.candidates)
    assert (again_ranks == ranks).all()


@pytest.mark.parametrize("name", ["unified", "svae"])
def test_rankers_that_come_along_are_those_without_options(name: str) -> None:
    files = sorted((dashboard_folder() / "assets" / "rankers").glob(f"*-{name}.safetensors"))
    assert files
    for path in files:
        weights, facts = load_checkpoint(path)
        assert not MODELS[name].config_class(**facts["config"]).self_supervised
        assert "auxiliary.mask" not in weights
