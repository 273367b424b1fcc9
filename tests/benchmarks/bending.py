"""How long does a whole dynamic catalogue take beside a static one? All in one run, in turns.

    python -m tests.benchmarks.bending [--items 3706 10000 100000] [--events 200] [--threads 1]

Prints medians, and the time of the fastest of the rounds in brackets (what a busy machine allows),
for static scores, dynamic scores and all dynamic vectors S_j, by head. Of a large
catalogue only a shortlist is bent; what that costs is told as the share of the first ten that it
misses, for a head whose pull is as large as static scores are.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from recengine.models.dynamic_head import SHORTLIST, SHORTLIST_ABOVE, DynamicHead, Memory
from recengine.models.unified_config import HEADS

DIM, MOMENTS, PERSONS, ROUNDS = 64, 3, 3, 15
PEOPLE = 20  # asked for what a shortlist misses
PULLS = (0.25, 0.5, 1.0)  # spread of the pull beside that of static scores


@torch.inference_mode()
def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[3706, 10_000, 100_000])
    for name, default in (("events", 200), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    for count in asked.items:
        for name, kind in HEADS.items():
            torch.manual_seed(0)
            head = kind(DIM, 2, 32)
            nn.init.normal_(head.output.weight, std=0.1)
            print(f"\n{count:,} items, {asked.events} events, head {name!r}")
            _measure(head, torch.randn(count, DIM), asked.events)


def _measure(head: DynamicHead, items: Tensor, events: int) -> None:
    interest, memory = torch.randn(1, DIM), _memory(1, events)
    queries = head.queries(items)  # depends on the items alone, so it is kept between requests
    questions: dict[str, Callable[[], Tensor]] = {"static scores": lambda: interest @ items.T}
    if len(items) <= SHORTLIST_ABOVE:
        questions["dynamic scores"] = lambda: head.scores(interest, queries, memory)
        questions["dynamic vectors"] = lambda: head.bend(items, queries, memory)
    else:
        questions["dynamic, by shortlist"] = lambda: head.added(
            interest, items, queries, memory, interest @ items.T
        )
    seconds: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(1 + ROUNDS):
        for name, ask in questions.items():
            started = time.perf_counter()
            ask()
            seconds[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(values[1:]) for name, values in seconds.items()}
    for name, value in medians.items():
        ratio = value / medians["static scores"]
        fastest = min(seconds[name][1:])
        print(f"{name:24} {value * 1e3:8.2f} ms ({fastest * 1e3:7.2f}) {ratio:7.1f} x static")
    if len(items) > SHORTLIST_ABOVE:
        _missed(head, items, queries, events)


def _missed(head: DynamicHead, items: Tensor, queries: Tensor, events: int) -> None:
    interests, memory = torch.randn(PEOPLE, DIM), _memory(PEOPLE, events)
    static = interests @ items.T
    rows = [
        head.scores(
            interests[one : one + 1],
            queries,
            Memory(
                memory.tokens[one : one + 1],
                memory.ages[one : one + 1],
                memory.present[one : one + 1],
                memory.gate[one : one + 1],
                memory.num_events,
                memory.num_moments,
            ),
        )
        for one in range(PEOPLE)
    ]
    pulls = torch.cat(rows)
    pulls = pulls / pulls.std(dim=1, keepdim=True) * static.std(dim=1, keepdim=True)
    for size in PULLS:
        total = static + size * pulls
        best = total.topk(10, dim=1).indices
        listed = torch.zeros_like(static, dtype=torch.bool)
        listed.scatter_(1, static.topk(SHORTLIST, dim=1).indices, value=True)
        missed = 1 - listed.gather(1, best).float().mean()
        print(f"pull {size:4.2f} of static: the shortlist misses {missed:.1%} of the first ten")


def _memory(people: int, events: int) -> Memory:
    tokens = events + MOMENTS + PERSONS
    return Memory(
        tokens=torch.randn(people, tokens, DIM),
        ages=torch.rand(people, tokens) * events,
        present=torch.ones(people, tokens, dtype=torch.bool),
        gate=torch.randn(people, DIM),
        num_events=events,
        num_moments=MOMENTS,
    )


if __name__ == "__main__":
    main()
