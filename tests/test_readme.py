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


PLACES = {
    "MovieLens-1M": "movielens-1m", "MovieLens-100K": "movielens-100k",
    "simulated shop": "storefront", "Simulated shop": "storefront",
}  # fmt: skip


def result_of(name: str) -> dict:
    return json.loads((ROOT / "assets" / "results" / f"{name}.json").read_text("utf-8"))


def lines_below(first_cells: str) -> list[list[str]]:
    """The cells of each line of the README's table that begins with these."""
    table = README[README.index(f"| {first_cells} |") :].partition("\n\n")[0]
    return [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]


def numbers(cell: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", cell)]


def test_the_figures_are_those_of_the_results_that_come_along():
    results = {name: result_of(f"{name}-P-A")["rows"] for name in DATASETS}
    lines = lines_below("ranker")
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
            told = numbers(cell)
            measured = [row["value"], row["low"], row["high"]][: len(told)]
            assert told == pytest.approx(measured, abs=0.00051), (label, name, metric)


EXPLAINED_BY = (
    "recency", "exact", "integrated-gradients", "occlusion", "gradient-attention", "rollout",
    "attention", "random",
)  # fmt: skip


@pytest.mark.parametrize("line", lines_below("ranker (people)"), ids=lambda line: line[0])
def test_the_tests_of_explanations_are_those_that_were_made(line):
    label, place, people = re.fullmatch(r"(.*), (.*) \((\d+)\)", line[0]).groups()
    found = result_of(f"{PLACES[place]}-explanations")
    ranker = next(
        name for name, facts in found["rankers"].items() if facts["label"].startswith(label)
    )
    assert found["rankers"][ranker]["people"] == int(people)
    rows = {
        row["method"]: row
        for row in found["rows"]
        if (row["ranker"], row["metric"]) == (ranker, "faithfulness")
    }
    for method, cell in zip(EXPLAINED_BY, line[1:], strict=True):
        assert (cell == NOT_MEASURED) == (method not in rows), method
        if method in rows:
            assert numbers(cell) == pytest.approx([rows[method]["value"]], abs=0.0051), method
            assert cell.startswith("**") == bool(rows[method]["trusted"]), method


@pytest.mark.parametrize("line", lines_below("ranker, data (people)"), ids=lambda line: line[0])
def test_the_gains_of_feedback_are_those_that_were_measured(line):
    label, place, people = re.fullmatch(r"(.*), (.*) \((\d+)\)", line[0]).groups()
    found = result_of(f"{PLACES[place]}-feedback")
    own = {
        row["told"]: row
        for row in found["rows"]
        if label in row["label"] and (row["arm"], row["metric"]) == ("own", "ndcg@10")
    }
    ranker = own[5]["ranker"]
    assert found["rankers"][ranker]["people"] == int(people)
    last = own[5]
    figures = [last["difference"], last["diff_low"], last["diff_high"]]
    assert numbers(line[1]) == pytest.approx([own[0]["value"]], abs=0.00051)
    assert numbers(line[2]) == pytest.approx([last["value"]], abs=0.00051)
    assert numbers(line[3].replace("+", "")) == pytest.approx(figures, abs=0.00051)


FORETOLD_BY = ("moving-average", "causal-transformer", "seq2seq-transformer", "cvae", "gru")


@pytest.mark.parametrize(
    "line",
    [line for line in lines_below("data") if "by path" not in line[0]],
    ids=lambda line: line[0],
)
def test_the_skill_of_forecasts_is_that_which_was_measured(line):
    place, people = re.fullmatch(r"(.*), next days \((\d+) people\)", line[0]).groups()
    skills = {
        row["method"]: row
        for row in result_of(f"{PLACES[place]}-forecasts")["skills"]
        if row["unit"] == "days"
    }
    for method, cell in zip(FORETOLD_BY, line[1:], strict=True):
        assert (cell == "not measured") == (method not in skills), method
        if method in skills:
            row = skills[method]
            assert row["people"] == int(people)
            figures = [100 * row["skill"], 100 * row["low"], 100 * row["high"]]
            assert numbers(cell) == pytest.approx(figures, abs=0.51), method


PARTS = ("dynamic", "told", "moment", "text", "head")


@pytest.mark.parametrize("line", lines_below("left out on"), ids=lambda line: line[0])
def test_what_leaving_a_part_out_costs_is_what_was_measured(line):
    parts = result_of(f"{PLACES[line[0]]}-ablations")["parts"]
    for part, cell in zip(PARTS, line[1:], strict=True):
        assert (cell == "not measured") == (part not in parts), part
        if part in parts:
            row = next(row for row in parts[part]["rows"] if row["metric"] == "ndcg@10")
            figures = [row["difference"], row["diff_low"], row["diff_high"]]
            assert numbers(cell.replace("+", "")) == pytest.approx(figures, abs=0.00051), part


def test_the_share_of_what_a_moment_can_bring_is_that_which_was_measured():
    told = re.search(r"unified ranker reaches (.*?) of the gain", README)[1]
    truth = {row["name"]: row for row in result_of("storefront-contexts")["truth"]}
    share = truth["share of achievable"]
    figures = [share["mean"], share["low"], share["high"]]
    assert numbers(told) == pytest.approx(figures, abs=0.0051)
