"""Rules of the house that no single module can check."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "pages").glob("*.py"))
SOURCES = sorted((ROOT / "recengine").rglob("*.py"))
TOP_LEVEL = {
    *("app.py", "pages", "recengine", "assets", "tests", "pyproject.toml", "README.md"),
    *("Makefile", "LICENSE", "requirements.lock", "requirements-dev.lock"),
}
UNPICKLERS = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}


def imported(tree: ast.AST) -> set[str]:
    """Names of the modules that a file imports, wherever it does."""
    modules = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return modules | {node.module or "" for node in froms}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_pages_and_sources_to_check():
    assert len(PAGES) >= 5
    assert len(SOURCES) >= 40


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_is_layout_only(page):
    text = page.read_text("utf-8")
    tree = ast.parse(text)
    foreign = {
        module
        for module in imported(tree)
        if module != "streamlit" and not re.match(r"recengine\.ui(\.|$)", module)
    }
    assert foreign == set()
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, definitions)] == []
    assert len(text.splitlines()) <= 80


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_says_what_question_it_answers(page):
    assert ast.get_docstring(ast.parse(page.read_text("utf-8")))


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_a_file_says_what_it_is_for_and_stays_short(source):
    text = source.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)) or not text.strip()
    assert len(text.splitlines()) <= 330


@pytest.mark.parametrize("source", [*SOURCES, *PAGES, ROOT / "app.py"], ids=name_of)
def test_html_goes_only_where_streamlit_cleans_it(source):
    calls = list(ast.walk(ast.parse(source.read_text("utf-8"))))
    words = {word.arg for call in calls if isinstance(call, ast.Call) for word in call.keywords}
    assert words & {"unsafe_allow_html", "unsafe_allow_javascript"} == set()


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_nothing_from_outside_is_unpickled(source):
    tree = ast.parse(source.read_text("utf-8"))
    assert {module.partition(".")[0] for module in imported(tree)} & UNPICKLERS == set()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = {ast.unparse(call.func) for call in calls}
    assert named & {"torch.load", "pd.read_pickle", "pandas.read_pickle"} == set()
    allowed = [word for call in calls for word in call.keywords if word.arg == "allow_pickle"]
    assert [ast.unparse(word.value) for word in allowed if ast.unparse(word.value) != "False"] == []


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_no_error_is_swallowed_whole(source):
    handlers = [
        node
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
    ]
    caught = [ast.unparse(handler.type) if handler.type else "" for handler in handlers]
    assert {"", "Exception"} & set(caught) == set()


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.strip("\0").split("\0")


def test_the_top_level_holds_only_the_fixed_names():
    names = {name.partition("/")[0] for name in tracked()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_lock_files_hold_exact_versions_of_what_the_project_asks_for():
    pins = (ROOT / "requirements.lock").read_text() + (ROOT / "requirements-dev.lock").read_text()
    lines = [line for line in pins.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    locked = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    asked = {re.match(r"[\w-]+", line)[0].lower() for group in groups for line in group}
    assert asked <= locked
