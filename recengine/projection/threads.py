"""How many threads torch uses for a while, given back afterwards.

UMAP's compiled code sets the number for the whole process and leaves it changed; and steps as
small as those of the placement network are ten times slower on several threads of a busy machine.
"""

import contextlib
from collections.abc import Iterator

import torch


@contextlib.contextmanager
def torch_threads(count: int | None = None) -> Iterator[None]:
    """Run with `count` threads (None: as many as before); the former number is restored."""
    before = torch.get_num_threads()
    if count is not None:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
