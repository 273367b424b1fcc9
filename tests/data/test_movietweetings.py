"""MovieTweetings in its published form, and what happens where it is not."""

import os
from pathlib import Path

import pytest

from recengine.data import movietweetings
from recengine.data.download import NotFetchedError
from recengine.data.movietweetings import load_movietweetings
from recengine.data.tables import load_tables
from recengine.errors import DataError, DownloadError

SHARED = Path(os.environ.get("RECENGINE_SHARED_DATA", Path(__file__).parents[3] / "shared/data"))
NOW = 1_700_000_000
RATINGS = """1::0110912::9::1375657563
2::0110912::10::1375657000
2::0034583::7::1375658000
2::9999999::1::1
"""
FILMS = """0110912::Pulp Fiction (1994)::Crime|Thriller
0034583::Casablanca (1942)::
0000001::Never Rated (1900)::Short
"""


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "movietweetings"
    folder.mkdir()
    (folder / "ratings.dat").write_text(RATINGS, "utf-8")
    (folder / "movies.dat").write_text(FILMS, "utf-8")
    return tmp_path


def test_ratings_films_and_genres_are_joined(downloads):
    dataset = load_movietweetings(downloads)
    assert dataset.interactions["value"].tolist() == [9, 10, 7]
    assert dataset.interactions["timestamp"].tolist() == [1375657563, 1375657000, 1375658000]
    assert dataset.items["title"].tolist() == ["Pulp Fiction", "Casablanca"]
    assert dataset.items["year"].tolist() == [1994, 1942]
    assert dataset.items["categories"].tolist() == [["Crime", "Thriller"], []]
    assert list(dataset.user_ids) == ["1", "2"]
    second = dataset.log.span(dataset.user_index("2"))
    assert dataset.log.times[second].tolist() == [1375657000, 1375658000]


def test_what_cannot_be_or_was_said_before_is_left_out_and_told(downloads):
    file = downloads / "movietweetings" / "ratings.dat"
    further = (
        "1::0110912::9::1375657563\n"  # the same once more
        "1::0110912::8::1375657590\n"  # the same film again, within a minute
        "3::0110912::8::4070908800\n"  # in 2099
        "1::0034583::8::soon\n"
    )
    file.write_text(RATINGS + further, "utf-8")
    dataset = load_movietweetings(downloads, now=NOW)
    assert dataset.interactions["value"].tolist() == [9, 10, 7]
    assert list(dataset.user_ids) == ["1", "2"]
    told = {step.rule: (step.events, step.people, step.items) for step in dataset.cleaning}
    assert told == {
        "known_items": (1, 0, 1),
        "times": (1, 0, 0),
        "exact_duplicates": (1, 0, 0),
        "future": (1, 1, 0),
        "repeat_seconds": (1, 0, 0),
    }


def test_a_file_of_another_form_is_named_with_its_line(downloads):
    (downloads / "movietweetings" / "ratings.dat").write_text("1::2::3::4\n404: Not Found\n")
    with pytest.raises(DataError, match=r"line 2 has not the 4 columns"):
        load_movietweetings(downloads)


def test_an_address_that_does_not_answer_is_a_clear_message(tmp_path, monkeypatch):
    def silent(url: str, *_: object, **__: object) -> None:
        raise NotFetchedError(url, "no connection")

    monkeypatch.setattr(movietweetings, "fetch", silent)
    with pytest.raises(DownloadError, match=r"Could not fetch https://raw.*no connection"):
        load_movietweetings(tmp_path)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not at hand")
@pytest.mark.parametrize(
    ("folder", "people", "events", "described"),
    [("movietweetings", 15_036, 82_505, "Thelma"), ("ifdb", 2_801, 54_140, "Zork")],
)
def test_the_joined_files_load_by_their_path(folder, people, events, described):
    found = load_tables(SHARED / folder)
    dataset = found.dataset
    assert found.report.usable
    assert dataset.num_users == people
    assert len(dataset.interactions) <= events
    assert len(dataset.interactions) > 0.97 * events
    assert dataset.items["title"].str.contains(described).any()
    assert (dataset.items["description"].str.len() > 60).mean() > 0.8
    assert len(dataset.categories) > 10
