"""Would compiling the request path pay? Dynamic scores as they are, and by torch.compile.

    python -m tests.benchmarks.compiling [--items 3706] [--events 200] [--threads 1] [--rounds 100]

Asked in turns for the scores of one person is the same untrained ranker as in
`tests.benchmarks.bending`. Printed are the medians and, in brackets, the processor's time alone;
how long the first call takes, which compiles; how long the first call takes once the history has
another length, as the next person's has; and how far the scores differ. Compiled code needs a C++
compiler on the machine that serves. ONNX Runtime is no dependency and is not measured.
"""

import argparse
import importlib.util
import shutil
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch._inductor import config as inductor

from tests.benchmarks.bending import model_and_person

HEAD = "memory"  # that of the served ranker
OTHER_LENGTH = 0.6  # share of the events that the next person has
COMPILERS = ("c++", "g++", "clang++")

Ask = Callable[[], Tensor]


@torch.inference_mode()
def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("items", 3706), ("events", 200), ("threads", 1), ("rounds", 100)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    if not any(map(shutil.which, COMPILERS)):
        raise SystemExit(f"torch.compile needs one of {', '.join(COMPILERS)}; none was found.")
    torch.set_num_threads(asked.threads)
    inductor.force_disable_caches = True  # or the compile time is that of an earlier run
    torch.manual_seed(0)
    model, history = model_and_person(HEAD, asked.items, asked.events)
    other = model_and_person(HEAD, asked.items, int(OTHER_LENGTH * asked.events))[1]
    now, later = ((model.interest_now(each), each) for each in (history, other))
    print(f"{asked.items:,} items, {asked.events} events, {asked.threads} thread(s)")
    _compare(model.score_with, now, later, asked.rounds)
    missing = importlib.util.find_spec("onnxruntime") is None
    print(f"ONNX Runtime is {'not ' if missing else ''}installed; it is not measured.")


def _compare(score: Callable[..., Tensor], now: tuple, later: tuple, rounds: int) -> None:
    """As it is and compiled, in turns."""
    compiled = torch.compile(score)
    first, ready = _seconds(lambda: compiled(*now))
    again, _ = _seconds(lambda: compiled(*later))
    plain = score(*now)
    ways: dict[str, Ask] = {"as it is": lambda: score(*now), "compiled": lambda: compiled(*now)}
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, ask in ways.items():
            started = time.perf_counter(), time.process_time()
            ask()
            taken[way].append((time.perf_counter() - started[0], time.process_time() - started[1]))
    known = torch.isfinite(plain)
    apart = float((ready - plain)[known].abs().max())
    for way, values in taken.items():
        waited, worked = (statistics.median(column) for column in zip(*values, strict=True))
        print(f"{way:12} {1e3 * waited:8.2f} ms ({1e3 * worked:7.2f})")
    print(f"first call {first:.1f} s, first of another length {again:.1f} s")
    print(f"scores differ by at most {apart:.1e}")


def _seconds(ask: Ask) -> tuple[float, Tensor]:
    started = time.perf_counter()
    answer = ask()
    return time.perf_counter() - started, answer


if __name__ == "__main__":
    main()
