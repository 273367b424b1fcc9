"""What can be measured beside the lists of the rankers: one function each, which prints."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import typer

from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table
from recengine.data.workspace import Workspace

if TYPE_CHECKING:
    from recengine.engine.forecasts.measured import ForecastBoard
    from recengine.engine.why.results import Faithfulness

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
PART_HEADINGS = {
    "label": "Part",
    "metric": "Metric",
    "value": "With it",
    "against_value": "Without",
    "difference": "Gain",
    "diff_low": "Low",
    "diff_high": "High",
    "p_holm": "p (Holm)",
    "verdict": "Verdict",
}
COVERAGE_HEADINGS = {
    "unit": "In",
    "method": "Forecaster",
    "ahead": "Ahead",
    "answers": "Answers",
    "raw": "Held 50/80/95 %, raw",
    "held": "Calibrated",
    "width": "Width (points)",
    "pit": "PIT, tenths (%)",
}
FEATURE_HEADINGS = {
    "label": "Feature",
    "value": "Lost without it",
    "low": "Low",
    "high": "High",
    "shuffled": "Lost if shuffled",
    "alone": "Brought alone",
    "gate": "Gate",
    "verdict": "Verdict",
}
TRUE_CAUSES = {"true-moment": "of the moment", "true-interest": "of the history"}


def feedback(data: str, rankers: tuple[str, ...], people: int, home: Path, as_json: bool) -> None:
    """Does telling it “more like this” or “less like this” help?"""
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


def forecasts(
    data: str,
    methods: list[str],
    home: Path,
    *,
    read_text: bool,
    again: bool,
    as_json: bool,
) -> None:
    """How good are forecasts of interests?"""
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
    typer.echo()
    print_table(_coverage(board), COVERAGE_HEADINGS)
    typer.echo(f"\n{board.facts['description']}\n{board.facts['made_with']}")


def _coverage(board: "ForecastBoard") -> pd.DataFrame:
    """Coverage, sharpness and PIT of each forecaster and horizon, as whole numbers of per cent."""
    from recengine.engine.forecasts.coverage import BANDS, coverage_table

    table = coverage_table(board)
    shown = table[["unit", "method", "ahead", "answers"]].copy()
    for kind in ("raw", "held", "width"):
        parts = (100 * table[[f"{kind}{band}" for band in BANDS]]).round().astype(int).astype(str)
        shown[kind] = parts.agg("/".join, axis=1)
    shown["pit"] = [" ".join(f"{100 * share:.0f}" for share in bins) for bins in table["pit"]]
    return shown


def explanations(
    data: str, rankers: tuple[str, ...], people: int, again: bool, as_json: bool, home: Path
) -> None:
    """Can the reasons be trusted?"""
    from recengine.engine import evaluate_explanations

    with ProgressLines() as progress:
        found = evaluate_explanations(
            data, rankers, Workspace(home), people=people, again=again, progress=progress
        )
    if as_json:
        print_json(vars(found))
        return
    print_sentence(found.sentence)
    own = found.table[found.table["metric"] == "faithfulness"]
    headings = {"ranker": "Ranker", "label": "Method", "value": "Faithful", "low": "Low"}
    ahead = {"ahead": "Ahead of recency", "ahead_low": "Low", "ahead_high": "High"}
    print_table(own, {**headings, "high": "High", **ahead, "trusted": "Trusted"})
    _print_true_causes(found)
    typer.echo(f"\n{found.protocol}\n{found.made_with}")


def _print_true_causes(found: "Faithfulness") -> None:
    """How often the true cause is named, where it is known, beside what names it by luck."""
    known = found.table["metric"].isin(TRUE_CAUSES) & found.table["value"].notna()
    if not known.any():
        return
    table = found.table[known].assign(cause=lambda rows: rows["metric"].map(TRUE_CAUSES))
    table = table.astype({"people": "Int64"})  # unknown in results of earlier versions
    headings = {"ranker": "Ranker", "label": "Method", "cause": "True cause", "people": "People"}
    figures = {"value": "Named first", "low": "Low", "high": "High", "chance": "Chance"}
    typer.echo()
    print_table(table, {**headings, **figures, "fixed": "One feature always"})
    for metric in TRUE_CAUSES:
        print_sentence(found.metrics[metric])


def contexts(data: str, home: Path, as_json: bool) -> None:
    """Which features of the moment matter?"""
    from recengine.engine import measure_contexts

    with ProgressLines() as progress:
        found = measure_contexts(data, Workspace(home), progress=progress)
    if as_json:
        print_json({each.name: getattr(found, each.name) for each in fields(found)})
        return
    print_sentence(found.sentence)
    print_table(found.overall, {"way": "Told", "value": "NDCG@10", "low": "Low", "high": "High"})
    print_table(found.features, FEATURE_HEADINGS)
    if len(found.truth):
        headings = {"name": "Against the truth", "mean": "Value", "low": "Low", "high": "High"}
        print_table(found.truth, headings)
    typer.echo(f"\n{found.protocol}\n{found.made_with}")


def ablations(data: str, home: Path, *, seeds: tuple[int, ...], ready: bool, as_json: bool) -> None:
    """What is each part of the unified ranker worth?"""
    from recengine.engine import measure_ablations

    with ProgressLines() as progress:
        study = measure_ablations(
            data, Workspace(home), seeds=seeds, ready=ready, progress=progress
        )
    if as_json:
        print_json({each.name: getattr(study, each.name) for each in fields(study)})
        return
    print_sentence(study.sentence)
    print_table(study.table, PART_HEADINGS)
    typer.echo(f"\n{study.protocol}\n{study.made_with}")
