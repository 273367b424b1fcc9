"""How fast the engine answers, once warm: what somebody feels who clicks through the pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer

from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Home, RankerName, open_engine
from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table
from recengine.types import ITEM_ID, Request

if TYPE_CHECKING:
    from recengine.engine import Engine

WARM_UP = 3  # people asked first and not counted
AIM_MS = 150


def bench(
    data: Data = "movielens-1m",
    users: Annotated[int, typer.Option("--users", min=1, help="How many random people.")] = 100,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which random people.")] = 0,
    ranker: RankerName = "",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """How long do the answers for a person take, once warm?

    Asks for the list, the timeline and the explanation of the first item of random people, one
    person at a time: these three together. Then for what the pages Why this? and Item map ask.

    JSON keys: data, ranker, users, sentence, table (question, p50_ms, p95_ms, max_ms).
    """
    engine = open_engine(data, home)
    ranker = ranker or engine.default_ranker
    people = [engine.random_user(seed * 1_000_003 + number) for number in range(WARM_UP + users)]
    times = []
    with ProgressLines() as progress:
        for number, user_id in enumerate(people):
            times.append(_time_answers(engine, user_id, ranker))
            progress("Asking for random people", number + 1, len(people))
    table = _summary(pd.DataFrame(times[WARM_UP:]))
    together = table.set_index("question").loc["together", "p95_ms"]
    sentence = (
        f"On {engine.dataset.title}, 95 of 100 people get list, timeline and explanation within "
        f"{together:.0f} ms (aim: {AIM_MS} ms)."
    )
    if as_json:
        facts = {"data": engine.dataset.name, "ranker": ranker, "users": users}
        print_json({**facts, "sentence": sentence, "table": table})
        return
    print_sentence(sentence)
    headings = {"question": "Question", "p50_ms": "p50 ms", "p95_ms": "p95 ms"}
    print_table(table.round(1), {**headings, "max_ms": "max ms"})


def _time_answers(engine: Engine, user_id: str, ranker: str) -> dict[str, float]:
    """Milliseconds that each question took for one person."""
    request = Request(user_id=user_id, context=engine.latest_context(user_id), ranker=ranker)
    times: dict[str, float] = {}

    def timed(question: str, ask: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = ask()
        times[question] = 1000 * (time.perf_counter() - began)
        return answer

    best = str(timed("recommend", lambda: engine.recommend(request)).items[ITEM_ID].iat[0])
    if engine.follows_interest(ranker):
        timed("timeline", lambda: engine.timeline(request))
    timed("explain", lambda: engine.explain(request, best))
    times["together"] = sum(times.values())
    timed("why page", lambda: engine.why.explain(request, best))
    if engine.dynamic(ranker):
        timed("item map", lambda: engine.item_map(request))
    return times


def _summary(times: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "question": times.columns,
            "p50_ms": times.quantile(0.5).to_numpy(),
            "p95_ms": times.quantile(0.95).to_numpy(),
            "max_ms": times.max().to_numpy(),
        }
    )
