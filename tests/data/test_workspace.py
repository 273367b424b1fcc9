import errno
import os

import pytest

from recengine.data.workspace import Workspace, read_json, write_atomic, write_json
from recengine.errors import StorageError


def test_folders_are_made_when_asked_for(tmp_path):
    folder = Workspace(tmp_path / "home").folder("datasets")
    assert folder == tmp_path / "home" / "datasets"
    assert folder.is_dir()


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(StorageError, match=r"Cannot write .*datasets"):
        Workspace(tmp_path / "home").folder("datasets")


def test_locks_keep_others_out_until_released(tmp_path):
    workspace = Workspace(tmp_path)
    with workspace.lock("vectors") as held:
        assert held.is_locked
    assert not workspace.lock("vectors").is_locked


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "deep" / "file.txt"
    for content in ("old", "new"):
        with write_atomic(path) as temporary:
            temporary.write_text(content)
    assert path.read_text() == "new"
    assert os.listdir(path.parent) == ["file.txt"]


def test_a_failure_half_way_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def fail():
        with write_atomic(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "the disk is full. Free some space"),
        (errno.EACCES, "writing there is not allowed"),
        (errno.EIO, "Check the disk"),
    ],
)
def test_trouble_with_the_disk_says_what_to_do(tmp_path, number, message):
    def fail():
        with write_atomic(tmp_path / "file.txt"):
            raise OSError(number, os.strerror(number))

    with pytest.raises(StorageError, match=message + ".*Nothing was half-written"):
        fail()


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="Cannot write"), write_atomic(tmp_path / "file" / "x"):
        pass


def test_json_comes_back_as_it_went(tmp_path):
    content = {"title": "Café", "counts": [1, 2.5, None]}
    write_json(tmp_path / "facts.json", content)
    assert read_json(tmp_path / "facts.json") == content


def test_damaged_json_says_to_delete_it(tmp_path):
    (tmp_path / "facts.json").write_text("{")
    with pytest.raises(StorageError, match="Delete it; it will be made again"):
        read_json(tmp_path / "facts.json")
