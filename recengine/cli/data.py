"""Datasets: what there is, fetching, checking, describing."""

import pandas as pd
import typer

from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Home
from recengine.cli.output import ProgressLines, print_facts, print_json, print_table
from recengine.data.workspace import Workspace

app = typer.Typer(help="Datasets: list, fetch, check, describe.", rich_markup_mode=None)


@app.command(name="list")
def list_built_in(as_json: AsJson = False) -> None:
    """Which datasets need no file of your own?

    JSON keys: datasets (name, title, description).
    """
    from recengine.data.sources import BUILT_IN

    table = pd.DataFrame(
        [(name, each.title, each.description) for name, each in BUILT_IN.items()],
        columns=["name", "title", "description"],
    )
    if as_json:
        print_json({"datasets": table})
        return
    print_table(table, {"name": "Name", "title": "Title", "description": "What it holds"})


@app.command()
def fetch(data: Data, home: Home = DEFAULT_HOME) -> None:
    """Bring a built-in dataset here, so that everything else works offline."""
    from recengine.data.sources import load_dataset

    with ProgressLines() as progress:
        dataset = load_dataset(data, Workspace(home), progress=progress)
    typer.echo(
        f"{dataset.title}: {len(dataset.interactions):,} events of {dataset.num_users:,} people "
        f"on {dataset.num_items:,} items are ready in {home}."
    )


@app.command()
def describe(data: Data, as_json: AsJson = False, home: Home = DEFAULT_HOME) -> None:
    """What does a dataset hold?

    JSON keys: name, title, simulated, events, people, items, events_per_person, first_time,
    last_time (Unix seconds, UTC), timezone, event_kinds, categories, context_features and
    profile_features (values by name), friends, credit.
    """
    from recengine.data import sources

    with ProgressLines() as progress:
        facts = sources.describe(sources.load_dataset(data, Workspace(home), progress=progress))
    if as_json:
        print_json(facts)
        return
    for name in ("first_time", "last_time"):
        facts[name] = f"{pd.Timestamp(facts[name], unit='s'):%Y-%m-%d %H:%M} UTC"
    print_facts({name.replace("_", " "): value for name, value in facts.items()})
