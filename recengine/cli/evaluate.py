"""Measuring rankers: the leaderboard of a dataset, in figures that are kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recengine.cli import aspects
from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Device, Home, refuse_device
from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table
from recengine.data.workspace import Workspace
from recengine.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

PEOPLE_EXPLAINED = 100
SLICE_HEADINGS = {
    "ranker": "Ranker",
    "slice": "By",
    "value": "Which",
    "people": "People",
    "metric": "Metric",
    "mean": "Value",
    "low": "Low",
    "high": "High",
    "told": "",
}


def evaluate(
    data: Data,
    ranker: Annotated[
        list[str] | None,
        typer.Option(
            "--ranker", metavar="NAME", help="Only this one; repeat it. Else all but slow ones."
        ),
    ] = None,
    protocol: Annotated[
        str,
        typer.Option("--protocol", metavar="NAME", help="P-A, P-B, GTS-last or GTS-successive."),
    ] = "P-A",
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="N,N,...", help="Train once with each, and average.")
    ] = "0",
    against: Annotated[
        str, typer.Option("--against", metavar="NAME", help="Compare all others with this ranker.")
    ] = "",
    slices: Annotated[
        bool, typer.Option("--slices", help="Also by person, item, category and moment.")
    ] = False,
    feedback: Annotated[
        bool,
        typer.Option("--feedback", help="Instead: does telling it “more” or “less” help?"),
    ] = False,
    contexts: Annotated[
        bool,
        typer.Option(
            "--contexts", help="Instead: which features of the moment matter to the unified ranker."
        ),
    ] = False,
    ablations: Annotated[
        bool,
        typer.Option("--ablations", help="Instead: what is each part of the unified ranker worth?"),
    ] = False,
    ready: Annotated[
        bool,
        typer.Option(
            "--ready", help="With --ablations: train nothing, ask the ranker in use without a part."
        ),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Measure also what was measured before.")
    ] = False,
    forecasts: Annotated[
        bool, typer.Option("--forecasts", help="Instead: how good are forecasts of interests?")
    ] = False,
    forecaster: Annotated[
        list[str] | None,
        typer.Option("--forecaster", metavar="NAME", help="With --forecasts, only this one."),
    ] = None,
    ids_only: Annotated[
        bool,
        typer.Option("--ids-only", help="With --forecasts, a ranker that reads no item texts."),
    ] = False,
    explanations: Annotated[
        bool, typer.Option("--explanations", help="Test the explanations instead of the lists.")
    ] = False,
    people: Annotated[
        int | None,
        typer.Option(
            "--people",
            min=2,
            help="How many are asked: with --explanations 100, with --feedback all if left out.",
        ),
    ] = None,
    device: Device = "auto",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """How good are the rankers, with intervals? With --explanations: can their reasons be trusted?

    Results are kept: a ranker that was measured before on the same data with the same settings is
    not measured again.

    JSON keys: sentence, protocol, made_with (the command), baseline, table (ranker, label, metric,
    value, low, high, seeds, seconds, difference, diff_low, diff_high, p_holm, verdict), metrics,
    facts (how each ranker was measured: made_with, seeds, temperatures of its probabilities by
    seed, data_fingerprint, version, made, machine, config); with --slices also slices. With
    --forecasts: sentences, facts, methods, rows, skills, calibration, pit (as in the file of
    results).

    JSON keys with --feedback: sentence, description, made_with, facts, table (ranker, label, arm,
    told, metric, value, low, high, difference, diff_low, diff_high).

    JSON keys with --explanations: sentence, protocol, made_with, people (by ranker), metrics
    (meaning of each), table (ranker, method, label, control, metric, value, low, high, ahead,
    ahead_low, ahead_high: how far it is ahead of the recency control; trusted).

    JSON keys with --contexts: sentence, protocol, made_with, features (feature, label, value, low,
    high: what is lost without it; shuffled..., alone..., gate, verdict), overall (way, value, low,
    high), truth (name, mean, low, high; for the simulated shop).

    JSON keys with --ablations: sentence, protocol, made_with, command (which measures every part),
    missing (parts not measured), kept (by training: did validation keep the dynamic part), table
    (part, label, metric, arm: with the part, value, low, high, against: without it, against_value,
    against_low, against_high, difference, diff_low, diff_high, p_holm, verdict, seeds), facts.
    """
    chosen = [
        name
        for name, wanted in (
            ("--feedback", feedback),
            ("--forecasts", forecasts),
            ("--explanations", explanations),
            ("--contexts", contexts),
            ("--ablations", ablations),
        )
        if wanted
    ]
    if len(chosen) > 1:
        raise ConfigError(f"{' and '.join(chosen)} are measured one at a time. Keep one of them.")
    if ready and not ablations:
        raise ConfigError("--ready says how to measure --ablations. Add that, or leave it out.")
    if chosen:
        refuse_device(device, f"what {chosen[0]} measures")
    names = tuple(ranker or ())
    if feedback:
        aspects.feedback(data, names, people or 0, home, as_json)
    elif forecasts:
        how = {"read_text": not ids_only, "again": again, "as_json": as_json}
        aspects.forecasts(data, forecaster or [], home, **how)
    elif explanations:
        aspects.explanations(data, names, people or PEOPLE_EXPLAINED, again, as_json, home)
    elif contexts:
        aspects.contexts(data, home, as_json)
    elif ablations:
        aspects.ablations(data, home, seeds=_as_seeds(seeds), ready=ready, as_json=as_json)
    else:
        _rankers(
            data,
            names,
            home,
            protocol=protocol,
            seeds=_as_seeds(seeds),
            against=against,
            again=again,
            slices=slices,
            device=device,
            as_json=as_json,
        )


def _rankers(
    data: str,
    names: tuple[str, ...],
    home: Path,
    *,
    protocol: str,
    seeds: tuple[int, ...],
    against: str,
    again: bool,
    slices: bool,
    device: str,
    as_json: bool,
) -> None:
    """The lists of the rankers."""
    from recengine.engine import evaluate_rankers

    with ProgressLines() as progress:
        board = evaluate_rankers(
            data,
            names,
            Workspace(home),
            protocol=protocol,
            seeds=seeds,
            against=against,
            again=again,
            device=device,
            progress=progress,
        )
    if as_json:
        keys = ["sentence", "protocol", "made_with", "baseline", "table", "metrics", "facts"]
        print_json({key: getattr(board, key) for key in keys + ["slices"] * slices})
        return
    print_sentence(board.sentence)
    figures = {"label": "Ranker", "metric": "Metric", "value": "Value", "low": "Low"}
    against_it = {"difference": "Ahead", "p_holm": "p (Holm)", "verdict": "Verdict"}
    print_table(board.table, {**figures, "high": "High", "seeds": "Seeds", **against_it})
    if slices:
        print_table(_told(board.slices), SLICE_HEADINGS)
    typer.echo(f"\n{board.protocol}\n{board.made_with}")


def _told(slices: "pd.DataFrame") -> "pd.DataFrame":
    """Slices with a word about those that are too small."""
    return slices.assign(told=slices["enough"].map({True: "", False: "too few to tell"}))


def _as_seeds(text: str) -> tuple[int, ...]:
    """Seeds from their N,N,... form.

    Raises:
        ConfigError: not whole numbers from 0.
    """
    parts = text.split(",")
    if not all(part.strip().isdecimal() for part in parts):
        raise ConfigError(f"--seeds {text!r} must be whole numbers with commas, such as 0,1,2.")
    return tuple(int(part) for part in parts)
