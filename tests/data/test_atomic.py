import pytest

from recengine.data.atomic import find_atomic
from recengine.data.tables import load_tables
from recengine.errors import DataError

INTER = (
    "user_id:token\titem_id:token\trating:float\ttimestamp:float\nu1\t1\t4\t100\nu2\t2\t5\t200\n"
)
ITEM = (
    "item_id:token\tmovie_title:token_seq\tclass:token_seq\trelease_year:token\n"
    "1\tToy Story\tAnimation Comedy\t1995\n2\tHeat\tAction\t1995\n"
)
USER = "user_id:token\tage:token\nu1\t24\nu2\t53\n"


@pytest.fixture
def folder(tmp_path):
    for suffix, text in {"inter": INTER, "item": ITEM, "user": USER}.items():
        (tmp_path / f"toy.{suffix}").write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", ["", "toy", "toy.inter", "toy.item"])
def test_a_folder_a_prefix_and_a_file_mean_the_same_data(folder, name):
    dataset = load_tables(folder / name).dataset
    assert dataset.items["title"].tolist() == ["Toy Story", "Heat"]
    assert dataset.items["categories"].tolist() == [["Animation", "Comedy"], ["Action"]]
    assert dataset.items["year"].tolist() == [1995, 1995]
    assert dataset.interactions["value"].tolist() == [4, 5]
    assert [feature.name for feature in dataset.profile_features] == ["age"]


def test_events_alone_are_enough(folder):
    (folder / "toy.item").unlink()
    (folder / "toy.user").unlink()
    assert load_tables(folder).dataset.items["title"].tolist() == ["1", "2"]


def test_other_paths_mean_something_else(tmp_path):
    assert find_atomic(tmp_path) == {}
    assert find_atomic(tmp_path / "log.csv") == {}


def test_several_sets_in_a_folder_need_a_choice(folder):
    (folder / "other.inter").write_text(INTER)
    with pytest.raises(DataError, match=r"several sets of atomic files \(other, toy\)"):
        load_tables(folder)


def test_a_header_without_types_is_named(folder):
    (folder / "toy.inter").write_text("user_id\titem_id\nu1\t1\n")
    with pytest.raises(DataError, match=r"toy\.inter: column 'user_id' has no type"):
        load_tables(folder)


def test_a_table_without_its_columns_is_named(folder):
    (folder / "toy.item").write_text("colour:token\tsize:float\nred\t5\n")
    with pytest.raises(DataError, match=r"toy\.item lacks the columns of a table of items"):
        load_tables(folder)
