import json

import numpy as np
import pandas as pd
import pytest

from recengine.data.intake.raw_files import read_raw
from recengine.errors import DataError

TEXT = "user,item,note\nu1,i1,Café\nu2,i2,\n"


def write(tmp_path, content, name="log.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_found(tmp_path, separator):
    table = read_raw(write(tmp_path, TEXT.replace(",", separator)))
    assert list(table.frame.columns) == ["user", "item", "note"]
    assert list(table.frame["note"]) == ["Café", ""]
    assert list(table.row_numbers) == [2, 3]
    assert table.problems == ()


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("latin-1", "read as Latin-1"),
        ("utf-16", "read as UTF-16"),
    ],
)
def test_the_encoding_is_found_and_odd_ones_are_told(tmp_path, encoding, said):
    table = read_raw(write(tmp_path, TEXT.encode(encoding)))
    assert list(table.frame["note"]) == ["Café", ""]
    assert [said in problem.what for problem in table.problems] == ([True] if said else [])


def test_rows_that_do_not_fit_are_reported_and_the_others_keep_their_numbers(tmp_path):
    table = read_raw(write(tmp_path, "a,b\n1,2\n3\n4,5\n6,7,8\n9,10\n"))
    assert list(table.frame["a"]) == ["1", "4", "9"]
    assert list(table.row_numbers) == [2, 4, 6]
    (problem,) = table.problems
    assert (problem.severity, problem.rows, problem.count) == ("error", (3, 5), 2)


def test_quoted_cells_may_hold_separators_quotes_and_line_ends(tmp_path):
    table = read_raw(write(tmp_path, 'a,b\n"x, y","say ""hi""\nthere"\n3,4\n'))
    assert table.frame.to_numpy().tolist() == [["x, y", 'say "hi"\nthere'], ["3", "4"]]


def test_a_quotation_mark_that_is_never_closed_swallows_nothing(tmp_path):
    table = read_raw(write(tmp_path, 'a,b\n1,"open\n3,4\n'))
    assert table.frame.to_numpy().tolist() == [["1", '"open'], ["3", "4"]]
    assert "never closed" in table.problems[0].what


def test_tab_separated_files_take_quotes_as_they_are_unless_that_does_not_fit(tmp_path):
    plain = read_raw(write(tmp_path, 'a\tb\n1\t"x" and "y"\n', "plain.tsv"))
    assert plain.frame["b"][0] == '"x" and "y"'
    quoted = read_raw(write(tmp_path, 'a\tb\n1\t"x\ty\nz"\n', "quoted.tsv"))
    assert quoted.frame["b"][0] == "x\ty\nz"


def test_ten_megabytes_in_one_cell_are_read(tmp_path):
    table = read_raw(write(tmp_path, "a,b\n1," + "x" * 10_000_000 + "\n2,y\n"))
    assert table.frame["b"].str.len().tolist() == [10_000_000, 1]


def test_windows_line_ends_and_blank_lines_do_no_harm(tmp_path):
    assert read_raw(write(tmp_path, "a,b\r\n\r\n1,2\r\n")).frame.to_numpy().tolist() == [["1", "2"]]


def test_names_that_occur_twice_or_are_missing_get_one(tmp_path):
    table = read_raw(write(tmp_path, "a,a,\n1,2,3\n"))
    assert list(table.frame.columns) == ["a", "a 2", "column 3"]


def test_the_head_is_a_part_cut_at_a_line(tmp_path):
    path = write(tmp_path, "a,b\n" + "1234,5678\n" * 20_000)
    head = read_raw(path, head=True).frame
    assert 1_000 < len(head) < 20_000
    assert set(head["b"]) == {"5678"}
    assert len(read_raw(path).frame) == 20_000


def test_parquet_keeps_types_and_counts_rows_from_one(tmp_path):
    frame = pd.DataFrame({"user": [1, 2], "tags": [["a"], ["b", "c"]]})
    frame.to_parquet(tmp_path / "log.parquet")
    for head in (False, True):
        table = read_raw(tmp_path / "log.parquet", head=head)
        assert table.frame["user"].dtype == np.int64
        assert list(table.row_numbers) == [1, 2]


def test_an_empty_parquet_file_has_columns_but_no_rows(tmp_path):
    pd.DataFrame({"user": pd.Series([], dtype="str")}).to_parquet(tmp_path / "log.parquet")
    assert list(read_raw(tmp_path / "log.parquet", head=True).frame.columns) == ["user"]


def test_json_lines_keep_types_and_bad_lines_are_reported(tmp_path):
    lines = [json.dumps({"id": "007", "date": "2020"}), "{broken", "[1]", "", json.dumps({"id": 8})]
    table = read_raw(write(tmp_path, "\n".join(lines), "items.jsonl"))
    assert table.frame["id"].tolist() == ["007", 8]
    assert list(table.row_numbers) == [1, 5]
    assert (table.problems[0].rows, table.problems[0].count) == ((2, 3), 2)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("log.xlsx", b"x", r"log\.xlsx is not a table of a known form.*save it as CSV"),
        ("log.csv", b"", r"log\.csv is empty"),
        ("log.csv", b" \n\n", r"log\.csv is empty"),
        ("log.csv", b"\x00\x01\x02", r"holds binary data"),
        ("log.csv", b"just some words\nin a file\n", r"one column only \('just some words'\)"),
        ("log.csv", b"1,10,5\n2,20,4\n", r"starts with data \('1,10,5'\).*add that line"),
        ("log.parquet", b"not parquet", r"log\.parquet is not a readable Parquet file"),
    ],
)
def test_what_is_no_table_says_what_was_expected(tmp_path, name, content, message):
    with pytest.raises(DataError, match=message):
        read_raw(write(tmp_path, content, name))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.csv cannot be read \(No such file"):
        read_raw(tmp_path / "none.csv")
