"""Self-supervised options: what they add, and that they cost nothing when off."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
import torch

from recengine.data.batches import TrainingBatch, epoch_batches
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData, TrainedRanker
from recengine.models.gru import GRU, GRUConfig
from recengine.models.sasrec import SASRec, SASRecBinary, SASRecConfig
from recengine.models.self_supervision import (
    SelfSupervisionConfig,
    SequenceEncoder,
    info_nce,
)
from recengine.models.svae import SequentialVAE, SVAEConfig
from recengine.training.fitting import Training

OPTIONS: dict[str, dict[str, Any]] = {
    "masked": {"masked_item_weight": 0.3},
    "contrast": {"contrast_weight": 0.1},
    "dropout": {"contrast_weight": 0.1, "contrast_views": "dropout"},
}
RANKERS = pytest.mark.parametrize("ranker", [SASRec, SASRecBinary, GRU, SequentialVAE])


def small(ranker: type[TrainedRanker], **options: Any) -> Any:
    return ranker.config_class(embedding_dim=16, max_length=20, dropout=0.1, **options)


@pytest.fixture
def batch(cycle_data: FitData, cycle_split: Split) -> TrainingBatch:
    reader = HistoryReader(cycle_split.train, cycle_data.dataset.profiles)
    return next(epoch_batches(reader, batch_size=10, max_length=20, seed=0, epoch=0))


@pytest.mark.parametrize("ranker", [SASRec, GRU, SequentialVAE])
def test_with_everything_on_it_still_learns_the_next_item(
    ranker: type[TrainedRanker],
    train_on_cycle: Callable[..., Training],
    cycle_split: Split,
    cycle_reader: HistoryReader,
) -> None:
    config = small(ranker, masked_item_weight=0.3, contrast_weight=0.1, augment_share=0.5)
    training = train_on_cycle(ranker, config)
    ranks = target_ranks(training.model, cycle_reader, cycle_split.test, cycle_split.candidates)
    assert (ranks == 1).mean() > 0.9
    losses = training.records["training"].losses
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("ranker", [SASRec, GRU, SequentialVAE])
def test_hidden_items_can_be_told(
    ranker: type[TrainedRanker], cycle_data: FitData, batch: TrainingBatch
) -> None:
    torch.manual_seed(0)
    model = ranker(replace(small(ranker, **OPTIONS["masked"]), dropout=0.0), cycle_data)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(150):
        loss = model.auxiliary.masked_item_loss(model, batch.histories)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:10])


def test_a_training_on_augmented_histories_sees_other_losses(
    cycle_data: FitData, batch: TrainingBatch
) -> None:
    model = SASRec(replace(small(SASRec, augment_share=0.9), dropout=0.0), cycle_data)
    losses = {float(model.training_loss(batch).detach()) for _ in range(3)}
    assert len(losses) == 3


@RANKERS
@pytest.mark.parametrize("option", OPTIONS)
def test_an_auxiliary_adds_to_the_loss(
    ranker: type[TrainedRanker], option: str, cycle_data: FitData, batch: TrainingBatch
) -> None:
    config = replace(small(ranker, **OPTIONS[option]), dropout=0.0)
    torch.manual_seed(0)
    model = ranker(config, cycle_data)
    assert isinstance(model, SequenceEncoder)
    torch.manual_seed(1)
    whole = float(model.training_loss(batch).detach())
    torch.manual_seed(1)
    alone = float(model.main_loss(model.hidden(batch.histories), batch).detach())
    assert whole > alone + 0.01


@RANKERS
def test_off_it_adds_no_weights(ranker: type[TrainedRanker], cycle_data: FitData) -> None:
    plain = ranker(small(ranker), cycle_data).state_dict()
    helped = ranker(small(ranker, **OPTIONS["masked"]), cycle_data).state_dict()
    assert set(helped) - set(plain) == {"auxiliary.mask"}


@RANKERS
def test_the_config_survives_json(ranker: type[TrainedRanker]) -> None:
    config = small(ranker, **OPTIONS["dropout"])
    assert ranker.config_class(**asdict(config)) == config
    assert all(isinstance(value, int | float | str) for value in asdict(config).values())


@RANKERS
def test_a_masked_event_leaves_no_trace_of_its_item(
    ranker: type[TrainedRanker], cycle_data: FitData, histories: Histories
) -> None:
    model = ranker(small(ranker, **OPTIONS["masked"]), cycle_data).eval()
    assert isinstance(model, SequenceEncoder)
    masked = torch.zeros_like(histories.real)
    masked[:, 2] = True
    items = histories.items.clone()
    items[:, 2] = 6
    other = replace(histories, items=items)
    for states in (model.hidden, model.both_sides):
        assert torch.equal(states(histories, masked), states(other, masked))


@RANKERS
def test_only_both_sides_look_ahead_and_never_into_padding(
    ranker: type[TrainedRanker], cycle_data: FitData, histories: Histories
) -> None:
    model = ranker(small(ranker, **OPTIONS["masked"]), cycle_data).eval()
    assert isinstance(model, SequenceEncoder)
    masked = torch.zeros_like(histories.real)
    masked[:, 2] = True
    items = histories.items.clone()
    items[:, 4] = 6
    other = replace(histories, items=items)
    before, after = model.hidden(histories, masked), model.hidden(other, masked)
    assert torch.equal(before[:, :4], after[:, :4])
    before, after = model.both_sides(histories, masked), model.both_sides(other, masked)
    assert not torch.equal(before[:, 2], after[:, 2])
    one = histories.rows(histories.lengths.argmin()[None])
    length = int(one.lengths)
    short = {n: getattr(one, n)[:, :length] for n in ("items", "values", "events", "gaps")}
    cut = replace(one, contexts=one.contexts[:, :length], **short)
    assert length < one.items.shape[1]
    torch.testing.assert_close(
        model.both_sides(one, masked[:1])[:, :length],
        model.both_sides(cut, masked[:1, :length]),
        atol=1e-5,
        rtol=1e-4,
    )


def test_contrast_by_hand() -> None:
    first, second = torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [0.0, 3.0]])
    # Each view has its partner at similarity 1 and two others at 0, so at temperature 0.5:
    expected = -np.log(np.exp(2) / (np.exp(2) + 2))
    assert float(info_nce(first, second, 0.5)) == pytest.approx(expected)
    swapped = second.flip(0)  # the partner at 0, one other at 1 and one at 0
    expected = -np.log(1 / (np.exp(2) + 2))
    assert float(info_nce(first, swapped, 0.5)) == pytest.approx(expected)


def test_a_single_history_has_nothing_to_contrast_with() -> None:
    assert float(info_nce(torch.ones(1, 3), torch.rand(1, 3), 0.5)) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"contrast_views": "flip"}, "contrast_views='flip' must be one of augment, dropout"),
        ({"crop_share": 1.2}, r"crop_share=1\.2 must lie between 0 and 1"),
        ({"reorder_share": 1.0}, r"reorder_share=1\.0 would leave no event in place"),
        ({"contrast_weight": -1.0}, r"contrast_weight=-1\.0 must be 0 or above"),
        ({"temperature": 0.0}, r"temperature=0\.0 must be above 0"),
    ],
)
def test_impossible_settings_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        SelfSupervisionConfig(**options)


def test_the_checks_of_the_options_hold_for_the_rankers() -> None:
    with pytest.raises(ConfigError, match="temperature"):
        SASRecConfig(temperature=-1.0)
    with pytest.raises(ConfigError, match="temperature"):
        GRUConfig(temperature=-1.0)
    with pytest.raises(ConfigError, match="temperature"):
        SVAEConfig(temperature=-1.0)
