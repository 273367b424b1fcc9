"""What every ranker promises about a GPU, shown on a pretended one (tests/pretend_gpu.py)."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from recengine.data.batches import TrainingBatch, epoch_batches
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.models import MODELS, catalogue_softmax, joint_text
from recengine.models.base import FitData, Ranker, TrainedRanker, WeightedRanker
from recengine.models.gru import GRUConfig
from recengine.models.joint_text import JointText
from recengine.models.sasrec import SASRecConfig
from tests.pretend_gpu import CPU, GPU, pretend_gpu

TRAINED = [model for model in MODELS.values() if issubclass(model, TrainedRanker)]
SELF_SUPERVISED = {"masked_item_weight": 0.3, "contrast_weight": 0.1, "augment_share": 0.5}


@pytest.fixture(autouse=True)
def gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same precision on both, so that both come to the same."""
    for module in (catalogue_softmax, joint_text):
        monkeypatch.setattr(module, "fast_product_dtype", lambda _: torch.float32)
    with pretend_gpu():
        yield


@pytest.fixture
def batch(cycle_data: FitData, cycle_split: Split) -> TrainingBatch:
    reader = HistoryReader(cycle_split.train, cycle_data.dataset.profiles)
    return next(epoch_batches(reader, batch_size=8, max_length=20, seed=0, epoch=0))


@pytest.fixture
def histories(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.test.take(np.arange(7))
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)


def made(model: type[Ranker], data: FitData, **settings: float) -> Ranker:
    torch.manual_seed(0)
    config = {"config": model.config_class(**settings)} if settings else {}  # type: ignore[attr-defined]
    ranker = model.fit(data, **config)
    ranker.build_on({name: MODELS[name].fit(data) for name in ranker.builds_on})
    return ranker


def on_gpu(ranker: Ranker) -> Ranker:
    return ranker.to(GPU) if isinstance(ranker, nn.Module) else ranker.moved(lambda t: t.to(GPU))


def learnt(ranker: TrainedRanker, batch: TrainingBatch) -> Tensor:
    """Loss of a step, after which the gradients are there."""
    torch.manual_seed(1)
    loss = ranker.train().training_loss(batch)
    loss.backward()
    return loss.detach()


def same_on_both(here: TrainedRanker, there: TrainedRanker, batch: TrainingBatch) -> None:
    expected, found = learnt(here, batch), learnt(there.to(GPU), batch.to(GPU))
    assert found.device == GPU
    torch.testing.assert_close(found.cpu(), expected)
    slopes = {name: weight.grad for name, weight in there.named_parameters()}
    for name, weight in here.named_parameters():
        if weight.grad is not None and not name.startswith("adapter"):  # see joint-text, below
            assert slopes[name].device == GPU, name
            torch.testing.assert_close(slopes[name].cpu(), weight.grad, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize("model", TRAINED, ids=lambda model: model.name)
def test_a_training_step_stays_on_the_gpu_and_is_that_of_the_cpu(
    model: type[TrainedRanker], cycle_data: FitData, batch: TrainingBatch
) -> None:
    here, there = made(model, cycle_data), made(model, cycle_data)
    assert isinstance(here, TrainedRanker)
    assert isinstance(there, TrainedRanker)
    same_on_both(here, there, batch)


@pytest.mark.parametrize("config", [SASRecConfig, GRUConfig])
def test_so_does_one_with_self_supervision(
    config: type, cycle_data: FitData, batch: TrainingBatch
) -> None:
    model = next(each for each in TRAINED if each.config_class is config)
    here, there = (made(model, cycle_data, **SELF_SUPERVISED) for _ in range(2))
    assert isinstance(here, TrainedRanker)
    assert isinstance(there, TrainedRanker)
    same_on_both(here, there, batch)


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
@torch.no_grad()
def test_scores_are_where_the_ranker_is_and_those_of_the_cpu(
    model: type[Ranker], cycle_data: FitData, histories: Histories
) -> None:
    ranker = made(model, cycle_data)
    if isinstance(ranker, WeightedRanker):
        ranker.eval()
    expected = ranker.score(histories)
    there = on_gpu(ranker)
    assert there.device == (CPU if model.name == "hybrid" else GPU)  # it has no numbers of its own
    found = there.score(histories.to(there.device))
    assert found.device == there.device
    torch.testing.assert_close(found.cpu(), expected, atol=1e-5, rtol=1e-4)
    if isinstance(there, nn.Module):
        assert there.to(CPU).device == CPU
        torch.testing.assert_close(there.score(histories), found.cpu(), atol=1e-5, rtol=1e-4)


def test_what_others_share_stays_where_it_is(cycle_data: FitData) -> None:
    ease = MODELS["recency-ease"].fit(cycle_data)
    net = MODELS["din"].fit(cycle_data)
    net.build_on({"recency-ease": ease})
    assert isinstance(net, WeightedRanker)
    assert net.to(GPU).device == GPU
    assert ease.device == CPU


def test_a_language_model_goes_along_with_its_ranker(cycle_data: FitData) -> None:
    ranker = made(JointText, cycle_data)
    assert isinstance(ranker, JointText)
    assert ranker.to(GPU).reads_on == GPU
    assert ranker.to(CPU).reads_on == CPU


def test_the_pretended_gpu_keeps_the_rules_of_a_real_one() -> None:
    there = torch.ones(3).to(GPU)
    with pytest.raises(RuntimeError, match="same device"):
        there + torch.ones(3)
    with pytest.raises(RuntimeError, match="same device"):
        torch.ones(3)[torch.arange(2, device=GPU)]
    with pytest.raises(RuntimeError):
        there.numpy()
    assert torch.equal(there[torch.tensor([0])].cpu() + 1, torch.tensor([2.0]))
