"""The scripts of the map join into one that a browser can read and no title can break."""

import collections
import re
from pathlib import Path

import pytest

from recengine.ui.map_component import QUESTIONS
from recengine.ui.map_component.component import _MODULES, joined_script
from recengine.ui.map_component.tints import category_pairs, role_colours

FRONTEND = Path(__file__).parents[3] / "recengine" / "ui" / "map_component" / "frontend"
SCRIPTS = sorted(FRONTEND.glob("*.js"))


def test_every_module_is_part_of_the_script():
    assert sorted(_MODULES) == [path.stem for path in SCRIPTS]


def test_joined_script_has_one_entrance_and_no_imports():
    script = joined_script()
    assert script.count("export default") == 1
    assert not re.search(r"^(import|export (?!default))", script, flags=re.MULTILINE)


def test_no_two_modules_use_the_same_name():
    names = re.findall(r"^(?:const|let|function|class) +(\w+)", joined_script(), re.MULTILINE)
    assert [name for name, uses in collections.Counter(names).items() if uses > 1] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_module_imports_only_what_its_neighbours_export(path):
    text = path.read_text("utf-8")
    for names, neighbour in re.findall(
        r'^import \{([^}]*)\} from "./(\w+).js";', text, re.MULTILINE
    ):
        exported = (FRONTEND / f"{neighbour}.js").read_text("utf-8")
        for name in filter(None, (each.strip() for each in names.split(","))):
            assert re.search(rf"^export (const|function|class) {name}\b", exported, re.MULTILINE)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_titles_never_become_markup(path):
    text = path.read_text("utf-8")
    for risky in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert risky not in text


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_nothing_comes_from_outside(path):
    assert "http" not in path.read_text("utf-8").lower()


def test_both_modes_colour_the_same_roles_and_questions():
    light, dark = role_colours()["light"], role_colours()["dark"]
    assert light.keys() == dark.keys()
    assert light["ramps"].keys() == dark["ramps"].keys() <= QUESTIONS.keys()


def test_only_categories_with_a_colour_of_their_own_say_so():
    pairs = category_pairs([f"category {number}" for number in range(20)])
    assert pairs[0]["own"]
    assert not pairs[-1]["own"]
