"""How long does a timeline take beside a list? Both of one person, in one run, in turns.

    python -m tests.benchmarks.timeline HOME [--data movielens-1m] [--events 1000] [--threads 1]

Takes the person whose history is nearest to the given length. Prints medians, warm, of: the list,
the timeline (vectors, shares, path, turning points), its picture, and its columns for the map.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import torch

from recengine.data.workspace import Workspace
from recengine.engine import Engine
from recengine.types import Request
from recengine.ui import map_component
from recengine.ui.charts.timeline import stream
from recengine.ui.theme import category_colours, palette

ROUNDS = 9


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--data", default="movielens-1m")
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    engine = Engine.open(asked.data, Workspace(asked.home))
    lengths = engine.dataset.log.lengths
    person = int(np.abs(lengths - asked.events).argmin())
    request = Request(user_id=str(engine.dataset.user_ids[person]))
    told, colours = engine.timeline(request), palette("light")
    categories = category_colours(engine.dataset.categories, colours)
    contexts = ({}, engine.latest_context(request.user_id))  # in turns, or it would be remembered
    questions = {
        "list": lambda turn: engine.recommend(
            Request(user_id=str(engine.dataset.user_ids[(person + turn) % len(lengths)]))
        ),
        "timeline": lambda turn: engine.timeline(request.with_context(contexts[turn % 2])),
        "its picture": lambda turn: stream(told, categories, colours, "event").to_json(),  # noqa: ARG005
        "its events for the map": lambda turn: map_component.event_columns(told),  # noqa: ARG005
    }
    seconds: dict[str, list[float]] = {name: [] for name in questions}
    for turn in range(1 + ROUNDS):
        for name, ask in questions.items():
            started = time.perf_counter()
            ask(turn)
            seconds[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(values[1:]) for name, values in seconds.items()}
    print(f"person {request.user_id} with {lengths[person]:,} events")
    for name, value in medians.items():
        print(f"{name:24} {value * 1000:8.1f} ms   {value / medians['list']:6.1f} x list")


if __name__ == "__main__":
    main()
