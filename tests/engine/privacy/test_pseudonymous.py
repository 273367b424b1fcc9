"""In a demo people are erased and taken home by their pseudonym, and no real id is told."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from recengine.data.pseudonyms import VARIABLE, names_of
from recengine.data.sources import load_dataset, load_with_ids
from recengine.data.workspace import Workspace, write_json
from recengine.engine.privacy.erasing import Erasure, erase_person
from recengine.engine.privacy.exporting import export_person
from recengine.errors import UnknownNameError

SHOP, REAL = "storefront:40x60:1", "user-0007"


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.fixture
def shown(home: Workspace, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a demo calls the person; stories know them by both names."""
    name = names_of(load_dataset(SHOP, home), home)[REAL]
    stories = home.folder("stories")
    write_json(stories / "storefront-40x60-1-a.json", [{"user_id": REAL, "text": f"{REAL} reads"}])
    write_json(stories / "storefront-40x60-1-b.json", [{"user_id": name, "text": "plays"}])
    monkeypatch.setenv(VARIABLE, "1")
    return name


def test_erased_by_the_pseudonym_both_names_are_gone(shown: str, home: Workspace) -> None:
    erasure: Erasure = erase_person(SHOP, shown, home)
    assert REAL not in load_with_ids(SHOP, home).user_ids
    assert not list(home.folder("stories").iterdir())
    assert not re.search(r"user-\d", str(erasure))


@pytest.mark.usefixtures("shown")
def test_without_pseudonyms_the_traces_of_a_demo_go_as_well(
    home: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    erase_person(SHOP, REAL, home)
    assert not list(home.folder("stories").iterdir())


def test_an_interrupted_erasure_can_be_finished_by_the_pseudonym(
    shown: str, home: Workspace, erase_on_full_disk
) -> None:
    erase_on_full_disk(SHOP, shown, home)
    assert shown not in load_dataset(SHOP, home).user_ids
    assert len(list(home.folder("stories").iterdir())) == 2
    erase_person(SHOP, shown, home)
    assert not list(home.folder("stories").iterdir())


def test_an_export_by_the_pseudonym_holds_everything_but_the_id(
    shown: str, home: Workspace, tmp_path: Path
) -> None:
    counts = export_person(SHOP, shown, home, tmp_path / "who.zip")
    assert counts["events"] > 0
    assert counts["traces"] == 2
    with zipfile.ZipFile(tmp_path / "who.zip") as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
        person = json.loads(archive.read("person.json"))
    assert not re.search(r"user-\d", text)
    told = [entry for trace in person["traces"] for entry in trace["entries"]]
    assert {"user_id": shown, "text": f"{shown} reads"} in told


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("unknown", [REAL, "nobody"])
def test_no_mistake_tells_a_real_id(home: Workspace, tmp_path: Path, unknown: str) -> None:
    with pytest.raises(UnknownNameError, match="Known: Person") as erasing:
        erase_person(SHOP, unknown, home)
    with pytest.raises(UnknownNameError, match="Known: Person") as exporting:
        export_person(SHOP, unknown, home, tmp_path / "x.zip")
    for told in (erasing, exporting):
        assert not re.search(r"user-\d", str(told.value).replace(repr(unknown), ""))
    assert not (tmp_path / "x.zip").exists()
