"""The generators that a run draws from, kept with its checkpoints: one a device."""

from collections.abc import Mapping

import torch
from torch import Tensor

ON_CPU, ON_CUDA = "random_state", "random_state_cuda"


def random_states(device: torch.device) -> dict[str, Tensor]:
    """What a run on this device goes on from; most is drawn on the CPU wherever it runs."""
    states = {ON_CPU: torch.get_rng_state()}
    if device.type == "cuda":
        states[ON_CUDA] = torch.cuda.get_rng_state(device)
    return states


def restore_random_states(states: Mapping[str, Tensor], device: torch.device) -> None:
    """Go on from there; a run from another device goes on with fresh numbers on this one."""
    torch.set_rng_state(states[ON_CPU])
    if device.type == "cuda" and ON_CUDA in states:
        torch.cuda.set_rng_state(states[ON_CUDA], device)
