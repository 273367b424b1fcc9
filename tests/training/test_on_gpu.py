"""Training on a GPU, from the first batch to the file: a pretended one (tests/pretend_gpu.py)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from recengine.data.splits import Split
from recengine.models import MODELS, catalogue_softmax
from recengine.models.base import FitData, TrainedRanker
from recengine.models.unified import Unified, UnifiedConfig
from recengine.training.checkpoint import load_checkpoint
from recengine.training.fitting import Recipe, Training
from recengine.training.random_state import ON_CPU, ON_CUDA, random_states, restore_random_states
from recengine.training.rankers import load_ranker, save_ranker
from recengine.training.recipes import trainer_for
from recengine.training.trainer import TrainerConfig
from recengine.training.unified import UnifiedRecipe
from tests.pretend_gpu import CPU, GPU, pretend_gpu

LOOP = TrainerConfig(epochs=2, batch_size=10, patience=9)
UNIFIED = UnifiedRecipe(
    model=UnifiedConfig(embedding_dim=16, max_length=10, memory_key_dim=8, text_dim=4),
    static=LOOP,
    dynamic=replace(LOOP, epochs=1),
    rating=replace(LOOP, epochs=1),
    steps_per_history=4,
    decays=(3.0, 8.0),
    betas=(0.0, 5.0),
    gate_strengths=(1.0,),
)

Train = Callable[..., Training]


@pytest.fixture(autouse=True)
def gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same precision on both, so that both come to the same."""
    monkeypatch.setattr(catalogue_softmax, "fast_product_dtype", lambda _: torch.float32)
    with pretend_gpu():
        yield


@pytest.fixture
def train(cycle_data: FitData, cycle_split: Split, tmp_path: Path) -> Train:
    """Trains a ranker by name; runs of the same folder may go on from one another."""

    def train(
        name: str,
        device: torch.device,
        folder: str = "",
        *,
        resume: bool = False,
        stop_after: int = 0,
    ) -> Training:
        model = MODELS[name]
        parts = {other: MODELS[other].fit(cycle_data) for other in model.builds_on}
        if issubclass(model, TrainedRanker):
            recipe = Recipe(model=model.config_class(), trainer=LOOP)
        path = tmp_path / (folder or str(device).replace(":", "-"))
        trainer = trainer_for(
            name,
            cycle_data,
            cycle_split,
            UNIFIED if model is Unified else recipe,
            parts,
            path,
            resume=resume,
            device=device,
        )

        def end(epoch: int, _: float) -> None:
            if epoch == stop_after:
                raise InterruptedError

        return trainer.run(after_epoch=end)

    return train


def same(one: Training, other: Training) -> None:
    assert one.records.keys() == other.records.keys()
    for name, record in one.records.items():
        assert record.losses == pytest.approx(other.records[name].losses, rel=1e-3)
    for name, weight in one.model.state_dict().items():
        found = other.model.state_dict()[name]
        torch.testing.assert_close(found, weight, atol=1e-2, rtol=1e-2, msg=name)


@pytest.mark.parametrize("name", ["sasrec", "gru", "svae", "din", "lightgcn", "biased-mf"])
def test_a_ranker_trained_on_the_gpu_is_that_of_the_cpu_and_comes_back(
    name: str, train: Train, cycle_data: FitData, tmp_path: Path
) -> None:
    here, there = train(name, CPU), train(name, GPU)
    same(here, there)
    assert there.model.device == CPU
    save_ranker(tmp_path / "kept", there.model, cycle_data.dataset, {})
    assert load_ranker(tmp_path / "kept", cycle_data)[0].device == CPU


def test_all_stages_of_the_unified_ranker_run_on_the_gpu(train: Train) -> None:
    here, there = train("unified", CPU), train("unified", GPU)
    assert list(there.records) == ["static", "dynamic", "rating"]
    same(here, there)
    assert there.validation == pytest.approx(here.validation, abs=0.02)
    assert isinstance(there.model, Unified)
    assert there.model.device == CPU
    assert there.model.prior is None or there.model.prior.weights.device == CPU


@pytest.mark.parametrize(("first", "second"), [(GPU, GPU), (GPU, CPU), (CPU, GPU)])
def test_a_killed_run_goes_on_wherever_it_is_resumed(
    first: torch.device, second: torch.device, train: Train
) -> None:
    whole = train("svae", CPU, "whole")
    with pytest.raises(InterruptedError):
        train("svae", first, "killed", stop_after=1)
    same(whole, train("svae", second, "killed", resume=True))


def test_the_numbers_drawn_on_the_gpu_go_on_as_well(train: Train, tmp_path: Path) -> None:
    train("svae", GPU, "run")
    train("svae", CPU, "other")
    kept, _ = load_checkpoint(tmp_path / "run" / "training.safetensors")
    assert {ON_CPU, ON_CUDA} <= kept.keys()
    other, _ = load_checkpoint(tmp_path / "other" / "training.safetensors")
    assert ON_CPU in other
    assert ON_CUDA not in other


def test_both_generators_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[tuple[torch.Tensor, torch.device]] = []
    monkeypatch.setattr(
        torch.cuda, "set_rng_state", lambda state, device: put.append((state, device))
    )
    states = random_states(GPU)
    drawn = torch.rand(3)
    restore_random_states(states, GPU)
    assert torch.equal(torch.rand(3), drawn)
    assert put == [(states[ON_CUDA], GPU)]
    restore_random_states(random_states(CPU), GPU)
    assert len(put) == 1
