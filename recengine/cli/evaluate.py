"""Measuring rankers: the leaderboard of a dataset, in figures that are kept."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Home
from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table
from recengine.data.workspace import Workspace
from recengine.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

SKILL_HEADINGS = {
    "unit": "In",
    "method": "Forecaster",
    "skill": "Error saved",
    "low": "Low",
    "high": "High",
    "people": "People",
}
FORECAST_HEADINGS = {
    "unit": "In",
    "method": "Forecaster",
    "metric": "Metric",
    "value": "Value",
    "low": "Low",
    "high": "High",
    "difference": "To persistence",
    "diff_low": "Low",
    "diff_high": "High",
}
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
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """How good are the rankers, with intervals?

    Results are kept: a ranker that was measured before on the same data with the same settings is
    not measured again.

    JSON keys: sentence, protocol, made_with (the command), baseline, table (ranker, label, metric,
    value, low, high, seeds, seconds, difference, diff_low, diff_high, p_holm, verdict), metrics,
    facts (how each ranker was measured); with --slices also slices. With --forecasts: sentences,
    facts, methods, rows, skills, calibration, pit (as in the file of results).
    """
    if forecasts:
        how = {"read_text": not ids_only, "again": again, "as_json": as_json}
        _evaluate_forecasts(data, forecaster or [], home, **how)
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


def _evaluate_forecasts(
    data: str,
    methods: list[str],
    home: Path,
    *,
    read_text: bool,
    again: bool,
    as_json: bool,
) -> None:
    import pandas as pd

    from recengine.engine import evaluate_forecasts

    with ProgressLines() as progress:
        board = evaluate_forecasts(
            data,
            Workspace(home),
            methods=methods,
            read_text=read_text,
            again=again,
            progress=progress,
        )
    if as_json:
        print_json({"sentences": board.sentences, **asdict(board)})
        return
    for sentence in board.sentences:
        print_sentence(sentence)
    skills = pd.DataFrame(board.skills)
    print_table(skills, SKILL_HEADINGS)
    typer.echo()
    pooled = pd.DataFrame([row for row in board.rows if row["ahead"] == 0])
    print_table(pooled, FORECAST_HEADINGS)
    typer.echo(f"\n{board.facts['description']}\n{board.facts['made_with']}")


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
