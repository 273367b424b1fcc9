import json

import pandas as pd
import pytest

from recengine.data.store import read_dataset, write_dataset
from recengine.data.storefront import StorefrontConfig, storefront_truth
from recengine.errors import StorageError


@pytest.fixture(scope="module")
def dataset():
    return storefront_truth(StorefrontConfig(num_users=20, num_items=48)).dataset


def test_what_is_read_is_what_was_written(dataset, tmp_path):
    write_dataset(dataset, tmp_path, "recipe")
    again = read_dataset(tmp_path, "recipe")
    assert again.fingerprint == dataset.fingerprint
    assert again.context_features == dataset.context_features
    assert again.profile_features == dataset.profile_features
    assert again.friends.equals(dataset.friends)
    assert (again.name, again.simulated, again.timezone) == (dataset.name, True, "Europe/Berlin")
    assert isinstance(again.items["categories"][0], list)
    pd.testing.assert_frame_equal(again.interactions, dataset.interactions)


def test_another_recipe_is_not_read(dataset, tmp_path):
    write_dataset(dataset, tmp_path, "old")
    with pytest.raises(StorageError, match="made from something else"):
        read_dataset(tmp_path, "new")


def test_another_format_is_not_read(dataset, tmp_path):
    write_dataset(dataset, tmp_path, "recipe")
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, "format": 0}))
    with pytest.raises(StorageError, match="another version"):
        read_dataset(tmp_path, "recipe")


def test_an_empty_folder_is_not_read(tmp_path):
    with pytest.raises(StorageError, match="Delete it"):
        read_dataset(tmp_path, "recipe")


@pytest.mark.parametrize("table", ["interactions", "items", "users", "friends"])
def test_a_damaged_table_is_noticed(dataset, tmp_path, table):
    write_dataset(dataset, tmp_path, "recipe")
    path = tmp_path / f"{table}.parquet"
    content = bytearray(path.read_bytes())
    content[40] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(StorageError, match="is damaged"):
        read_dataset(tmp_path, "recipe")


@pytest.mark.parametrize("key", ["tables", "timezone", "context_features"])
def test_a_manifest_that_lacks_something_is_noticed(dataset, tmp_path, key):
    write_dataset(dataset, tmp_path, "recipe")
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    del manifest[key]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(StorageError, match="is damaged"):
        read_dataset(tmp_path, "recipe")


def test_a_dataset_cut_off_while_being_written_is_not_read(dataset, tmp_path, monkeypatch):
    write_dataset(dataset, tmp_path, "recipe")

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fail)
    with pytest.raises(StorageError, match="the disk is full"):
        write_dataset(dataset, tmp_path, "recipe")
    with pytest.raises(StorageError):
        read_dataset(tmp_path, "recipe")
    assert not list(tmp_path.glob(".*.part"))


def test_a_folder_that_is_a_file_is_a_storage_error(dataset, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="Cannot write"):
        write_dataset(dataset, tmp_path / "file", "recipe")
