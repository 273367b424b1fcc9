"""The README tells the truth: its commands exist, its Python runs, its links lead somewhere."""

import json
import re
import shlex
from pathlib import Path

import pytest
import typer

from recengine import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
FENCES = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SHELL = [
    line.partition("#")[0].partition(">")[0].strip()
    for language, text in FENCES
    if language == "sh"
    for line in text.splitlines()
]


def test_the_two_commands_come_first():
    assert [line.split()[:2] for line in SHELL[:2]] == [["make", "demo"], ["make", "test"]]


def test_named_make_targets_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("line", [line for line in SHELL if "recengine " in line])
def test_a_command_line_is_understood(line):
    words = shlex.split(line)
    command = typer.main.get_command(cli.app)
    path = words[words.index(next(word for word in words if word.endswith("recengine"))) + 1 :]
    while hasattr(command, "commands"):
        assert path[0] in command.commands
        command, path = command.commands[path[0]], path[1:]
    command.make_context("recengine", path)  # raises if an option does not exist


@pytest.mark.slow
def test_the_python_in_it_runs(monkeypatch, pytestconfig, capsys):
    monkeypatch.chdir(pytestconfig.cache.mkdir("readme"))
    sources = [text for language, text in FENCES if language == "python"]
    assert sources
    for source in sources:
        exec(compile(source, "README.md", "exec"), {})
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))) or ["nothing"]
)
def test_a_link_leads_somewhere(target):
    assert (ROOT / target).exists()


def test_folders_on_the_map_exist():
    names = re.findall(r"`((?:recengine|models|tests|pages|assets)/[\w/.]+)`", README)
    assert names
    for name in names:
        assert (ROOT / name).exists() or (ROOT / "recengine" / name).exists()


DATASETS = ("movielens-1m", "movielens-100k", "storefront")
NOT_MEASURED = "–"
COLUMNS = [(name, metric) for name in DATASETS for metric in ("ndcg@10", "hr@10")]


def test_the_figures_are_those_of_the_results_that_come_along():
    results = {
        name: json.loads((ROOT / "assets" / "results" / f"{name}-P-A.json").read_text())["rows"]
        for name in DATASETS
    }
    table = re.search(r"^\| ranker \|.*?\n\n", README, re.MULTILINE | re.DOTALL)[0]
    lines = [line.strip("| ").split(" | ") for line in table.splitlines()[2:] if line]
    assert {label for label, *_ in lines} == {
        row["label"] for rows in results.values() for row in rows
    }
    for label, *cells in lines:
        for (name, metric), cell in zip(COLUMNS, cells, strict=True):
            rows = [
                row for row in results[name] if (row["label"], row["metric"]) == (label, metric)
            ]
            assert len(rows) == (cell != NOT_MEASURED), (label, name, metric)
            if not rows:
                continue
            row = rows[0]
            told = [float(number) for number in re.findall(r"[\d.]+", cell)]
            measured = [row["value"], row["low"], row["high"]][: len(told)]
            assert told == pytest.approx(measured, abs=0.00051), (label, name, metric)
