"""The recipe as a whole, on a world where the next item is certain."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from recengine.data.batches import epoch_batches
from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.errors import DataError
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
from recengine.models.unified import Unified, UnifiedConfig
from recengine.models.unified_config import MOMENTS
from recengine.training.checkpoint import load_checkpoint, save_checkpoint
from recengine.training.fitting import Training
from recengine.training.rankers import load_ranker, save_ranker
from recengine.training.trainer import TrainerConfig
from recengine.training.unified import UnifiedRecipe, UnifiedTrainer, _verdict
from recengine.training.validation import Places

RECIPE = UnifiedRecipe(
    model=UnifiedConfig(embedding_dim=16, max_length=10, memory_key_dim=8, text_dim=4, dropout=0.0),
    static=TrainerConfig(epochs=14, batch_size=8, learning_rate=0.01, patience=14),
    dynamic=TrainerConfig(epochs=1, batch_size=8, schedule="constant"),
    rating=TrainerConfig(epochs=20, batch_size=8, learning_rate=0.02, patience=20),
    steps_per_history=4,
)


def weak_ease(data: FitData) -> dict[str, RecencyEase]:
    return {RecencyEase.name: RecencyEase.fit(data, RecencyEaseConfig(l2=2.0))}


@pytest.fixture(scope="module")
def trained(
    cycle_data: FitData, cycle_split: Split, tmp_path_factory: pytest.TempPathFactory
) -> Training:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("training")
    ease = weak_ease(cycle_data)
    return UnifiedTrainer(cycle_data, cycle_split, RECIPE, ease, folder, resume=False).run()


def test_it_learns_that_items_follow_each_other(
    trained: Training, cycle_split: Split, cycle_dataset: Dataset
) -> None:
    reader = HistoryReader(cycle_split.log, cycle_dataset.profiles)
    ranks = target_ranks(trained.model, reader, cycle_split.test, cycle_split.candidates)
    assert (ranks == 1).mean() > 0.95
    assert trained.records["static"].losses[-1] < trained.records["static"].losses[0] / 2


def test_the_memory_stage_leaves_the_trunk_alone(
    cycle_data: FitData, cycle_split: Split, tmp_path: Path
) -> None:
    short = replace(RECIPE, static=replace(RECIPE.static, epochs=1))
    trainer = UnifiedTrainer(
        cycle_data, cycle_split, short, weak_ease(cycle_data), tmp_path, resume=False
    )
    trainer._stage("static", short.static, trainer.static_loss, lambda *_: None)
    before = {n: p.clone() for n, p in trainer.model.named_parameters()}
    trainer.model.dynamic.fill_(True)
    trainer._stage("dynamic", short.dynamic, trainer.dynamic_loss, lambda *_: None)
    changed = {
        name for name, p in trainer.model.named_parameters() if not torch.equal(p, before[name])
    }
    assert changed
    assert all(name.startswith("memory_") for name in changed)


@pytest.mark.parametrize("joins", MOMENTS)
def test_gates_opened_wide_for_the_prior_are_not_heard_by_the_memory_stage_after_the_norm(
    joins: str, cycle_data: FitData, cycle_split: Split, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, model=replace(RECIPE.model, moment_joins=joins))
    trainer = UnifiedTrainer(
        cycle_data, cycle_split, recipe, weak_ease(cycle_data), tmp_path, resume=False
    )
    torch.nn.init.normal_(trainer.model.query.tables[0].weight[1:])
    batch = next(epoch_batches(trainer.train_reader, batch_size=8, max_length=10, seed=0, epoch=0))

    def loss(gate: float) -> float:
        torch.manual_seed(0)
        trainer.model.context_gates.fill_(gate)
        return float(trainer.dynamic_loss(batch).detach())

    assert (loss(4.0) == loss(1.0)) is (joins == "interest")
    assert loss(0.0) != loss(1.0)


def test_memory_is_kept_only_if_validation_says_so(trained: Training) -> None:
    better = trained.validation["dynamic lift"] > 0 and trained.validation["dynamic gain to"] >= 0
    assert bool(trained.model.dynamic) == better


def test_what_moves_items_up_is_kept_unless_the_first_places_suffer_beyond_chance() -> None:
    start = Places(np.full((2, 40), 8))
    up, down = Places(np.full((2, 40), 4)), Places(np.full((2, 40), 9))
    assert _verdict(start, up)[0]
    assert not _verdict(start, down)[0]
    # all places but the first ten rise, and the first ten are lost
    far = np.concatenate([np.full((2, 30), 500), np.full((2, 10), 1)], axis=1)
    risen = np.concatenate([np.full((2, 30), 11), np.full((2, 10), 12)], axis=1)
    kept, figures = _verdict(Places(far), Places(risen))
    assert figures["dynamic lift"] == pytest.approx(0.75 * np.log(500 / 11) - 0.25 * np.log(12))
    assert figures["dynamic gain"] == pytest.approx(-0.25)
    assert not kept


def test_the_rating_stage_leaves_scores_alone_and_foretells_ratings(
    trained: Training, cycle_split: Split, cycle_dataset: Dataset
) -> None:
    assert isinstance(trained.model, Unified)
    reader = HistoryReader(cycle_split.log, cycle_dataset.profiles)
    asked = cycle_split.test
    histories = reader.read(asked.users, asked.starts, asked.stops, max_length=10)
    targets = torch.from_numpy(asked.targets.astype(np.int64))
    with torch.inference_mode():
        foretold = trained.model.predict_ratings(histories, targets).numpy()
    actual = cycle_split.log.values[asked.stops]
    assert ((foretold - actual) ** 2).mean() < 0.9 * actual.var()
    assert trained.records["rating"].losses[-1] < trained.records["rating"].losses[0]


def test_a_saved_ranker_scores_as_before(
    trained: Training, cycle_data: FitData, cycle_split: Split, tmp_path: Path
) -> None:
    path = tmp_path / "ranker.safetensors"
    save_ranker(path, trained.model, cycle_data.dataset, {"seed": 0})
    loaded, facts = load_ranker(path, cycle_data)
    assert facts["seed"] == 0
    trained.model.prior, kept = None, trained.model.prior
    reader = HistoryReader(cycle_split.log, cycle_data.dataset.profiles)
    asked = cycle_split.test.take(np.arange(5))
    one = reader.read(asked.users, asked.starts, asked.stops, max_length=10)
    with torch.inference_mode():
        torch.testing.assert_close(loaded.score(one), trained.model.score(one))
    trained.model.prior = kept


def test_a_changed_catalogue_keeps_known_items_and_takes_new_ones_as_cold(
    trained: Training, cycle_data: FitData, tmp_path: Path
) -> None:
    path = tmp_path / "ranker.safetensors"
    save_ranker(path, trained.model, cycle_data.dataset, {})
    items = cycle_data.dataset.items.iloc[[5, 3, 4, 0, 1, 2]].reset_index(drop=True)
    items.loc[0, "item_id"] = "brand-new"
    text = cycle_data.text[[5, 3, 4, 0, 1, 2]]
    moved = replace(cycle_data.dataset, items=items)
    loaded, _ = load_ranker(path, replace(cycle_data, dataset=moved, text=text))
    assert loaded.warm[1] == 0
    torch.testing.assert_close(
        loaded.item_vectors()[moved.item_index("i3")], trained.model.item_vectors()[4]
    )


def test_data_with_other_features_is_refused_in_one_message(
    trained: Training, cycle_data: FitData, tmp_path: Path
) -> None:
    path = tmp_path / "ranker.safetensors"
    save_ranker(path, trained.model, cycle_data.dataset, {})
    other = replace(cycle_data.dataset, context_features=())
    with pytest.raises(DataError, match=r"other context.*recengine train cycle"):
        load_ranker(path, replace(cycle_data, dataset=other))


def test_weights_of_another_version_are_refused_in_one_message(
    trained: Training, cycle_data: FitData, tmp_path: Path
) -> None:
    path = tmp_path / "ranker.safetensors"
    save_ranker(path, trained.model, cycle_data.dataset, {})
    weights, facts = load_checkpoint(path)
    del weights["rating_head.item_offsets"]
    save_checkpoint(path, weights, facts)
    with pytest.raises(DataError, match=r"another version.*recengine train cycle --ranker unified"):
        load_ranker(path, cycle_data)
