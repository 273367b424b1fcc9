"""Datasets: what there is, fetching, checking, describing."""

import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Home, User
from recengine.cli.output import ProgressLines, print_facts, print_json, print_sentence, print_table
from recengine.data.workspace import Workspace
from recengine.errors import ConfigError, DataError

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
    profile_features (values by name), friends, behaviour (class and events by kind of event),
    cleaning (what was not taken over: rule, setting, events, people, items, what), dates (whether
    the times are real: people, bulk_share, crowded_minutes, median_span_days, sentence), credit.
    """
    from recengine.data import sources
    from recengine.interests.bulk import log_dates

    with ProgressLines() as progress:
        dataset = sources.load_dataset(data, Workspace(home), progress=progress)
    facts = sources.describe(dataset)
    dates = log_dates(dataset.log)
    if as_json:
        print_json({**facts, "dates": dates})
        return
    facts["behaviour"] = [
        f"{kind} ({each['class']}): {each['events']:,}" for kind, each in facts["behaviour"].items()
    ]
    facts["cleaning"] = [
        f"{step['events']:,} events left out: {step['what']}" for step in facts["cleaning"]
    ] or "nothing was left out"
    facts["dates"] = dates.sentence
    for name in ("first_time", "last_time"):
        facts[name] = f"{pd.Timestamp(facts[name], unit='s'):%Y-%m-%d %H:%M} UTC"
    print_facts({name.replace("_", " "): value for name, value in facts.items()})


@app.command()
def export(
    data: Data,
    user: User,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Zip file to write.")],
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What is kept about one person? Writes all of it to a zip file of CSV and JSON.

    Datasets that were merged with this one are searched too.

    JSON keys: file, events, friends, traces (files of the workspace that tell of the person),
    datasets (how many hold the person).
    """
    from recengine.engine.privacy.exporting import export_person  # torch takes seconds

    counts = export_person(data, user, Workspace(home), out)
    if as_json:
        print_json({"file": str(out), **counts})
        return
    typer.echo(
        f"{out} holds {counts['events']:,} events, {counts['friends']:,} ties to friends and what "
        f"{counts['traces']:,} files of the workspace say of {user}"
        + (f", from {counts['datasets']:,} datasets." if counts["datasets"] > 1 else ".")
    )


@app.command()
def erase(
    data: Data,
    user: User,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask; needed outside a terminal.")
    ] = False,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Erase one person from a dataset, and from those it was merged with, for good.

    They stay erased when the data is loaded again. Other datasets of the workspace with the same id
    are named and stay as they are. Trained weights cannot forget what the events
    of many taught them: which rankers learnt before is said. Interrupted, run it again.

    JSON keys: user_id, sentence, datasets (from which they were erased), deleted and changed
    (files), trained_before (rankers to train again), outside (sources of yours that still hold the
    person), also_in (other datasets with the same id).
    """
    from recengine.engine.privacy.erasing import erase_person  # torch takes seconds

    if not yes:
        if not sys.stdin.isatty():
            raise ConfigError(
                f"Erasing {user!r} cannot be undone. Add --yes to say that it is meant."
            )
        typer.confirm(f"Erase {user!r} from {data} for good?", abort=True)
    with ProgressLines() as progress:
        erasure = erase_person(data, user, Workspace(home), progress)
    if as_json:
        print_json({"user_id": user, **vars(erasure)})
        return
    typer.echo(erasure.sentence)
    for name in ("datasets", "deleted", "changed", "trained_before"):
        if files := getattr(erasure, name):
            typer.echo(f"{name.replace('_', ' ')}: {', '.join(files)}")


@app.command()
def merge(
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Datasets, two or more.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="New folder to write.")],
    people: Annotated[
        Path | None,
        typer.Option("--people", metavar="CSV", help="Who is who: source, user_id, person."),
    ] = None,
    join: Annotated[
        str, typer.Option("--join", help="Same items are known by: title, id or none.")
    ] = "title",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Put the events of people on several platforms on one timeline, with the source as context.

    A source is called by its dataset's name, or by the name of its folder or file. The same id is
    the same person, unless --people says otherwise.

    JSON keys: folder, events, people, items, shared_people, shared_items, timezones, sentence.
    """
    from recengine.data.merges import record_merge
    from recengine.data.merging import merge as merge_datasets
    from recengine.data.pseudonyms import VARIABLE, wanted
    from recengine.data.sources import load_dataset

    if wanted():
        raise ConfigError(f"A merge writes the ids of the data. Unset {VARIABLE}, then merge.")
    sources, origins = {}, {}
    with ProgressLines() as progress:
        for each in data:
            dataset = load_dataset(each, Workspace(home), progress=progress)
            name = Path(each).stem if Path(each).exists() else each.replace(":", "-")
            if name in sources:
                raise ConfigError(f"Two sources are called {name!r}. Rename one of the folders.")
            sources[name], origins[name] = dataset, each
    try:
        table = None if people is None else pd.read_csv(people, dtype="str")
    except (OSError, ValueError) as error:
        raise DataError(f"{people} cannot be read as CSV ({error}). Check the file.") from error
    merged = merge_datasets(sources, out, people=table, join=join)
    record_merge(Workspace(home), out, origins, table)
    if as_json:
        print_json({**vars(merged), "folder": str(merged.folder)})
        return
    print_sentence(merged.sentence)
    typer.echo(f"Use it like any data of your own: recengine demo --data {out}")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder or file of your own.")],
    write_mapping: Annotated[
        bool,
        typer.Option("--write-mapping", help="Write which column is what to a file, to be edited."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What is wrong with data of your own? Lists every problem at once, with row numbers.

    The exit status is 2 if there is an error, that is, a problem that costs rows.

    JSON keys: path, usable, problems (severity, file, column, what, advice, rows, count), mapping
    (which column was taken for what), facts (counts by name), cleaning (what rules of cleaning left
    out: rule, setting, events, people, items, what).
    """
    from recengine.data import checks

    if not path.exists() and not path.with_name(f"{path.name}.inter").exists():
        raise DataError(f"{path} does not exist. Give the folder or file that holds your events.")
    if write_mapping:
        target = checks.write_guess(path)
        print(f"{target} says which column is what; edit it, then check again.", file=sys.stderr)
    report = checks.check(path)
    if as_json:
        names = ("path", "problems", "mapping", "facts", "cleaning")
        print_json({"usable": report.usable} | {name: getattr(report, name) for name in names})
    else:
        typer.echo(f"{report.mapping}\n{report}".strip())
        for step in report.cleaning:
            typer.echo(f"left out by {step.rule} = {step.setting}: {step.events:,}, {step.what}")
    if report.errors:
        used = "the other rows can be used" if report.usable else "nothing is left that can be used"
        count = len(report.errors)
        raise DataError(f"{path} has {count} error{'s' * (count > 1)}; {used}.")
