"""Making things: item vectors, trained rankers, measured quality."""

from pathlib import Path
from typing import Annotated, Any

import typer

from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Device, Home, refuse_device
from recengine.cli.output import (
    ProgressLines,
    print_facts,
    print_json,
)
from recengine.data.workspace import Workspace
from recengine.errors import ConfigError

BLEND = "hybrid"  # the ranker of two others
AnyRanker = Annotated[str, typer.Option("--ranker", metavar="NAME", help="Which ranker.")]


def encode(
    data: Data,
    encoder: Annotated[
        str, typer.Option("--encoder", metavar="MODEL", help="Model name, or a folder with one.")
    ] = "",
    keep_as: Annotated[
        str,
        typer.Option(
            "--keep-as",
            metavar="TYPE",
            help="Keep vectors as float32, float16 or int8 from now on.",
        ),
    ] = "",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Turn item texts into vectors with a language model; only changed items are read again.

    `recengine texts DATA --sizes` tells what keeping them with fewer bits costs.

    JSON keys: data, encoder, items, dim, fingerprint.
    """
    from recengine.data.sources import load_dataset
    from recengine.encoders import DEFAULT_ENCODER, TextTemplate, item_vectors

    workspace, name = Workspace(home), encoder or DEFAULT_ENCODER
    with ProgressLines() as progress:
        dataset = load_dataset(data, workspace, progress=progress)
        vectors = item_vectors(
            dataset, name, TextTemplate(), workspace, progress, precision=keep_as
        )
    items, dim = vectors.vectors.shape
    facts = {"data": dataset.name, "encoder": name, "items": items, "dim": dim}
    if as_json:
        print_json({**facts, "fingerprint": vectors.fingerprint})
        return
    typer.echo(f"{items:,} items of {dataset.title} have vectors of {dim} numbers from {name}.")


def train(
    data: Data,
    ranker: AnyRanker = "unified",
    epochs: Annotated[
        int, typer.Option("--epochs", min=0, help="At most so many; 0 for the ranker's own.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same result.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a killed run.")] = False,
    tuned: Annotated[
        bool, typer.Option("--tuned", help="With the best settings of `recengine tune`.")
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting of its own; repeat it."),
    ] = None,
    adapter: Annotated[
        str,
        typer.Option(
            "--adapter",
            metavar="NAME",
            help="Read item texts with what `recengine adapt --method NAME` made.",
        ),
    ] = "",
    forecaster: Annotated[
        list[str] | None,
        typer.Option("--forecaster", metavar="NAME", help="Instead: foretell its interests."),
    ] = None,
    device: Device = "auto",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Train a ranker; it replaces an earlier one only when it is done.

    Any setting may be chosen by hand: --set learning_rate=0.001 --set embedding_dim=128. A name
    that does not exist is answered with those that do. --ranker hybrid --set first=gru --set
    second=recency-ease blends any two rankers; their weight is learnt on validation.

    With --adapter, it learns from the item texts as an encoder has them that learnt from the data;
    whoever serves the ranker reads them in the same way.

    With --forecaster (repeat it), train what foretells the interests of a trained ranker. Stopped
    or killed, nothing finished is lost: the same command with --resume goes on to the same result.

    JSON keys: those of the summary, such as ranker, epochs, losses, scores, seconds, file; with
    --forecaster one such object for each.
    """
    from recengine.engine import blend_rankers, train_ranker, tuned_settings
    from recengine.engine.jobs import recorded

    if forecaster and adapter:
        raise ConfigError(
            "--adapter says how a ranker reads texts, and --forecaster trains none. Train the "
            "ranker first, then what foretells its interests."
        )
    if adapter and ranker == BLEND:
        raise ConfigError(
            "--adapter says how a ranker reads texts, and a blend reads none. Train one of the two "
            "with it, then blend them."
        )
    if forecaster or ranker == BLEND:
        refuse_device(device, "a forecaster" if forecaster else "a blend")
    if forecaster:
        options = {"ranker": ranker, "seed": seed, "epochs": epochs, "resume": resume}
        _train_forecasters(data, forecaster, home, options, as_json=as_json)
        return
    overrides: dict[str, Any] = tuned_settings(data, ranker, Workspace(home)) if tuned else {}
    overrides |= {"epochs": epochs} if epochs else {}
    with ProgressLines() as lines, recorded(Workspace(home), data, ranker, lines) as progress:
        wishes: dict[str, Any] = {
            "progress": progress,
            "overrides": overrides,
            "asked": settings or (),
        }
        if ranker == BLEND:
            summary = blend_rankers(data, Workspace(home), **wishes)
        else:
            wishes |= {"seed": seed, "resume": resume, "adapter": adapter, "device": device}
            summary = train_ranker(data, ranker, Workspace(home), **wishes)
    if as_json:
        print_json(summary)
        return
    print_facts(summary)


def _train_forecasters(
    data: str, names: list[str], home: Path, options: dict[str, Any], *, as_json: bool
) -> None:
    from recengine.engine import train_forecasters

    with ProgressLines() as progress:
        made = train_forecasters(data, names, Workspace(home), progress=progress, **options)
    if as_json:
        print_json(made)
        return
    for name, facts in made.items():
        print_facts({"forecaster": name, **facts})
