from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from recengine.errors import ConfigError, StorageError, TrainingError
from recengine.training.checkpoint import load_checkpoint, run_folder, save_checkpoint
from recengine.training.trainer import Trainer, TrainerConfig

CONFIG = TrainerConfig(epochs=4, batch_size=1, learning_rate=0.05, average=0.5, patience=4)


class Line:
    """Fit y = 2 x with dropout, so that the random state matters."""

    def __init__(self, path: Path, config: TrainerConfig = CONFIG, width: int = 4) -> None:
        torch.manual_seed(7)
        self.model = nn.Sequential(nn.Linear(4, width), nn.Dropout(0.5), nn.Linear(width, 1))
        self.trainer = Trainer(self.model, config, path)
        self.validated = 0
        self.stop_after = 99

    def batches(self, epoch: int) -> Iterator[Tensor]:
        generator = torch.Generator().manual_seed(epoch)
        for _ in range(3):
            yield torch.randn(8, 4, generator=generator)

    def loss(self, batch: Tensor) -> Tensor:
        return (self.model(batch)[:, 0] - 2 * batch[:, 0]).square().mean()

    def validate(self) -> float:
        if self.validated == self.stop_after:
            raise KeyboardInterrupt
        self.validated += 1
        torch.rand(5)  # validation may draw random numbers without changing training
        return -float(self.loss(torch.ones(2, 4)).detach())

    def run(self, **options: Any) -> list[Tensor]:
        self.trainer.run(self.batches, 3, self.loss, self.validate, **options)
        return [p.detach().clone() for p in self.model.parameters()]


def test_a_killed_run_resumes_to_the_same_weights(tmp_path: Path) -> None:
    whole = Line(tmp_path / "whole.safetensors").run()
    killed = Line(tmp_path / "killed.safetensors")
    killed.stop_after = 2
    with pytest.raises(KeyboardInterrupt):
        killed.run()
    resumed = Line(tmp_path / "killed.safetensors")
    weights = resumed.run(resume=True)
    assert resumed.validated == 2
    assert all(torch.equal(a, b) for a, b in zip(weights, whole, strict=True))


def test_a_finished_run_does_nothing_when_resumed(tmp_path: Path) -> None:
    first = Line(tmp_path / "run.safetensors")
    weights = first.run()
    again = Line(tmp_path / "run.safetensors")
    assert all(torch.equal(a, b) for a, b in zip(again.run(resume=True), weights, strict=True))
    assert again.validated == 0


def test_a_run_with_nothing_to_learn_from_is_one_clear_message(tmp_path: Path) -> None:
    line = Line(tmp_path / "run.safetensors")
    with pytest.raises(TrainingError, match=r"Training has nothing to learn from: nobody has two"):
        line.trainer.run(lambda _: iter(()), 0, line.loss, line.validate)


def test_a_run_that_is_ended_after_an_epoch_has_that_epoch_on_disk(tmp_path: Path) -> None:
    told = []

    def end_after_two(epoch: int, score: float) -> None:
        told.append((epoch, score))
        if epoch == 2:
            raise InterruptedError

    line = Line(tmp_path / "run.safetensors")
    with pytest.raises(InterruptedError):
        line.run(after_epoch=end_after_two)
    assert told == list(enumerate(line.trainer.record.scores, start=1))
    assert load_checkpoint(tmp_path / "run.safetensors")[1]["record"]["scores"] == [
        score for _, score in told
    ]


def test_the_best_weights_win_not_the_last(tmp_path: Path) -> None:
    line = Line(tmp_path / "run.safetensors", replace(CONFIG, patience=2, epochs=9))
    scores = iter([0.1, 0.9, 0.2, 0.3, 0.4])
    line.validate = lambda: next(scores)  # type: ignore[method-assign]
    line.run()
    assert line.trainer.record.scores == [0.1, 0.9, 0.2, 0.3]
    assert line.trainer.record.best_epoch == 2
    best = line.trainer.best["0.weight"]
    assert torch.equal(line.model[0].weight, best)


class Breaking(Line):
    """Breaks at one step: in its loss, its gradients or its weights."""

    def __init__(self, path: Path, how: str, step: int) -> None:
        super().__init__(path)
        self.how, self.breaks_at = how, step

    def loss(self, batch: Tensor) -> Tensor:
        loss = super().loss(batch)
        if self.trainer.step + 1 != self.breaks_at or not self.model.training:
            return loss
        if self.how == "loss":
            return loss * float("nan")
        if self.how == "gradients":
            return loss + (self.model[0].weight * 0).sqrt().sum()  # 0, with a slope of 0 * inf
        with torch.no_grad():
            self.model[2].bias.fill_(float("inf"))  # after its last use
        return loss


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("loss", "loss became nan"),
        ("gradients", "size of the gradients became nan"),
        ("weights", "sum of the weights '2.bias' became nan"),
    ],
)
def test_what_is_no_number_stops_before_the_checkpoint_is_written(
    tmp_path: Path, how: str, said: str
) -> None:
    path = tmp_path / "run.safetensors"
    broken = Breaking(path, how, step=6)  # the last one of epoch 2
    kept = []
    with pytest.raises(TrainingError) as caught:
        broken.run(after_epoch=lambda *_: kept.append(path.read_bytes()))
    assert str(caught.value) == (
        f"The {said} at step 6 of 12 (epoch 2). The checkpoint of epoch 1 is kept. "
        f"Lower learning_rate (0.05) and train again."
    )
    assert [path.read_bytes()] == kept
    whole = Line(tmp_path / "whole.safetensors").run()
    resumed = Line(path).run(resume=True)
    assert all(torch.equal(a, b) for a, b in zip(resumed, whole, strict=True))


def test_a_training_that_breaks_in_its_first_epoch_promises_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    with pytest.raises(TrainingError, match=r"step 3 of 12 \(epoch 1\). Nothing was saved yet."):
        Breaking(path, "gradients", step=3).run()
    assert not path.exists()


def test_a_validation_that_is_no_number_stops_before_the_checkpoint_is_written(
    tmp_path: Path,
) -> None:
    line = Line(tmp_path / "run.safetensors")
    line.validate = lambda: float("nan")  # type: ignore[method-assign]
    with pytest.raises(TrainingError, match=r"score on validation became nan at step 3 of 12"):
        line.run()
    assert not line.trainer.checkpoint.exists()


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA"), MemoryError("8 GiB")])
def test_too_little_memory_names_what_to_lower(tmp_path: Path, error: Exception) -> None:
    def loss(_: Tensor) -> Tensor:
        raise error

    line = Line(tmp_path / "run.safetensors")
    line.loss = loss  # type: ignore[method-assign]
    line.model.config = SimpleNamespace(embedding_dim=4)
    with pytest.raises(TrainingError, match=r"^Fit needs more .*batch_size=1 or embedding_dim=4"):
        line.run(stage="Fit")


@pytest.mark.parametrize("width", [4, 6])
def test_another_model_or_other_settings_start_anew_and_say_so(tmp_path: Path, width: int) -> None:
    config = replace(CONFIG, learning_rate=CONFIG.learning_rate * (2 if width == 4 else 1))
    Line(tmp_path / "run.safetensors").run()
    other = Line(tmp_path / "run.safetensors", config, width)
    told: list[str] = []
    weights = other.run(resume=True, progress=lambda stage, *_: told.append(stage))
    assert other.validated == config.epochs
    assert told[0] == "The checkpoint is of another model or other settings: starting anew"
    whole = Line(tmp_path / "whole.safetensors", config, width).run()
    assert all(torch.equal(a, b) for a, b in zip(weights, whole, strict=True))


def test_every_run_has_a_folder_of_its_own_and_says_when_it_is_a_new_one(tmp_path: Path) -> None:
    told: list[str] = []

    def folder(*decisive: object) -> Path:
        return run_folder(tmp_path, decisive, lambda stage, *_: told.append(stage))

    first = folder("data", {"epochs": 3, "width": 4})
    assert told == []
    first.mkdir()
    assert folder("data", {"width": 4, "epochs": 3}) == first
    assert told == []
    assert folder("other data", {"epochs": 3, "width": 4}) != first
    assert told == ["Data or settings are not those of earlier runs: starting anew"]


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="schedule='linear'"):
        TrainerConfig(schedule="linear")
    with pytest.raises(ConfigError, match="epochs=0 must be at least 1"):
        TrainerConfig(epochs=0)


def test_checkpoints_come_back_as_they_were(tmp_path: Path) -> None:
    tensors = {"a/b": torch.randn(3, 2), "c": torch.tensor(4)}
    save_checkpoint(tmp_path / "x.safetensors", tensors, {"step": 3})
    again, facts = load_checkpoint(tmp_path / "x.safetensors")
    assert facts == {"step": 3}
    assert all(torch.equal(again[name], value) for name, value in tensors.items())


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"not a tensor file"])
def test_a_damaged_checkpoint_is_one_clear_message(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"missing or damaged.*Delete it"):
        load_checkpoint(path)
