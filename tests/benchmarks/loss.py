"""How much faster is the chunked cross-entropy than the textbook form? Both in one run, in turns.

    python -m tests.benchmarks.loss [--tokens 6400] [--items 3417] [--dim 64] [--threads 2]

Prints medians of seconds per forward and backward pass, and their ratio.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from recengine.models.losses import fast_product_dtype, linear_cross_entropy

ROUNDS = 9


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("tokens", 6400), ("items", 3417), ("dim", 64), ("threads", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(0)
    hidden = torch.randn(asked.tokens, asked.dim, requires_grad=True)
    items = (0.05 * torch.randn(asked.items, asked.dim)).requires_grad_()
    bias = torch.zeros(asked.items, requires_grad=True)
    targets = torch.randint(0, asked.items, (asked.tokens,))
    dtype = fast_product_dtype(torch.device("cpu"))
    forms: dict[str, Callable[[], Tensor]] = {
        "textbook": lambda: F.cross_entropy(hidden @ items.T + bias, targets),
        "chunked float32": lambda: linear_cross_entropy(hidden, items, bias, targets),
        f"chunked {dtype}": lambda: linear_cross_entropy(hidden, items, bias, targets, dtype),
    }
    seconds: dict[str, list[float]] = {name: [] for name in forms}
    for _ in range(1 + ROUNDS):
        for name, form in forms.items():
            started = time.perf_counter()
            form().backward()
            seconds[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(values[1:]) for name, values in seconds.items()}
    for name, value in medians.items():
        print(f"{name:24} {value * 1000:8.1f} ms   {medians['textbook'] / value:5.2f} x textbook")


if __name__ == "__main__":
    main()
