import json

import pytest

from recengine.data import sources
from recengine.data.sources import BUILT_IN, describe, load_dataset
from recengine.data.workspace import Workspace
from recengine.errors import ConfigError, UnknownNameError

SMALL = "storefront:20x48"
CSV = "user_id,item_id,timestamp\nu1,i1,1700000000\nu1,i2,1700000100\nu2,i1,1700000200\n"


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "home")


def count_makings(monkeypatch):
    made = []
    original = sources.storefront_truth
    monkeypatch.setattr(
        sources, "storefront_truth", lambda config: made.append(config) or original(config)
    )
    return made


def test_a_dataset_is_made_once_and_read_afterwards(workspace, monkeypatch):
    made = count_makings(monkeypatch)
    first, second = load_dataset(SMALL, workspace), load_dataset(SMALL, workspace)
    assert first.fingerprint == second.fingerprint
    assert len(made) == 1


def test_a_damaged_copy_is_made_anew(workspace, monkeypatch):
    made = count_makings(monkeypatch)
    load_dataset(SMALL, workspace)
    (workspace.path / "datasets" / "storefront-20x48" / "items.parquet").write_bytes(b"damaged")
    load_dataset(SMALL, workspace)
    load_dataset(SMALL, workspace)
    assert len(made) == 2


def test_progress_is_told_what_is_going_on(workspace):
    stages = []
    load_dataset(SMALL, workspace, progress=lambda stage, *_: stages.append(stage))
    assert stages == ["Simulating a shop"]


def test_names_of_other_shops_give_other_shops(workspace):
    assert load_dataset("storefront:20x48:7", workspace).name == "storefront:20x48:7"


def test_a_wrong_size_is_a_clear_error(workspace):
    with pytest.raises(ConfigError, match=r"write, for example, storefront:200x150:7"):
        load_dataset("storefront:big", workspace)


def test_an_unknown_name_says_that_a_path_may_be_given(workspace):
    with pytest.raises(UnknownNameError, match=r"'movielens'.*movielens-1m.*path of a folder or"):
        load_dataset("movielens", workspace)


@pytest.mark.parametrize("name", ["movielens-1m", "movielens-100k"])
def test_movielens_names_load_their_edition(workspace, monkeypatch, name):
    small = load_dataset(SMALL, workspace)
    asked = []
    monkeypatch.setattr(
        sources, "load_movielens", lambda edition, *_: asked.append(edition.name) or small
    )
    assert load_dataset(name, workspace).fingerprint == small.fingerprint
    assert asked == [name]


def test_every_built_in_dataset_says_what_it_is():
    assert list(BUILT_IN) == [
        "movielens-1m",
        "movielens-100k",
        "movietweetings",
        "ifdb",
        "storefront",
    ]
    assert all(source.title and source.description for source in BUILT_IN.values())
    assert "imulated" in BUILT_IN["storefront"].title


def test_a_file_of_ones_own_is_kept_until_it_changes(workspace, tmp_path, monkeypatch):
    path = tmp_path / "log.csv"
    path.write_text(CSV)
    first = load_dataset(str(path), workspace)
    assert (first.name, len(first.interactions)) == (str(path), 3)
    with monkeypatch.context() as patch:
        patch.setattr("recengine.data.tables.load_tables", None)
        assert load_dataset(str(path), workspace).fingerprint == first.fingerprint
    path.write_text(CSV + "u3,i3,1700000300\n")
    assert len(load_dataset(str(path), workspace).interactions) == 4


def test_a_new_mapping_file_makes_a_folder_be_read_anew(workspace, tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "log.csv").write_text(CSV)
    assert load_dataset(str(folder), workspace).title == "Shop"
    (folder / "mapping.toml").write_text(
        'title = "My shop"\n[interactions]\nfile = "log.csv"\nuser_id = "user_id"\n'
        'item_id = "item_id"\ntimestamp = "timestamp"\n'
    )
    assert load_dataset(str(folder), workspace).title == "My shop"


def test_a_prefix_of_atomic_files_is_a_path(workspace, tmp_path):
    (tmp_path / "toy.inter").write_text("user_id:token\titem_id:token\nu1\ti1\nu2\ti1\n")
    assert load_dataset(str(tmp_path / "toy"), workspace).num_users == 2


def test_a_description_is_plain_json(workspace):
    facts = describe(load_dataset(SMALL, workspace))
    assert json.loads(json.dumps(facts)) == facts
    assert facts["people"] == 20
    assert facts["items"] == 48
    assert facts["simulated"] is True
    assert facts["context_features"]["weather"] == ["sunny", "cloudy", "rain", "snow"]
    assert facts["first_time"] < facts["last_time"]
    assert facts["friends"] > 0
