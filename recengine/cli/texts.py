"""The worth of item texts: adapt the encoder, keep vectors smaller, read everything together."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Home
from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table
from recengine.data.workspace import Workspace

if TYPE_CHECKING:
    from recengine.engine.texts.results import TextWorth

_COMPARED = {
    "value": "NDCG@10",
    "low": "From",
    "high": "To",
    "difference": "Ahead",
    "diff_low": "Ahead from",
    "diff_high": "Ahead to",
    "verdict": "Verdict",
}
HEADINGS = {
    "adapted": {"label": "Encoder", "group": "Items", "metric": "Metric"}
    | _COMPARED
    | {"value": "Value", "questions": "Questions"},
    "sizes": {"label": "Vectors", "bytes_per_item": "Bytes", "saved": "Saved", "overlap": "Kept"}
    | _COMPARED,
    "reading": {"label": "Ranker", "metric": "Metric"}
    | _COMPARED
    | {"value": "Value", "seconds": "Seconds", "questions": "People"},
}


def adapt(
    data: Data,
    method: Annotated[
        str,
        typer.Option(
            "--method", metavar="NAME", help="top, together, pairs, contrast or contrast+together."
        ),
    ] = "top",
    epochs: Annotated[
        int, typer.Option("--epochs", min=0, help="At most so many; 0 for the usual.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same result.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a killed run.")] = False,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Let the text encoder learn from the data, and measure what that is worth.

    It learns from items that go together beyond being popular: a map on top of its vectors (top,
    seconds) or a change of the language model itself (together, minutes); or from items chosen
    shortly after one another (pairs), or from the texts alone (contrast). A tenth of the items is
    held out of the learning, to see what it does to new ones.
    Adapter, vectors and figures are kept.

    JSON keys: method, file, epoch, losses, scores, seconds, rows (name, group, metric, value, low,
    high, difference, diff_low, diff_high, p, questions, people).
    """
    from recengine.engine.texts.adapting import adapt_encoder

    with ProgressLines() as progress:
        made = adapt_encoder(
            data,
            Workspace(home),
            method=method,
            epochs=epochs,
            seed=seed,
            resume=resume,
            progress=progress,
        )
    if as_json:
        print_json(made)
        return
    worth = _worth(data, home)
    print_sentence(worth.adapted.sentence)
    print_table(worth.adapted.table, HEADINGS["adapted"])
    typer.echo(f"\n{worth.adapted.made_with}\n{made['file']}")


def texts(
    data: Data,
    sizes: Annotated[
        bool, typer.Option("--sizes", help="Measure item vectors kept smaller.")
    ] = False,
    reading: Annotated[
        bool,
        typer.Option("--reading", help="Measure the language model that reads all together."),
    ] = False,
    people: Annotated[
        int, typer.Option("--people", min=2, help="So many are asked by --reading.")
    ] = 200,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What are the item texts worth? Measures what is asked for, then tells all that is known.

    JSON keys: adapted, sizes, reading; each with sentence, made_with, facts and table.
    """
    from recengine.engine.texts.reading import measure_reading
    from recengine.engine.texts.sizes import measure_sizes

    with ProgressLines() as progress:
        if sizes:
            measure_sizes(data, Workspace(home), progress=progress)
        if reading:
            measure_reading(data, Workspace(home), people=people, progress=progress)
    worth = _worth(data, home)
    if as_json:
        print_json({name: getattr(worth, name) for name in HEADINGS})
        return
    for name, headings in HEADINGS.items():
        measure = getattr(worth, name)
        print_sentence(measure.sentence)
        if not measure.table.empty:
            print_table(measure.table, headings)
        typer.echo(f"{measure.made_with}\n")


def _worth(data: str, home: Path) -> "TextWorth":
    """Of a dataset as it is, without a map or rankers."""
    from recengine.data.sources import load_dataset
    from recengine.engine.texts.topic import text_worth

    workspace = Workspace(home)
    with ProgressLines() as progress:
        return text_worth(load_dataset(data, workspace, progress=progress), workspace)
