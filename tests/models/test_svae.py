"""The variational sequence model."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from recengine.data.batches import epoch_batches
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData
from recengine.models.svae import SequentialVAE, SVAEConfig, drawn_ahead, kl_to_standard
from recengine.training.fitting import RankerTrainer, Recipe, Training
from recengine.training.trainer import TrainerConfig

SMALL = SVAEConfig(
    embedding_dim=16, latent_dim=8, max_length=20, dropout=0.0, anneal_steps=50, kl_weight=0.05
)


def test_it_learns_that_items_follow_each_other(
    train_on_cycle: Callable[..., Training], cycle_split: Split, cycle_reader: HistoryReader
) -> None:
    model = train_on_cycle(SequentialVAE, SMALL).model
    ranks = target_ranks(model, cycle_reader, cycle_split.test, cycle_split.candidates)
    assert (ranks == 1).mean() > 0.95


def test_later_events_do_not_change_earlier_states(
    cycle_data: FitData, histories: Histories
) -> None:
    model = SequentialVAE(SMALL, cycle_data).eval()
    items = histories.items.clone()
    items[:, 4:] = 6
    before, after = (
        model.posterior(histories)[0],
        model.posterior(replace(histories, items=items))[0],
    )
    assert torch.equal(before[:, :4], after[:, :4])
    assert not torch.equal(before[:, 4:], after[:, 4:])


def test_the_weight_of_the_kl_rises_with_the_steps_to_its_full_height(
    cycle_data: FitData, cycle_split: Split
) -> None:
    model = SequentialVAE(replace(SMALL, anneal_steps=4), cycle_data)
    reader = HistoryReader(cycle_split.train, cycle_data.dataset.profiles)
    weights = [model.current_kl_weight]
    for batch in epoch_batches(reader, batch_size=10, max_length=20, seed=0, epoch=0):
        model.training_loss(batch)
        weights.append(model.current_kl_weight)
    assert weights == pytest.approx([0, 0.0125, 0.025, 0.0375, 0.05, 0.05, 0.05])


def test_a_resumed_run_goes_on_with_the_weight_of_the_kl(
    cycle_data: FitData, cycle_split: Split, tmp_path: Path
) -> None:
    def trainer(*, resume: bool) -> RankerTrainer:
        config = TrainerConfig(epochs=2, batch_size=10, patience=9)
        recipe = Recipe(model=SMALL, trainer=config)
        return RankerTrainer(
            SequentialVAE, cycle_data, cycle_split, recipe, {}, tmp_path, resume=resume
        )

    whole = trainer(resume=False).run()
    again = trainer(resume=True).run()
    assert int(whole.model.state_dict()["steps_done"]) == 12
    assert int(again.model.state_dict()["steps_done"]) == 12


def test_the_kl_agrees_with_that_of_torch() -> None:
    torch.manual_seed(0)
    mean, log_sigma = torch.randn(5, 3), torch.randn(5, 3)
    expected = kl_divergence(Normal(mean, log_sigma.exp()), Normal(0.0, 1.0)).mean()
    torch.testing.assert_close(kl_to_standard(mean, log_sigma), expected)


def test_a_drawn_target_is_one_of_the_next_ones_and_never_padding() -> None:
    torch.manual_seed(0)
    targets = torch.tensor([[1, 2, 3, 4, 5], [6, 7, 0, 0, 0]])
    lengths = torch.tensor([5, 2])
    seen: list[set[int]] = [set() for _ in range(5)]
    for _ in range(200):
        drawn = drawn_ahead(targets, lengths, 3)
        assert set(drawn[1, :2].tolist()) <= {6, 7}
        for step in range(5):
            seen[step].add(int(drawn[0, step]))
    assert seen == [{1, 2, 3}, {2, 3, 4}, {3, 4, 5}, {4, 5}, {5}]


def test_training_draws_noise_and_scoring_does_not(
    cycle_data: FitData, cycle_split: Split, histories: Histories
) -> None:
    model = SequentialVAE(SMALL, cycle_data)
    reader = HistoryReader(cycle_split.train, cycle_data.dataset.profiles)
    batch = next(epoch_batches(reader, batch_size=10, max_length=20, seed=0, epoch=0))
    assert not torch.equal(model.training_loss(batch), model.training_loss(batch))
    assert torch.equal(model.score(histories), model.score(histories))


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="anneal_steps=0 must be at least 1"):
        SVAEConfig(anneal_steps=0)
    with pytest.raises(ConfigError, match=r"kl_weight=-0\.1 must be 0 or above"):
        SVAEConfig(kl_weight=-0.1)
