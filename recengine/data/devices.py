"""Where tensors are computed: the processor, or a GPU where there is one."""

from collections.abc import Sequence

import torch

from recengine.errors import ConfigError, UnknownNameError

AUTO = "auto"
CPU = torch.device("cpu")
CHOICES = (AUTO, "cpu", "cuda")


def find_device(choice: str, preferred: Sequence[str] = ("cuda",)) -> torch.device:
    """The device that somebody chose.

    Args:
        choice: "cpu", "cuda", "cuda:1", "mps" ...; "auto" takes the best there is.
        preferred: what "auto" takes before the CPU if it is there, best first.

    Raises:
        UnknownNameError: there is no such kind of device.
        ConfigError: there is, but not on this machine, or not for this build of PyTorch.
    """
    if choice == AUTO:
        return next((d for d in map(torch.device, preferred) if _is_there(d)), CPU)
    try:
        device = torch.device(choice)
        there = _is_there(device)
    except RuntimeError:
        raise UnknownNameError("device", choice, CHOICES) from None
    if not there:
        raise ConfigError(
            f"The device {choice!r} is not there: PyTorch {torch.__version__} finds none on this "
            f"machine. Take 'auto' or 'cpu', or install a driver and a PyTorch made for it."
        )
    return device


def described(device: torch.device) -> str:
    """What a GPU is called by its maker; empty for the processor."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else ""


def _is_there(device: torch.device) -> bool:
    kind = torch.get_device_module(device)
    return kind.is_available() and (device.index or 0) < kind.device_count()
