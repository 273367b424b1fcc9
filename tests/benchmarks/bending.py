"""How long does a whole dynamic catalogue take beside a static one? Both in one run, in turns.

    python -m tests.benchmarks.bending [--items 3706] [--events 200] [--threads 1]

Prints medians for: static scores, dynamic scores, and all dynamic vectors S_j with their attention.
"""

import argparse
import statistics
import time

import torch

from recengine.models.memory_head import Memory, MemoryHead

DIM, FEATURES, ROUNDS = 64, 6, 15


@torch.inference_mode()
def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("items", 3706), ("events", 200), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(0)
    head = MemoryHead(DIM, num_heads=2, key_dim=32)
    items, interest = torch.randn(asked.items, DIM), torch.randn(1, DIM)
    tokens = asked.events + FEATURES
    memory = Memory(
        tokens=torch.randn(1, tokens, DIM),
        ages=torch.rand(1, tokens) * asked.events,
        present=torch.ones(1, tokens, dtype=torch.bool),
        gate=torch.randn(1, DIM),
    )
    queries = head.queries(items)  # depends on the items alone, so it is kept between requests
    questions = {
        "static scores": lambda: interest @ items.T,
        "dynamic scores, by token": lambda: head.token_parts(interest, queries, memory),
        "dynamic vectors": lambda: head.bend(items, queries, memory),
    }
    seconds: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(1 + ROUNDS):
        for name, ask in questions.items():
            started = time.perf_counter()
            ask()
            seconds[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(values[1:]) for name, values in seconds.items()}
    for name, value in medians.items():
        ratio = value / medians["static scores"]
        print(f"{name:28} {value * 1000:8.2f} ms   {ratio:7.1f} x static")


if __name__ == "__main__":
    main()
