"""Too little memory, whoever notices it, as one message that says what to lower."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from recengine.errors import RecEngineError, TrainingError

# Settings on which most of the memory depends.
LOWERABLE = (
    *("batch_size", "max_length", "num_events", "requests", "shortlist"),
    *("embedding_dim", "hidden_dim", "latent_dim", "factors", "num_blocks", "neighbours"),
)
# What torch says where it has no exception of its own, in small letters.
SIGNS = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "cublas_status_alloc_failed",
)


@contextlib.contextmanager
def within_memory(
    work: str, cure: str, kind: type[RecEngineError] = TrainingError
) -> Iterator[None]:
    """Say it in one message if the work inside needs more memory than there is.

    Args:
        work: what needs it, the beginning of a sentence.
        cure: what to do next, a sentence.
        kind: what is raised.

    Raises:
        TrainingError, or `kind`: numpy or torch, on whatever device, found no memory.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RecEngineError) or not _is_shortage(error):
            raise
        raise kind(f"{work} needs more memory than there is. {cure}") from error


def lower(settings: Mapping[str, Any]) -> str:
    """What to do next, for work with these settings."""
    named = [f"{name}={settings[name]}" for name in LOWERABLE if name in settings]
    if named:
        return f"Lower {', '.join(named[:-1])}{' or ' * (len(named) > 1)}{named[-1]}."
    return "Close other programs, bring fewer items and events, or take another ranker."


def _is_shortage(error: Exception) -> bool:
    said = str(error).lower()
    known = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return known or any(sign in said for sign in SIGNS)
