import os
from pathlib import Path

import pytest

from recengine.data.intake.problems import UnusableDataError
from recengine.data.tables import load_tables
from recengine.errors import DataError, UnknownNameError

SHARED = Path(
    os.environ.get("RECENGINE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")
)
LOG = (
    "user,item,rating,time,weather\n"
    "u1,i1,4,2024-05-30 10:00,rain\n"
    "u1,i2,5,2024-05-30 11:00,sunny\n"
    "u2,i1,3,2024-05-31 18:00,sunny\n"
)


def write(folder, **tables):
    for name, text in tables.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text)
    return folder


def test_a_single_file_becomes_a_dataset(tmp_path):
    path = write(tmp_path, my_log_csv=LOG) / "my_log.csv"
    dataset = load_tables(path).dataset
    assert (dataset.name, dataset.title) == (str(path), "My log")
    assert dataset.user_ids.tolist() == ["u1", "u2"]
    assert dataset.event_kinds == ("rating",)
    assert dataset.log.contexts.shape == (3, 4)
    assert dataset.fingerprint == load_tables(path).dataset.fingerprint
    assert not dataset.simulated


def test_a_folder_brings_items_people_and_friends(tmp_path):
    write(
        tmp_path,
        interactions_csv=LOG,
        items_csv="item,title,category\ni1,Umbrella,rain\ni2,Kite,wind\ni3,Boots,rain\n",
        users_csv="user,job\nu1,nurse\nu2,cook\n",
        friends_csv="user,friend\nu1,u2\n",
    )
    own = load_tables(tmp_path)
    assert own.report.problems[0].what.startswith("more than half of the people have fewer than 3")
    assert own.report.facts == {"rows read": 3, "rows used": 3, "people": 2, "items": 3}
    assert own.dataset.categories == ("rain", "wind")
    assert own.dataset.profiles.tolist() == [[2], [1]]
    assert own.dataset.friends.to_numpy().tolist() == [["u1", "u2"]]


def test_a_table_that_plays_no_role_is_told(tmp_path):
    write(tmp_path, interactions_csv=LOG, stock_csv="ref,wording\ni1,Umbrella\n")
    unused = [each for each in load_tables(tmp_path).report.problems if "not used" in each.what]
    assert [(each.severity, each.file) for each in unused] == [("warning", "stock.csv")]


def test_a_mapping_file_is_believed(tmp_path):
    write(
        tmp_path,
        log_csv=LOG,
        mapping_toml=(
            'title = "Weather shop"\ntimezone = "Asia/Tokyo"\n[interactions]\nfile = "log.csv"\n'
            'user_id = "item"\nitem_id = "user"\ntimestamp = "time"\n'
        ),
    )
    dataset = load_tables(tmp_path).dataset
    assert (dataset.title, dataset.timezone) == ("Weather shop", "Asia/Tokyo")
    assert dataset.user_ids.tolist() == ["i1", "i2"]
    assert dataset.interactions["value"].isna().all()
    assert dataset.context_of(0)["part_of_day"] == "morning"  # 10:00 on a clock in Tokyo


def test_a_mapping_beside_a_single_file_is_believed(tmp_path):
    write(tmp_path, log_csv=LOG)
    (tmp_path / "log.mapping.toml").write_text(
        '[interactions]\nfile = "log.csv"\nuser_id = "user"\nitem_id = "weather"\n'
    )
    assert load_tables(tmp_path / "log.csv").dataset.item_ids.tolist() == ["rain", "sunny"]


def test_a_mapping_that_names_a_missing_column_lists_those_there_are(tmp_path):
    write(
        tmp_path,
        log_csv=LOG,
        mapping_toml='[interactions]\nfile = "log.csv"\nuser_id = "usr"\nitem_id = "item"\n',
    )
    with pytest.raises(UnknownNameError, match=r"column of log\.csv 'usr'.*Did you mean user"):
        load_tables(tmp_path)


def test_data_without_times_says_so_where_people_see_it(tmp_path):
    path = write(tmp_path, log_csv="user,item\nu1,i1\nu2,i1\n") / "log.csv"
    assert "order of the file" in load_tables(path).dataset.credit


def test_nothing_valid_is_an_error_that_carries_the_report(tmp_path):
    path = write(tmp_path, log_csv="user,item,time\nu1,i1,soon\n,i2,2024-05-31\n") / "log.csv"
    with pytest.raises(UnusableDataError, match="no valid interaction is left") as caught:
        load_tables(path)
    assert len(caught.value.report.errors) == 2
    assert 'file = "log.csv"' in caught.value.report.mapping


def test_a_table_with_a_header_only_is_unusable(tmp_path):
    path = write(tmp_path, log_csv="user,item,time\n") / "log.csv"
    with pytest.raises(UnusableDataError, match="no valid interaction is left"):
        load_tables(path)


def test_a_path_to_nothing_is_named(tmp_path):
    with pytest.raises(DataError, match="none does not exist"):
        load_tables(tmp_path / "none")


def test_events_of_one_person_are_loaded_with_a_warning(tmp_path):
    path = write(tmp_path, log_csv="user,item\nu1,i1\nu1,i2\n") / "log.csv"
    own = load_tables(path)
    assert own.dataset.num_users == 1
    assert any("all events are of one person" in problem.what for problem in own.report.problems)


@pytest.mark.parametrize(
    ("name", "events", "people", "items"),
    [
        ("movietweetings", 82_505, 15_036, 4_916),
        ("ifdb", 54_140, 2_801, 5_791),
        ("frappe", 96_203, 957, 4_082),
        ("movielens-latest-small", 100_004, 671, 9_125),
        ("lastfm-friends", 92_846, 1_893, 17_632),
    ],
)
def test_published_data_loads_without_a_mapping(name, events, people, items):
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here; set RECENGINE_SHARED_DATA to where it is")
    own = load_tables(folder)
    assert own.report.errors == ()
    assert own.report.facts == {
        "rows read": events,
        "rows used": events,
        "people": people,
        "items": items,
    }
