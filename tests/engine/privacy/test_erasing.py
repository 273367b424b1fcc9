"""Everything about one person can be handed out, and nothing is left once it is erased."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace, write_json
from recengine.engine.privacy.erasing import erase_person, trained_before_erasure
from recengine.engine.privacy.exporting import export_person
from recengine.errors import ConfigError, UnknownNameError
from recengine.evaluation.protocols import protocol_split
from recengine.models.als import ALS, ALSConfig
from recengine.models.base import FitData
from recengine.training.checkpoint import load_checkpoint
from recengine.training.rankers import save_ranker, stored_ease

WHO = "carla-4711"


@pytest.fixture
def own(tmp_path: Path) -> str:
    """A small log of one's own, in which somebody with a telling name takes part."""
    rng = np.random.default_rng(0)
    people = [WHO, *(f"p{number}" for number in range(12))]
    rows = [
        (person, f"i{item}", 1_700_000_000 + 86_400 * step)
        for person in people
        for step, item in enumerate(rng.permutation(9)[:7])
    ]
    folder = tmp_path / "my-shop"
    folder.mkdir()
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    events.to_csv(folder / "interactions.csv", index=False)
    titles = pd.DataFrame({"item_id": [f"i{n}" for n in range(9)], "title": list("ABCDEFGHI")})
    titles.to_csv(folder / "items.csv", index=False)
    friends = pd.DataFrame({"user_id": [WHO, "p1", "p2"], "friend_id": ["p1", WHO, "p3"]})
    friends.to_csv(folder / "friends.csv", index=False)
    return str(folder)


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.fixture
def lived_in(own: str, home: Workspace) -> Workspace:
    """A workspace after some use: rankers, results, answers, stories, a job, what was said."""
    dataset = load_dataset(own, home)
    stem = "".join(c if c.isalnum() or c in "-_." else "_" for c in dataset.name)
    split = protocol_split(dataset)
    data = FitData(dataset, split.train, split.candidates)
    torch.manual_seed(0)
    ranker = ALS.fit(data, ALSConfig())
    facts = {"made": "20240101T120000"}
    save_ranker(home.folder("rankers") / f"{stem}-als.safetensors", ranker, dataset, facts)
    stored_ease(data, home)
    story = {"kind": "switch", "title": "x", "user_id": WHO, "context": {}}
    write_json(home.folder("stories") / f"{stem}-abc.json", [story])
    write_json(
        home.folder("results") / f"{stem}-P-A.json",
        {"rows": [{"ranker": "als", "value": 0.5}], "worst": [{"user_id": WHO, "rank": 9}]},
    )
    (home.folder("results") / f"{stem}-P-A-answers.safetensors").write_bytes(b"rows by person")
    (home.folder("jobs") / f"{stem}-als.log").write_text(f"asked for {WHO}\nepoch 3\n")
    notes = pd.DataFrame({"user_id": [WHO, "p1"], "said": ["more", "less"]})
    notes.to_parquet(home.folder("feedback") / f"{stem}.parquet")
    return home


def mentions(folder: Path, word: str) -> list[str]:
    """Files that hold a word, packed or not."""
    found = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        text = path.read_bytes()
        if path.suffix == ".parquet":
            text += pd.read_parquet(path).to_csv().encode()
        if word.encode() in text:
            found.append(str(path.relative_to(folder)))
    return found


def test_no_file_of_the_workspace_holds_the_id_afterwards(own: str, lived_in: Workspace) -> None:
    assert len(mentions(lived_in.path, WHO)) >= 6
    erasure = erase_person(own, WHO, lived_in)
    assert mentions(lived_in.path, WHO) == []
    assert erasure.outside == (own,)
    assert (Path(own) / "interactions.csv").read_text().count(WHO) == 7


def test_what_is_not_about_the_person_stays(own: str, lived_in: Workspace) -> None:
    before = load_dataset(own, lived_in)
    erase_person(own, WHO, lived_in)
    after = load_dataset(own, lived_in)
    assert list(after.user_ids) == [each for each in before.user_ids if each != WHO]
    assert len(after.interactions) == len(before.interactions) - 7
    assert after.num_items == before.num_items
    assert after.friends[["user_id", "friend_id"]].to_numpy().tolist() == [["p2", "p3"]]
    (results,) = lived_in.folder("results").glob("*.json")
    assert json.loads(results.read_text()) == {
        "rows": [{"ranker": "als", "value": 0.5}],
        "worst": [],
    }


def test_their_own_row_of_trained_weights_goes_and_the_rest_is_told(
    own: str, lived_in: Workspace
) -> None:
    (path,) = lived_in.folder("rankers").glob("*als.safetensors")
    tensors, facts = load_checkpoint(path)
    row = facts["user_ids"].index(WHO)
    assert tensors["users"][row].abs().sum() > 0
    erasure = erase_person(own, WHO, lived_in)
    tensors, facts = load_checkpoint(path)
    assert tensors["users"][row].abs().sum() == 0
    assert tensors["users"][row - 1].abs().sum() + tensors["users"][row + 1].abs().sum() > 0
    assert erasure.trained_before == ("als",)
    assert "train again" in erasure.sentence
    assert not list(lived_in.folder("rankers").glob("ease-*"))


def test_the_erased_stay_erased_when_the_data_is_loaded_again(own: str, home: Workspace) -> None:
    load_dataset(own, home)
    erase_person(own, WHO, home)
    shutil.rmtree(home.path / "datasets")
    assert WHO not in load_dataset(own, home).user_ids
    with (Path(own) / "interactions.csv").open("a") as events:
        events.write(f"{WHO},i3,1709999999\np1,i8,1709999999\n")
    again = load_dataset(own, home)
    assert WHO not in again.user_ids
    assert again.interactions["timestamp"].max() == 1_709_999_999


def test_an_interrupted_erasure_hides_the_person_and_can_be_finished(
    own: str, lived_in: Workspace, erase_on_full_disk
) -> None:
    erase_on_full_disk(own, WHO, lived_in)
    assert WHO not in load_dataset(own, lived_in).user_ids
    assert mentions(lived_in.path, WHO)
    erase_person(own, WHO, lived_in)
    assert mentions(lived_in.path, WHO) == []


def test_the_list_of_the_erased_does_not_tell_who_they_are(own: str, home: Workspace) -> None:
    erase_person(own, WHO, home)
    (path,) = (home.path / "erased").glob("*.json")
    assert WHO not in path.read_text()
    assert json.loads(path.read_text())["pending"] == []
    assert trained_before_erasure(own, path.stem, home) == ()


def test_nobody_of_that_name_is_a_clear_mistake(own: str, home: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="user 'nobody'"):
        erase_person(own, "nobody", home)
    with pytest.raises(UnknownNameError, match="user 'nobody'"):
        export_person(own, "nobody", home, home.path / "x.zip")


def test_a_number_as_id_takes_nothing_else_along(tmp_path: Path, home: Workspace) -> None:
    folder = tmp_path / "numbers"
    folder.mkdir()
    rows = [(user, item, 1_700_000_000 + item) for user in range(1, 7) for item in range(1, 7)]
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(
        folder / "interactions.csv", index=False
    )
    dataset = load_dataset(str(folder), home)
    stem = "".join(c if c.isalnum() or c in "-_." else "_" for c in dataset.name)
    kept = {"rows": [{"item_id": "3", "value": 3.0, "text": "3 of 4"}, {"user_id": "3"}]}
    write_json(home.folder("results") / f"{stem}-x.json", kept)
    erase_person(str(folder), "3", home)
    (results,) = home.folder("results").glob("*.json")
    assert json.loads(results.read_text()) == {"rows": kept["rows"][:1]}
    assert "3" not in load_dataset(str(folder), home).user_ids
    assert "3" in load_dataset(str(folder), home).item_ids


def test_an_export_holds_everything_and_is_not_written_over(
    own: str, lived_in: Workspace, tmp_path: Path
) -> None:
    target = tmp_path / "carla.zip"
    counts = export_person(own, WHO, lived_in, target)
    assert counts["events"] == 7
    assert counts["friends"] == 2
    with zipfile.ZipFile(target) as archive:
        person = json.loads(archive.read("person.json"))
        events = archive.read("events.csv").decode()
    assert events.count(WHO) == 7
    assert "title" in events.splitlines()[0]
    files = [trace["file"].split("/")[0] for trace in person["traces"]]
    assert set(files) >= {"stories", "results", "jobs", "feedback", "rankers"}
    with pytest.raises(ConfigError, match="there already"):
        export_person(own, WHO, lived_in, target)
