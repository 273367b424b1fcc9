"""How tastes evolve beyond one timeline: the list of then, two people, groups of people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from recengine.cli.asking import Muted, Without, as_request
from recengine.cli.options import (
    DEFAULT_HOME,
    AsJson,
    Data,
    Home,
    ListLength,
    RankerName,
    User,
    open_engine,
)
from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table, share
from recengine.types import Request

if TYPE_CHECKING:
    from recengine.engine.evolution.results import CohortQuestion


def then(
    data: Data,
    user: User,
    after: Annotated[
        int, typer.Option("--after", min=1, help="Number of the last event that is known.")
    ],
    hindsight: Annotated[
        bool, typer.Option("--hindsight", help="Ask today's weights, which have seen later days.")
    ] = False,
    ranker: RankerName = "",
    without: Without = "",
    mute: Muted = None,
    k: ListLength = 10,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What would have been recommended right after one event of the past?

    Nothing later is read: of everybody only the days before count. A ranker that cannot be turned
    back is replaced by one computed from those days, unless --hindsight asks for it.

    JSON keys: user_id, context (of that event), ranker (that made the list), step, cut (Unix
    seconds: what was done from here on was not known), known_events, candidates, hindsight (what
    the list knows that nobody could know then, or ""), sentence, items (rank, item_id, title, year,
    categories, share_of_best, reason, chosen_at, rank_now).
    """
    request = replace(as_request(user, ranker=ranker, without=without, mute=mute), k=k)
    answer = open_engine(data, home).evolution.list_then(request, after, hindsight)
    if as_json:
        asked = {
            "user_id": user,
            "context": answer.request.context,
            "ranker": answer.request.ranker,
        }
        names = ("step", "cut", "known_events", "candidates", "hindsight", "sentence", "items")
        print_json(asked | {name: getattr(answer, name) for name in names})
        return
    print_sentence(answer.sentence)
    typer.echo(f"{answer.label}, from {answer.known_events:,} events before {_day(answer.cut)}.")
    if answer.hindsight:
        typer.echo(answer.hindsight)
    headings = {"rank": "#", "title": "Title", "chosen_at": "Chosen at event", "reason": "Because"}
    print_table(answer.items, {**headings, "rank_now": "Place today"})


def pair(
    data: Data,
    user: User,
    with_user: Annotated[str, typer.Option("--with-user", metavar="ID", help="The other person.")],
    ranker: RankerName = "",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """How far apart are the tastes of two people, at the start of their histories and now?

    JSON keys: user_id, with_user, ranker, sentence, apart_start and apart_now (Jensen-Shannon
    distance, 0 to 1), shares (category, first_start, first_now, second_start, second_now).
    """
    engine = open_engine(data, home)
    first, second = (Request(user_id=who, ranker=ranker) for who in (user, with_user))
    answer = engine.evolution.side_by_side(first, second)
    if as_json:
        asked = {"user_id": user, "with_user": with_user, "ranker": ranker}
        names = ("sentence", "apart_start", "apart_now", "shares")
        print_json(asked | {name: getattr(answer, name) for name in names})
        return
    print_sentence(answer.sentence)
    ends = ("first_start", "first_now", "second_start", "second_now")
    shown = answer.shares.assign(**{name: answer.shares[name].map(share) for name in ends})
    headings = (f"{user} then", f"{user} now", f"{with_user} then", f"{with_user} now")
    print_table(shown, {"category": "Category", **dict(zip(ends, headings, strict=True))})


def groups(
    data: Data,
    by: Annotated[
        str, typer.Option("--by", metavar="WAY", help="Divide people so; left out: the ways.")
    ] = "",
    group: Annotated[
        str, typer.Option("--group", metavar="NAME", help="Which group; left out: the largest.")
    ] = "",
    ranker: RankerName = "",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """How does a group of people drift, and who leaves a category?

    Without --by: which groups there are.

    JSON keys: without --by: ways (name, label, groups: people by name). Otherwise ranker, by, group
    (its name), people (followed), of (in the group), typed_in (part of those followed), sentence,
    path (stage, category, mean, low, high, people_low, people_high), movers (category, start, end,
    change, held, left, joined, net and more, with 95 % intervals).
    """
    engine = open_engine(data, home)
    ways = engine.evolution.groups()
    if not by:
        _print_ways(ways, as_json)
        return
    sizes = next((way.groups for way in ways if way.name == by), {})
    group = group or max(sizes, key=lambda name: sizes[name], default="")
    with ProgressLines() as progress:
        engine.evolution.measure(by, group, ranker, progress)
    answer = engine.evolution.cohort(by, group, ranker)
    if as_json:
        names = ("by", "group", "people", "of", "typed_in", "sentence", "path", "movers")
        print_json({"ranker": ranker} | {name: getattr(answer, name) for name in names})
        return
    print_sentence(answer.sentence)
    typer.echo(f"{answer.people:,} of {answer.of:,} people of {by} {group} were followed.")
    ends = ("start", "end", "change_low", "change_high")
    shown = answer.movers.assign(**{name: answer.movers[name].map(share) for name in ends})
    headings = {"category": "Category", "start": "At first", "end": "At last"}
    changes = {"change_low": "Change from", "change_high": "To (95 %)"}
    print_table(shown, {**headings, **changes, "held": "Held", "left": "Left", "joined": "Joined"})


def _print_ways(ways: tuple[CohortQuestion, ...], as_json: bool) -> None:
    if as_json:
        print_json({"ways": ways})
        return
    rows = [
        (way.name, way.label, name, people) for way in ways for name, people in way.groups.items()
    ]
    table = pd.DataFrame(rows, columns=["by", "label", "group", "people"])
    print_table(table, {"by": "By", "label": "In words", "group": "Group", "people": "People"})


def _day(timestamp: int) -> str:
    return f"{pd.Timestamp(timestamp, unit='s'):%Y-%m-%d}"
