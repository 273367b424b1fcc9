"""How long does a whole dynamic catalogue take beside a static one? All in one run, in turns.

    python -m tests.benchmarks.bending [--items 3706 10000 100000] [--events 200] [--threads 1]
    python -m tests.benchmarks.bending --missed HOME --items

Prints medians, and in brackets the processor's time alone (on a busy machine the rest is waiting),
by head: static scores, dynamic scores, their split into parts, a whole request as it is served
(split, centred and put in order), and all dynamic vectors S_j. The model is untrained, knows items
by id and has no prior.

Of a large catalogue only a shortlist is bent. What that costs is told as the share of the exact
first ten that it misses: for heads whose pull is drawn at random, as large as static scores are,
and, with `--missed`, for the ranker of MovieLens-1M in a workspace with shortlists of some sizes.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from recengine.data.dataset import Dataset
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Questions
from recengine.data.workspace import Workspace
from recengine.engine.opening import open_state
from recengine.engine.scoring import scored
from recengine.evaluation.asking import mask_seen
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.contexts import moments_of
from recengine.explanations.contributions import split_scores
from recengine.models import dynamic_head
from recengine.models.base import FitData
from recengine.models.dynamic_head import SHORTLIST, DynamicHead, Memory, is_large
from recengine.models.unified import Unified
from recengine.models.unified_config import HEADS, UnifiedConfig
from recengine.types import Request

DIM, MOMENTS, PERSONS, ROUNDS = 64, 3, 3, 15
PEOPLE = 20  # asked for what a shortlist misses
ASKED = 500  # people of MovieLens-1M asked for the same
SIZES = (74, 185, 370)  # shortlists of 2, 5 and 10 % of its catalogue; 2,000 of 100,000 is 2 %
PULLS = (0.25, 0.5, 1.0)  # spread of the pull beside that of static scores


@torch.inference_mode()
def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="*", default=[3706, 10_000, 100_000])
    parser.add_argument("--missed", type=Path, metavar="HOME")
    for name, default in (("events", 200), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    for count in asked.items:
        for name, kind in HEADS.items():
            torch.manual_seed(0)
            print(f"\n{count:,} items, {asked.events} events, head {name!r}")
            _measure(*model_and_person(name, count, asked.events))
            if is_large(count):
                head = kind(DIM, 2, 32)
                nn.init.normal_(head.output.weight, std=0.1)
                _missed(head, torch.randn(count, DIM), asked.events)
    if asked.missed:
        _missed_by_trained(asked.missed)


def model_and_person(head: str, count: int, events: int) -> tuple[Unified, Histories]:
    """A model that bends, and one person with their moment."""
    chosen = np.random.default_rng(0).choice(count, events, replace=False)
    log = pd.DataFrame({"user_id": "one", "item_id": [f"i{item}" for item in chosen]})
    log = log.assign(timestamp=86_400 * np.arange(events), event="view", value=1.0)
    items = pd.DataFrame({"item_id": [f"i{item}" for item in range(count)]})
    items = items.assign(title=items["item_id"], categories=[[]] * count)
    dataset = Dataset("many", "Many items", log, items, pd.DataFrame({"user_id": ["one"]}))
    data = FitData(dataset, dataset.log, np.ones(1 + count, dtype=bool), None)
    model = Unified.fit(data, UnifiedConfig(embedding_dim=DIM, head=head))
    nn.init.normal_(model.delta.weight, std=1.0)
    nn.init.normal_(model.memory_head.output.weight, std=0.1)
    model.warm.fill_(1.0)
    model.dynamic.fill_(True)
    model.freeze()
    span, moment = dataset.log.span(0), np.ones((1, MOMENTS), dtype=np.int64)
    return model, HistoryReader(dataset.log, dataset.profiles).read(
        np.array([0]), np.array([span.start]), np.array([span.stop]),
        max_length=model.events_read, request=moment,
    )  # fmt: skip


def _measure(model: Unified, history: Histories) -> None:
    interest, items = model.interest_now(history), model.item_vectors()
    candidates = torch.ones(len(items), dtype=torch.bool)
    candidates[0] = False
    request = Request(user_id="one")
    questions: dict[str, Callable[[], object]] = {
        "static scores": lambda: interest @ items.T,
        "dynamic scores": lambda: model.score_with(interest, history),
        "split into parts": lambda: split_scores(model, history),
        "a request served": lambda: scored(request, model, history, candidates, {}).ranks,
        "dynamic vectors": lambda: model.dynamic_vectors(history),
    }
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in questions}
    for _ in range(1 + ROUNDS):
        for name, ask in questions.items():
            started = time.perf_counter(), time.process_time()
            ask()
            seconds[name].append(
                (time.perf_counter() - started[0], time.process_time() - started[1])
            )
    for name, values in seconds.items():
        waited, worked = (statistics.median(column) for column in zip(*values[1:], strict=True))
        print(f"{name:24} {waited * 1e3:8.2f} ms ({worked * 1e3:7.2f})")


def _missed(head: DynamicHead, items: Tensor, events: int) -> None:
    queries = head.queries(items)
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


def _missed_by_trained(home: Path) -> None:
    """Of MovieLens-1M: how much of the exact first ten a shortlist misses, by its size."""
    state = open_state("movielens-1m", Workspace(home))
    model, split = state.unified("unified"), state.split("P-A")
    reader = HistoryReader(split.log, state.dataset.profiles)
    chosen = np.random.default_rng(0).choice(len(split.test), ASKED, replace=False)
    missed: dict[int, list[float]] = {size: [] for size in SIZES}
    for row in np.sort(chosen):
        asked = split.test.take(np.array([row]))
        exact = _first_ten(model, reader, asked, split.candidates)
        for size, shares in missed.items():
            with patch.multiple(dynamic_head, SHORTLIST_ABOVE=0, SHORTLIST=size):
                found = _first_ten(model, reader, asked, split.candidates)
            shares.append(1 - len(exact & found) / 10)
    print(f"\nMovieLens-1M, {ASKED} people, protocol P-A, dynamic: {bool(model.dynamic)}")
    for size, shares in missed.items():
        mean = bootstrap_mean(np.array(shares))
        print(
            f"a shortlist of {size:4} of {state.dataset.num_items:,} misses {mean.mean:.2%} "
            f"({mean.low:.2%} to {mean.high:.2%}) of the first ten"
        )


def _first_ten(
    model: Unified, reader: HistoryReader, asked: Questions, candidates: np.ndarray
) -> set[int]:
    history = reader.read(
        asked.users, asked.starts, asked.stops,
        max_length=model.events_read, request=moments_of(reader.log, asked),
    )  # fmt: skip
    competing = torch.from_numpy(candidates)
    scores = mask_seen(model.score(history), reader, asked.starts, asked.stops, competing)
    return set(scores[0].topk(10).indices.tolist())


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
