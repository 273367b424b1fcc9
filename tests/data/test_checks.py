import pytest

from recengine.data.checks import check, write_guess
from recengine.errors import DataError

NOW = 1_700_000_000
ROWS = (
    "user,item,rating,timestamp,weather",
    "u1,i1,4,1600000000,sunny",
    "u1,i1,4,1600000000,sunny",  # 3: again
    "u1,i2,five,1600000100,rain",  # 4: no number
    "u1,i2,NaN,1600000200,rain",  # 5: no value
    ",i2,3,1600000200,rain",  # 6: nobody
    "u2,nan,3,1600000300,rain",  # 7: nothing
    "u2,i3,3,-5,rain",  # 8: before 1970
    "u2,i3,3,1800000000,rain",  # 9: not yet
    "u2,i3,3,yesterday,rain",  # 10: no time
    "u2,i4,3,1600000400",  # 11: too short
    "u2,i9,2,1600000500,sunny",  # 12: an item that is not listed
    "u3,i1,2,1600000500," + "y" * 10_000_000,  # 13: ten megabytes
)
ITEMS = "id,title\ni1,<b>Café</b>\ni2,=cmd|' /C calc'!A0\ni3,Boots\ni4,Kite\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "interactions.csv").write_text("\n".join(ROWS) + "\n")
    (tmp_path / "items.csv").write_text(ITEMS, encoding="latin-1")
    return tmp_path


def test_every_problem_is_listed_at_once_with_its_rows(folder):
    report = check(folder, now=NOW)
    assert [(p.severity, p.file, p.column, p.rows) for p in report.problems] == [
        ("error", "interactions.csv", "", (11,)),
        ("error", "interactions.csv", "user", (6,)),
        ("error", "interactions.csv", "item", (7,)),
        ("error", "interactions.csv", "timestamp", (10,)),
        ("error", "interactions.csv", "timestamp", (8,)),
        ("error", "interactions.csv", "timestamp", (9,)),
        ("error", "interactions.csv", "rating", (4,)),
        ("warning", "items.csv", "", ()),
        ("warning", "interactions.csv", "rating", (5,)),
        ("warning", "interactions.csv", "", (3,)),
        ("warning", "interactions.csv", "weather", (13,)),
        ("warning", "items.csv", "title", (2,)),
        ("warning", "items.csv", "title", (3,)),
        ("warning", "items.csv", "id", ()),
        ("warning", "interactions.csv", "", ()),
    ]
    assert report.facts == {"rows read": 11, "rows used": 4, "people": 3, "items": 5}
    assert report.usable


def test_every_problem_says_what_to_do_and_stays_short(folder):
    for problem in check(folder, now=NOW).problems:
        assert problem.advice
        assert len(str(problem)) < 250


def test_the_report_shows_what_was_taken_for_what(folder):
    assert 'timestamp = "timestamp"' in check(folder, now=NOW).mapping


def test_a_broken_mapping_is_one_problem(folder):
    (folder / "mapping.toml").write_text("[interactions\n")
    (problem,) = check(folder).problems
    assert "is not valid TOML" in problem.what
    assert problem.severity == "error"


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a,b\n"])
def test_files_that_hold_no_events_are_unusable_and_said_to_be(tmp_path, content):
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    report = check(path)
    assert not report.usable
    assert len(report.errors) == 1


def test_a_table_of_bad_rows_only_is_unusable_but_fully_reported(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user,item,time\nu1,,soon\n")
    report = check(path)
    assert len(report.errors) == 2
    assert not report.usable


def test_the_guess_is_written_once_and_then_believed(folder):
    before = check(folder, now=NOW)
    path = write_guess(folder)
    assert path == folder / "mapping.toml"
    assert path.read_text() == before.mapping
    assert check(folder, now=NOW) == before
    with pytest.raises(DataError, match="exists already"):
        write_guess(folder)
