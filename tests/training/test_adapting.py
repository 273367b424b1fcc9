from dataclasses import replace

import numpy as np
import pytest
import torch

from recengine.data.workspace import Workspace
from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig
from recengine.encoders.text import TextTemplate, item_texts
from recengine.errors import DataError, UnknownNameError
from recengine.training.adapted_readers import in_batch_loss
from recengine.training.adapting import AdaptingConfig, EncoderTrainer
from recengine.training.item_pairs import chosen_together, going_together
from recengine.training.trainer import TrainerConfig
from tests.tiny_language import save_tiny_bert

WORDS = ("Amber", "Birch", "Cedar", "Dahlia", "Elm", "Fern", "tree", "flower", ",", ".")
LOOP = TrainerConfig(epochs=4, batch_size=4, learning_rate=0.02, average=0.5, patience=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-bert")
    save_tiny_bert(folder, WORDS)
    return folder


@pytest.fixture
def trainer(folder, cycle_dataset, cycle_data, cycle_split, tmp_path):
    encoder = LlmEncoder(LlmEncoderConfig(name=str(folder), device="cpu"), Workspace(tmp_path))

    def make(*, resume=False, allowed=cycle_split.candidates, **options) -> EncoderTrainer:
        options = {
            "method": "pairs",
            "steps": 6,
            "widths": (8,),
            "window": 1,
            "trainer": LOOP,
        } | options
        return EncoderTrainer(
            encoder,
            item_texts(cycle_dataset, TextTemplate()),
            cycle_data,
            allowed,
            AdaptingConfig(**options),
            tmp_path / "adapting.safetensors",
            resume=resume,
        )

    return make


def test_items_chosen_together_are_close_in_one_history(cycle_dataset):
    everything = np.ones(7, dtype=bool)
    pairs = chosen_together(cycle_dataset.log, 1, everything)
    assert {(int(b) - int(a)) % 5 for a, b in pairs} == {1}
    assert len(pairs) == len(cycle_dataset.log.items) - 60
    wider = chosen_together(cycle_dataset.log, 2, everything)
    assert {(int(b) - int(a)) % 5 for a, b in wider} == {1, 2}


def test_items_that_are_held_out_are_in_no_pair(cycle_dataset):
    allowed = np.ones(7, dtype=bool)
    allowed[3] = False
    assert 3 not in chosen_together(cycle_dataset.log, 3, allowed)


def test_pairs_that_go_together_are_the_strongest_that_are_allowed():
    weights = torch.zeros(5, 5)
    weights[1, 2], weights[1, 3], weights[2, 1], weights[4, 1] = 0.5, 0.25, -1.0, 0.25
    allowed = np.array([False, True, True, True, False])
    pairs, chances = going_together(weights, allowed)
    assert sorted(zip(pairs.tolist(), chances, strict=True)) == [([1, 2], 2 / 3), ([1, 3], 1 / 3)]


def test_pairs_in_a_row_are_learnt_from_as_they_came(trainer):
    batch = np.concatenate(list(trainer(method="pairs")._batches(0)))
    assert set((batch[:, 1] - batch[:, 0]) % 5) == {1}


def test_loss_in_a_batch_by_hand():
    first = torch.eye(2)
    second = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    apart = in_batch_loss(first, second, torch.tensor([[1, 2], [3, 4]]), 1.0)
    # There: rows (1, 1) and (0, 0), so log 2 each. Back: (1, 0) for both, right for the first only.
    back = (np.log(1 + np.exp(-1)) + np.log(1 + np.exp(1))) / 2
    assert float(apart) == pytest.approx((np.log(2) + back) / 2, abs=1e-6)


def test_an_item_of_the_pair_itself_is_no_rival():
    first, second = torch.randn(2, 4), torch.randn(2, 4)
    same = in_batch_loss(first, second, torch.tensor([[1, 2], [1, 2]]), 1.0)
    assert float(same) == pytest.approx(0.0, abs=1e-6)


def test_what_is_chosen_together_reads_alike_afterwards(trainer):
    made = trainer()
    before = made._validate()
    adapter, record = made.run()
    assert record.best_score > before
    assert all("lora_" in name for name in adapter.weights)
    assert any(weight.abs().sum() > 0 for name, weight in adapter.weights.items() if "_B" in name)


def test_a_stopped_run_goes_on_to_the_same_adapter(trainer, tmp_path):
    whole, _ = trainer().run()

    def stop(_stage, done, _total):
        if done == 15:
            raise KeyboardInterrupt

    (tmp_path / "adapting.safetensors").unlink()
    with pytest.raises(KeyboardInterrupt):
        trainer().run(stop)
    resumed, record = trainer(resume=True).run()
    assert len(record.scores) == 4
    assert resumed.fingerprint == whole.fingerprint


@pytest.mark.parametrize("method", ["contrast", "contrast+together"])
def test_texts_alone_can_be_learnt_from(trainer, method):
    adapter, record = trainer(method=method).run()
    assert np.isfinite(record.losses).all()
    assert any(weight.abs().sum() > 0 for name, weight in adapter.weights.items() if "_B" in name)


def test_nobody_who_chose_two_items_gives_one_clear_message(trainer):
    nothing = np.zeros(7, dtype=bool)
    nothing[2] = True
    with pytest.raises(DataError, match="none to learn from"):
        trainer(allowed=nothing)


def test_an_unknown_method_names_the_known_ones():
    with pytest.raises(UnknownNameError, match=r"Unknown way of adapting 'magic'.*contrast"):
        AdaptingConfig(method="magic")


def test_a_map_on_top_learns_without_a_language_model_and_serves_new_items(trainer, cycle_data):
    text = cycle_data.text
    made = trainer(method="top", trainer=replace(LOOP, epochs=12, patience=12))
    made._pairs, made._chances = np.array([[1, 2], [3, 4]]), None
    made._held_out = made._pairs
    before = made._validate()
    learnt, record = made.run()
    assert record.best_score > before
    mapped = learnt.applied(text)
    assert mapped.shape == text.shape
    expected = made.model.vectors([6])[0]  # an item that nobody chose
    np.testing.assert_allclose(mapped[5], expected.detach(), atol=1e-5)
    np.testing.assert_allclose(
        learnt.weakened(0.0).applied(text), text - text[:5].mean(axis=0), atol=1e-6
    )
    with pytest.raises(DataError, match="8 numbers and these have 3"):
        learnt.applied(text[:, :3])
