from collections.abc import Callable

import numpy as np
import pytest
import torch

from recengine.data.memory import lower, within_memory
from recengine.errors import ConfigError, TrainingError

TOO_MANY = 10**15  # numbers; no machine has room for them


def on_cuda() -> None:
    raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")


def on_windows() -> None:
    raise RuntimeError(
        "[enforce fail at alloc_cpu.cpp:116] data. DefaultCPUAllocator: not enough memory: "
        "you tried to allocate 8589934592 bytes."
    )


@pytest.mark.parametrize(
    "work",
    [on_cuda, on_windows, lambda: torch.empty(TOO_MANY), lambda: np.empty(TOO_MANY)],
    ids=["cuda", "windows", "torch", "numpy"],
)
def test_too_little_memory_is_one_message(work: Callable[[], object]) -> None:
    with (
        pytest.raises(TrainingError, match=r"^Training needs more memory than there is. Stop.$"),
        within_memory("Training", "Stop."),
    ):
        work()


def test_who_asks_chooses_the_kind() -> None:
    with pytest.raises(ConfigError), within_memory("Reading", "Stop.", ConfigError):
        on_cuda()


@pytest.mark.parametrize("error", [RuntimeError("shapes differ"), TrainingError("out of memory")])
def test_other_mistakes_stay_what_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, within_memory("Training", "Stop."):
        raise error
    assert caught.value is error


def test_what_to_lower_is_named_with_its_value() -> None:
    settings = {"seed": 3, "embedding_dim": 64, "batch_size": 32}
    assert lower(settings) == "Lower batch_size=32 or embedding_dim=64."
    assert lower({"factors": 8}) == "Lower factors=8."
    assert lower({"l2": 1.0}).startswith("Close other programs")
