import pytest

from recengine.data.intake.mapping import (
    DataMapping,
    TableMapping,
    mapping_path,
    read_mapping,
    write_mapping,
)
from recengine.errors import DataError

FULL = DataMapping(
    tables={
        "interactions": TableMapping(
            "log.csv",
            {"user_id": "who", "item_id": 'what "exactly"', "timestamp": "when"},
            ("weather",),
        ),
        "items": TableMapping(
            "goods.csv", {"item_id": "id", "categories": "kinds"}, ("prix é",), "/"
        ),
        "users": TableMapping("people.csv", {"user_id": "who"}, ("age",)),
        "friends": TableMapping("pals.csv", {"user_id": "a", "friend_id": "b"}),
    },
    title="My shop",
    timezone="Europe/Berlin",
)
LEAST = '[interactions]\nfile = "log.csv"\nuser_id = "u"\nitem_id = "i"\n'


def test_what_is_written_is_what_is_read(tmp_path):
    write_mapping(FULL, tmp_path / "mapping.toml")
    assert read_mapping(tmp_path / "mapping.toml") == FULL


def test_a_mapping_is_never_written_over(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text("precious")
    with pytest.raises(DataError, match="exists already"):
        write_mapping(FULL, path)
    assert path.read_text() == "precious"


def test_little_is_needed(tmp_path):
    (tmp_path / "mapping.toml").write_text(LEAST)
    mapping = read_mapping(tmp_path / "mapping.toml")
    assert mapping.tables["interactions"].columns == {"user_id": "u", "item_id": "i"}
    assert (mapping.title, mapping.timezone) == ("", "UTC")


def test_a_mapping_lies_in_the_folder_or_beside_the_file(tmp_path):
    assert mapping_path(tmp_path) == tmp_path / "mapping.toml"
    assert mapping_path(tmp_path / "log.csv") == tmp_path / "log.mapping.toml"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = \n", r"is not valid TOML: .*line 1.*delete the file to have"),
        ('colour = "red"\n' + LEAST, r"Unknown entry 'colour'. Known: title, timezone"),
        ('title = "x"\n', r"the section \[interactions\] is missing"),
        ("interactions = 5\n", r"interactions is 5; expected a section that starts with"),
        ('[interactions]\nfile = "log.csv"\nuser_id = "u"\n', r"does not say what item_id is"),
        (LEAST + "timestamp = 5\n", r"timestamp is 5; expected text in quotation marks"),
        (LEAST + 'usr = "x"\n', r"Unknown entry of \[interactions\] 'usr'"),
        (LEAST + 'context = "weather"\n', r"context is 'weather'; expected a list of column names"),
        ('timezone = "Mars"\n' + LEAST, r"timezone is 'Mars'; expected a name such as Europe"),
        ('timezone = "../x"\n' + LEAST, r"timezone is '\.\./x'"),
        (LEAST.replace("log.csv", "../log.csv"), r"expected a file in the same folder"),
        ("title = 'caf\xe9'\n" + LEAST, r"is not valid TOML"),
    ],
)
def test_a_broken_mapping_is_one_clear_message(tmp_path, text, message):
    path = tmp_path / "mapping.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=message):
        read_mapping(path)


def test_a_mapping_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_mapping(tmp_path)
