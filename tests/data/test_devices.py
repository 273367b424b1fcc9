import pytest
import torch

from recengine.data.devices import described, find_device
from recengine.errors import ConfigError, UnknownNameError

CPU = torch.device("cpu")


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many of each kind there are."""
    numbers = {"cuda": 0, "mps": 0}
    for kind in numbers:
        module = torch.get_device_module(kind)
        monkeypatch.setattr(module, "is_available", lambda kind=kind: numbers[kind] > 0)
        monkeypatch.setattr(module, "device_count", lambda kind=kind: numbers[kind])
    return numbers


def test_auto_is_cuda_where_there_is_one_and_else_the_cpu(gpus: dict[str, int]) -> None:
    assert find_device("auto") == CPU
    gpus["cuda"] = 1
    assert find_device("auto") == torch.device("cuda")
    assert find_device("cpu") == CPU


def test_auto_takes_the_first_of_those_that_one_prefers(gpus: dict[str, int]) -> None:
    gpus["mps"] = 1
    assert find_device("auto") == CPU
    assert find_device("auto", ("cuda", "mps")) == torch.device("mps")
    gpus["cuda"] = 2
    assert find_device("auto", ("cuda", "mps")) == torch.device("cuda")
    assert find_device("cuda:1") == torch.device("cuda:1")


@pytest.mark.parametrize(("choice", "number"), [("cuda", 0), ("mps", 0), ("cuda:2", 2)])
def test_a_device_that_is_not_there_is_one_clear_message(
    choice: str, number: int, gpus: dict[str, int]
) -> None:
    gpus["cuda"] = number
    with pytest.raises(ConfigError) as caught:
        find_device(choice)
    assert str(caught.value) == (
        f"The device {choice!r} is not there: PyTorch {torch.__version__} finds none on this "
        f"machine. Take 'auto' or 'cpu', or install a driver and a PyTorch made for it."
    )


@pytest.mark.parametrize("choice", ["gpu", "", "cuda:one", "meta"])
def test_a_device_that_does_not_exist_is_answered_with_those_that_do(choice: str) -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown device .* Known: auto, cpu, cuda\."):
        find_device(choice)


def test_a_gpu_is_called_by_the_name_that_its_maker_gave_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"Great {device}")
    assert described(CPU) == ""
    assert described(torch.device("cuda:0")) == "Great cuda:0"
