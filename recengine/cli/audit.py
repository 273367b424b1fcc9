"""The reasons of many people at once: what drives a ranker, and whose reasons are odd."""

from typing import Annotated

import typer

from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Home, RankerName, open_engine
from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table

PEOPLE = 400
_PARTS = (
    *("kinds", "slices", "features", "feature_slices", "categories", "category_slices", "events"),
    *("odd", "odd_slices", "cases"),
)
_SHOWN = 10  # cases on a terminal


def audit(
    data: Data,
    ranker: RankerName = "",
    people: Annotated[
        int, typer.Option("--people", min=1, help="How many, drawn by lot.")
    ] = PEOPLE,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which ones.")] = 0,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What do the first items of many people rest on, and whose reasons are odd?

    Looked at once and kept. Odd is: an item that hangs on one old event, rests by half or more on
    popularity, or hangs on a field of the profile such as age or gender.

    JSON keys: ranker, people, population, splits (false: the score is no sum of reasons),
    made_with, sentence, kinds (kind, share, low, high, decisive), slices (the same by slice and
    value), features (kind, feature, value, people, share, decisive), categories (category, share,
    base), feature_slices and category_slices (the same by group, member and members), events
    (item_id, title, people, having, share, decisive), odd (name, label, meaning, count, share, low,
    high), odd_slices (the same by slice and value), cases (user_id, context, item_id, title,
    share_..., event, event_id, event_share, event_back, event_decides, decisive, profile_fields,
    odd).
    """
    engine = open_engine(data, home)
    with ProgressLines() as progress:
        found = engine.audit(ranker, people, seed, progress)
    if as_json:
        facts = ("ranker", "people", "population", "splits", "made_with", "sentence")
        print_json({name: getattr(found, name) for name in (*facts, *_PARTS)})
        return
    print_sentence(found.sentence)
    headings = {"kind": "Speaks for it", "share": "Share", "low": "From", "high": "To"}
    print_table(found.kinds, {**headings, "decisive": "Decides for"})
    if len(found.events):
        driving = {"title": "Chosen before", "people": "Says most for", "having": "Chosen by"}
        print_table(found.events.head(_SHOWN), {**driving, "share": "Share"})
    odd = {"label": "Odd", "count": "People", "share": "Share", "low": "From", "high": "To"}
    print_table(found.odd, odd)
    cases = found.cases[found.cases["odd"].map(bool)]
    if len(cases):
        columns = {"user_id": "Person", "title": "First item", "odd": "Odd because of"}
        print_table(cases.head(_SHOWN), {**columns, "event": "Strongest event"})
    typer.echo(f"\n{found.made_with}. All of it: --json")
