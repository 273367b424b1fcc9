"""What both sides are measured with; standard library alone, for it runs in two environments."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any


class Meter:
    """Lets batches through until time is up, and counts the targets in them."""

    def __init__(self, budget: float) -> None:
        self.latest, self.targets = time.perf_counter() + budget, 0

    def let(self, batches: Iterable[Any], count: Callable[[Any], int]) -> Iterator[Any]:
        """The batches that begin within the budget, in seconds."""
        for batch in batches:
            if time.perf_counter() > self.latest:
                return
            self.targets += count(batch)
            yield batch


def peak_mebibytes() -> float:
    """Most memory that this process ever held."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def read_task() -> dict[str, Any]:
    """What this process shall measure, from the file that its command line names."""
    task, sys.argv = json.loads(Path(sys.argv[1]).read_text()), sys.argv[:1]
    return task


def answer(task: dict[str, Any], facts: dict[str, Any]) -> None:
    """Hand over what was measured."""
    Path(task["answer"]).write_text(json.dumps({**facts, "mebibytes": peak_mebibytes()}))
