"""Results are found by the name of the data, or by the data themselves."""

import os
from pathlib import Path

import pytest

from recengine.data.frappe import load_frappe
from recengine.data.workspace import Workspace, write_json
from recengine.engine.assets import dashboard_folder, files_stamp, results_file
from recengine.training.checkpoint import load_checkpoint

ELSEWHERE = "/somewhere/else/shop"
FRAPPE = Path(
    os.environ.get("RECENGINE_FRAPPE", Path(__file__).parents[3] / "shared" / "data" / "frappe")
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


def kept(workspace: Workspace, name: str, content: dict) -> Path:
    path = workspace.folder("results") / name
    write_json(path, content)
    return path


def test_results_of_equal_data_count_whatever_the_data_are_called(workspace: Workspace) -> None:
    on_top = kept(workspace, "shop-contexts.json", {"facts": {"data_fingerprint": "a"}})
    assert results_file(ELSEWHERE, "contexts", workspace, "a") == on_top
    inside = kept(workspace, "shop-P-A.json", {"data_fingerprint": "a"})
    assert results_file(ELSEWHERE, "P-A", workspace, "a") == inside
    assert results_file(ELSEWHERE, "P-A", workspace, "b") is None
    assert results_file(ELSEWHERE, "P-A", workspace) is None


def test_results_under_the_own_name_come_first(workspace: Workspace) -> None:
    kept(workspace, "shop-P-A.json", {"data_fingerprint": "a"})
    own = kept(workspace, "_somewhere_else_shop-P-A.json", {"data_fingerprint": "a"})
    assert results_file(ELSEWHERE, "P-A", workspace, "a") == own


def test_a_damaged_file_of_other_data_is_passed_over(workspace: Workspace) -> None:
    (workspace.folder("results") / "broken-P-A.json").write_text("{")
    good = kept(workspace, "shop-P-A.json", {"data_fingerprint": "a"})
    assert results_file(ELSEWHERE, "P-A", workspace, "a") == good


def test_a_file_that_was_written_again_is_read_again(workspace: Workspace) -> None:
    path = kept(workspace, "shop-P-A.json", {"data_fingerprint": "a"})
    assert results_file(ELSEWHERE, "P-A", workspace, "b") is None
    kept(workspace, "shop-P-A.json", {"data_fingerprint": "b"})
    os.utime(path, ns=(1, 1))
    assert results_file(ELSEWHERE, "P-A", workspace, "b") == path


def test_what_equal_data_were_measured_to_give_renews_answers(workspace: Workspace) -> None:
    before = files_stamp(ELSEWHERE, workspace)
    kept(workspace, "shop-P-A.json", {"data_fingerprint": "a"})
    assert files_stamp(ELSEWHERE, workspace) != before


@pytest.mark.skipif(not (FRAPPE / "frappe.csv").exists(), reason="Frappe is not at hand")
@pytest.mark.parametrize("kind", ["P-A", "contexts", "feedback"])
def test_what_was_measured_on_frappe_is_found_wherever_it_lies(
    workspace: Workspace, kind: str
) -> None:
    data = load_frappe(FRAPPE)
    found = results_file(data.name, kind, workspace, data.fingerprint)
    assert found == dashboard_folder() / "assets" / "results" / f"frappe-{kind}.json"


def test_what_comes_along_about_data_of_others_does_not_tell_their_choices():
    """A list gives its person's choice away together with the choice's rank."""
    folder = dashboard_folder() / "assets" / "results"
    files = [each for each in folder.glob("*-answers.safetensors") if "storefront" not in each.name]
    assert files
    for file in files:
        names = {each.rpartition("/")[2] for each in load_checkpoint(file)[0]}
        assert names <= {"users", "competitors", "ranks", "values"}, file.name
