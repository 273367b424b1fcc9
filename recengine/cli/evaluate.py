"""Measuring rankers: the leaderboard of a dataset, in figures that are kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Home
from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table
from recengine.data.workspace import Workspace
from recengine.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

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
        typer.Option("--ranker", metavar="NAME", help="Only this one; repeat it. Else all."),
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
        typer.Option("--feedback", help="Instead: does telling it “more like this” help?"),
    ] = False,
    people: Annotated[
        int, typer.Option("--people", min=0, help="With --feedback: ask at most so many; 0: all.")
    ] = 0,
    again: Annotated[
        bool, typer.Option("--again", help="Measure also what was measured before.")
    ] = False,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """How good are the rankers, with intervals?

    Results are kept: a ranker that was measured before on the same data with the same settings is
    not measured again.

    JSON keys: sentence, protocol, made_with (the command), baseline, table (ranker, label, metric,
    value, low, high, seeds, seconds, difference, diff_low, diff_high, p_holm, verdict), metrics,
    facts (how each ranker was measured); with --slices also slices. With --feedback: sentence,
    description, made_with, facts, table (ranker, label, arm, told, metric, value, low, high,
    difference, diff_low, diff_high).
    """
    if feedback:
        _prove_feedback(data, tuple(ranker or ()), people, home, as_json)
        return
    from recengine.engine import evaluate_rankers
    from recengine.models import MODELS

    numbers = _as_seeds(seeds)
    with ProgressLines() as progress:
        board = evaluate_rankers(
            data,
            tuple(ranker or MODELS),
            Workspace(home),
            protocol=protocol,
            seeds=numbers,
            against=against,
            again=again,
            progress=progress,
        )
    if as_json:
        names = ["sentence", "protocol", "made_with", "baseline", "table", "metrics", "facts"]
        print_json({name: getattr(board, name) for name in names + ["slices"] * slices})
        return
    print_sentence(board.sentence)
    figures = {"label": "Ranker", "metric": "Metric", "value": "Value", "low": "Low"}
    against_it = {"difference": "Ahead", "p_holm": "p (Holm)", "verdict": "Verdict"}
    print_table(board.table, {**figures, "high": "High", "seeds": "Seeds", **against_it})
    if slices:
        print_table(_told(board.slices), SLICE_HEADINGS)
    typer.echo(f"\n{board.protocol}\n{board.made_with}")


def _prove_feedback(
    data: str, rankers: tuple[str, ...], people: int, home: Path, as_json: bool
) -> None:
    from recengine.engine import prove_feedback

    with ProgressLines() as progress:
        proof = prove_feedback(
            data, Workspace(home), rankers=rankers, people=people, progress=progress
        )
    if as_json:
        names = ("sentence", "description", "made_with", "facts", "table")
        print_json({name: getattr(proof, name) for name in names})
        return
    print_sentence(proof.sentence)
    headings = {"label": "Ranker", "arm": "Told", "told": "Clicks", "metric": "Metric"}
    gains = {"value": "Value", "difference": "Gain", "diff_low": "Low", "diff_high": "High"}
    print_table(proof.table, {**headings, **gains})
    typer.echo(f"\n{proof.description}\n{proof.made_with}")


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
