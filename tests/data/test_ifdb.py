"""The public copy of IFDB: a dump in a zip, read without a database."""

import zipfile
from pathlib import Path

import pytest

from recengine.data import ifdb
from recengine.data.download import NotFetchedError
from recengine.data.ifdb import load_ifdb
from recengine.data.mysql_dump import read_tables
from recengine.errors import DataError, DownloadError

GAMES = (
    r"('a1','Zork, Part I','adventure/Fantasy',"
    r"'It\'s dark (\"very\").\nBe <b>eaten</b>','1980-06-01 00:00:00')",
    "('b2','Nobody''s game',NULL,NULL,NULL)",
    "('c3','Unplayed','Horror','x','1999-01-01 00:00:00')",
)
PLAYED = ("('a1','u1','2012-03-04 05:06:07')", "('b2','u1','2013-01-01 00:00:00')")
PLAYED_LATER = (
    "('a1','u2',NULL)",
    "('gone','u2','2014-01-01 00:00:00')",
    "('b2','u2','2014-01-01 00:00:00')",
)
DUMP = f"""-- MariaDB dump
DROP TABLE IF EXISTS `games`;
CREATE TABLE `games` (
  `id` varchar(32) NOT NULL,
  `title` varchar(255) DEFAULT NULL,
  `genre` varchar(255) DEFAULT NULL,
  `desc` longtext DEFAULT NULL,
  `published` datetime DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `title` (`title`)
) ENGINE=InnoDB;
INSERT INTO `games` VALUES {",".join(GAMES)};
CREATE TABLE `secrets` (
  `id` int(11) NOT NULL
);
INSERT INTO `secrets` VALUES (1);
CREATE TABLE `playedgames` (
  `gameid` varchar(32) NOT NULL,
  `userid` varchar(32) NOT NULL,
  `date_added` datetime DEFAULT NULL
);
INSERT INTO `playedgames` VALUES {",".join(PLAYED)};
INSERT INTO `playedgames` VALUES {",".join(PLAYED_LATER)};
"""


def zipped(folder: Path, dump: str, name: str = "ifdb-archive.sql") -> Path:
    target = folder / "ifdb"
    target.mkdir(exist_ok=True)
    with zipfile.ZipFile(target / "ifdb-archive-20250601.zip", "w") as archive:
        archive.writestr(name, dump)
    return folder


def test_games_and_plays_are_read_with_quotes_and_nulls(tmp_path):
    dataset = load_ifdb(zipped(tmp_path, DUMP))
    assert dataset.items["title"].tolist() == ["Zork, Part I", "Nobody's game"]
    assert dataset.items["categories"].tolist() == [["Adventure", "Fantasy"], []]
    assert dataset.items["description"].iat[0] == 'It\'s dark ("very").\nBe eaten'
    assert dataset.items["year"].iat[0] == 1980
    assert list(dataset.user_ids) == ["u1", "u2"]
    assert dataset.interactions["timestamp"].tolist()[0] == 1330837567
    assert len(dataset.interactions) == 3


def test_plays_without_a_day_or_a_game_are_told(tmp_path):
    dataset = load_ifdb(zipped(tmp_path, DUMP.replace("'2013-01-01", "'2099-01-01")))
    told = {step.rule: step.events for step in dataset.cleaning}
    assert told == {"known_items": 1, "times": 1, "future": 1}
    assert len(dataset.interactions) == 2


def test_only_the_wanted_tables_are_read():
    tables = read_tables(DUMP.splitlines(keepends=True), ["secrets"])
    assert list(tables) == ["secrets"]
    assert tables["secrets"]["id"].tolist() == ["1"]


@pytest.mark.parametrize(
    ("dump", "told"),
    [
        (
            DUMP.replace("CREATE TABLE `playedgames`", "CREATE TABLE `other`"),
            "no table playedgames",
        ),
        (DUMP.replace("`date_added`", "`when`"), "lacks date_added"),
        (DUMP.replace("('a1','u2',NULL)", "('a1','u2')"), "rows of another width"),
    ],
)
def test_another_form_says_what_is_missing(tmp_path, dump, told):
    with pytest.raises(DataError, match=told):
        load_ifdb(zipped(tmp_path, dump))


def test_a_zip_of_something_else_is_refused(tmp_path):
    with pytest.raises(DataError, match="not the public copy"):
        load_ifdb(zipped(tmp_path, DUMP, "readme.txt"))


def test_an_address_that_does_not_answer_is_a_clear_message(tmp_path, monkeypatch):
    def silent(url: str, *_: object, **__: object) -> None:
        raise NotFetchedError(url, "no connection")

    monkeypatch.setattr(ifdb, "fetch", silent)
    with pytest.raises(DownloadError, match=r"ifarchive\.org.*no connection"):
        load_ifdb(tmp_path)
