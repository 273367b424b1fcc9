"""Somebody on several platforms is erased, and taken home, from all that a merge connects."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recengine.data.merges import merges, record_merge, same_person
from recengine.data.merging import merge
from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace, write_json
from recengine.engine.assets import safe_name
from recengine.engine.privacy.erasing import erase_person
from recengine.engine.privacy.exporting import export_person
from tests.engine.privacy.test_erasing import mentions

WHO, ELSEWHERE = "carla-4711", "player-0815"


def own_log(folder: Path, people: list[str]) -> str:
    """A log of one's own."""
    rng = np.random.default_rng(len(people))
    rows = [
        (person, f"i{item}", 1_700_000_000 + 86_400 * step)
        for person in people
        for step, item in enumerate(rng.permutation(9)[:5])
    ]
    folder.mkdir()
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    events.to_csv(folder / "interactions.csv", index=False)
    return str(folder)


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.fixture
def shops(tmp_path: Path, home: Workspace) -> tuple[str, str, str]:
    """Two logs, in which one person has two names, and both on one timeline."""
    first = own_log(tmp_path / "shop", [WHO, *(f"p{n}" for n in range(6))])
    second = own_log(tmp_path / "games", [ELSEWHERE, *(f"p{n}" for n in range(4))])
    sources = {"shop": first, "games": second}
    people = pd.DataFrame({"source": ["games"], "user_id": [ELSEWHERE], "person": [WHO]})
    both = tmp_path / "both"
    merge({name: load_dataset(path, home) for name, path in sources.items()}, both, people=people)
    record_merge(home, both, sources, people)
    load_dataset(str(both), home)
    return first, second, str(both)


@pytest.mark.parametrize(("asked", "called"), [(0, WHO), (1, ELSEWHERE), (2, WHO)])
def test_erased_from_one_they_are_gone_from_all_that_was_merged(
    shops: tuple[str, str, str], home: Workspace, asked: int, called: str
) -> None:
    story = {"user_id": ELSEWHERE, "text": "plays at night"}
    write_json(home.folder("stories") / f"{safe_name(shops[1])}-x.json", [story])
    before = [len(load_dataset(shop, home).interactions) for shop in shops]
    erasure = erase_person(shops[asked], called, home)
    for name in (WHO, ELSEWHERE):
        assert mentions(home.path, name) == []
        assert mentions(Path(shops[2]), name) == []
    after = [load_dataset(shop, home) for shop in shops]
    assert [len(data.interactions) for data in after] == [
        before[0] - 5,
        before[1] - 5,
        before[2] - 10,
    ]
    assert set(erasure.datasets) == set(shops)
    assert erasure.outside == tuple(shop for shop in erasure.datasets if shop != shops[2])
    assert all(shop in erasure.sentence for shop in shops)
    assert f"merged tables in {shops[2]} were written anew" in erasure.sentence
    assert (Path(shops[0]) / "interactions.csv").read_text().count(WHO) == 5


def test_others_stay_in_the_merged_tables(shops: tuple[str, str, str], home: Workspace) -> None:
    before = pd.read_parquet(Path(shops[2]) / "interactions.parquet")
    erase_person(shops[0], WHO, home)
    after = pd.read_parquet(Path(shops[2]) / "interactions.parquet")
    pd.testing.assert_frame_equal(
        after.reset_index(drop=True), before[before["user_id"] != WHO].reset_index(drop=True)
    )


def test_a_copy_goes_whose_merged_folder_is_gone(
    shops: tuple[str, str, str], home: Workspace
) -> None:
    for file in Path(shops[2]).iterdir():
        file.unlink()
    Path(shops[2]).rmdir()
    erasure = erase_person(shops[1], ELSEWHERE, home)
    assert mentions(home.path, WHO) == mentions(home.path, ELSEWHERE) == []
    assert WHO not in load_dataset(shops[0], home).user_ids
    assert any(name.startswith("datasets/own-both-") for name in erasure.deleted)


def test_the_same_id_that_nothing_connects_stays_and_is_told(
    shops: tuple[str, str, str], home: Workspace, tmp_path: Path
) -> None:
    stranger = own_log(tmp_path / "books", [WHO, "p1"])
    load_dataset(stranger, home)
    erasure = erase_person(shops[0], WHO, home)
    assert erasure.also_in == (stranger,)
    assert f"{stranger} holds the same id" in erasure.sentence
    assert WHO in load_dataset(stranger, home).user_ids


def test_nobody_is_followed_without_a_merge(
    home: Workspace, tmp_path: Path, shops: tuple[str, str, str]
) -> None:
    alone = own_log(tmp_path / "alone", ["p1", "p2"])
    assert same_person(alone, "p1", home) == ((alone, "p1"),)
    assert erase_person(alone, "p1", home).datasets == (alone,)
    assert "p1" in load_dataset(shops[0], home).user_ids


def test_the_record_of_a_merge_forgets_who_was_who(
    shops: tuple[str, str, str], home: Workspace
) -> None:
    (record,) = merges(home)
    assert record.people == (("games", ELSEWHERE, WHO),)
    erase_person(shops[0], WHO, home)
    (record,) = merges(home)
    assert record.people == ()
    assert record.sources == {"shop": shops[0], "games": shops[1]}


def test_an_export_holds_what_every_merged_dataset_keeps(
    shops: tuple[str, str, str], home: Workspace, tmp_path: Path
) -> None:
    counts = export_person(shops[0], WHO, home, tmp_path / "carla.zip")
    assert (counts["datasets"], counts["events"]) == (3, 5 + 5 + 10)
    with zipfile.ZipFile(tmp_path / "carla.zip") as archive:
        folders = {name.split("/")[0] for name in archive.namelist() if "/" in name}
        told = [json.loads(archive.read(f"{folder}/person.json")) for folder in sorted(folders)]
    assert [each["dataset"] for each in told] == [shops[2], shops[1]]


def test_a_merged_folder_that_was_never_opened_is_written_anew(
    shops: tuple[str, str, str], home: Workspace
) -> None:
    shutil.rmtree(home.path / "datasets")
    erasure = erase_person(shops[1], ELSEWHERE, home)
    assert set(erasure.datasets) == set(shops)
    assert mentions(Path(shops[2]), WHO) == []
