import json

import pytest

from recengine.data.intake.guess import find_column, guess_mapping
from recengine.errors import DataError

WEEK = range(1_700_000_000, 1_700_600_000, 86_400)


def write(folder, **tables):
    for name, text in tables.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("role", "columns", "found"),
    [
        ("user_id", ["userId", "movieId"], "userId"),
        ("user_id", ["Customer Number", "sku"], "Customer Number"),
        ("user_id", ["userAge", "reviewerID"], "reviewerID"),
        ("item_id", ["user", "imdb_id"], "imdb_id"),
        ("item_id", ["asin", "title"], "asin"),
        ("item_id", ["productCode"], "productCode"),
        ("item_id", ["business_hours"], None),
        ("timestamp", ["unixReviewTime", "reviewTime"], "unixReviewTime"),
        ("value", ["cnt"], "cnt"),
        ("event", ["event_type"], "event_type"),
        ("categories", ["tags", "genre"], "genre"),
        ("description", ["wiki_extract"], "wiki_extract"),
        ("title", ["colour"], None),
        ("title", ["Brand Name", "Product Title"], "Product Title"),
        ("categories", ["Product Category"], "Product Category"),
        ("description", ["item_description"], "item_description"),
    ],
)
def test_columns_are_found_by_their_names(role, columns, found):
    assert find_column(role, columns) == found


def test_a_single_file_is_a_table_of_events(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("customer,sku,ordered_at,quantity,weather\nc1,s1,2024-01-05,2,rain\n")
    (name, table) = next(iter(guess_mapping(path).tables.items()))
    assert name == "interactions"
    assert table.file == "log.csv"
    assert table.columns == {
        "user_id": "customer",
        "item_id": "sku",
        "timestamp": "ordered_at",
        "value": "quantity",
    }
    assert table.further == ("weather",)


def test_times_are_found_by_content_where_the_name_says_nothing(tmp_path):
    path = tmp_path / "log.csv"
    rows = "".join(f"u1,i{n},x,{second}\n" for n, second in enumerate(WEEK))
    path.write_text("user,item,note,moment\n" + rows)
    assert guess_mapping(path).tables["interactions"].columns["timestamp"] == "moment"


def test_german_times_are_found_by_content(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user,item,Local Time\nu1,i1,31.05.2024 18:30\nu1,i2,1.6.2024 07:05\n")
    assert guess_mapping(path).tables["interactions"].columns["timestamp"] == "Local Time"


def test_a_folder_of_tables_is_sorted_out(tmp_path):
    folder = write(
        tmp_path,
        ratings_csv="userId,movieId,rating,timestamp\n1,10,5,1700000000\n",
        tags_csv="userId,movieId,tag,timestamp\n1,10,funny,1700000000\n",
        movies_csv="movieId,title,genres\n10,Heat,Action|Crime\n",
        links_csv="movieId,imdbId\n10,0113277\n",
        users_csv="userId,age,job\n1,33,nurse\n",
        user_friends_dat="userID\tfriendID\n1\t2\n",
        README_txt="Some words about the data, with a comma\n",
        notes_txt="no table at all\n",
    )
    tables = guess_mapping(folder).tables
    assert {name: table.file for name, table in tables.items()} == {
        "interactions": "ratings.csv",
        "items": "movies.csv",
        "users": "users.csv",
        "friends": "user_friends.dat",
    }
    assert tables["items"].columns == {
        "item_id": "movieId",
        "title": "title",
        "categories": "genres",
    }
    assert tables["users"].further == ("age", "job")


def test_items_may_be_called_id_and_name_and_come_as_json_lines(tmp_path):
    record = {"id": "a1", "name": "Malice Mizer", "url": "x"}
    folder = write(
        tmp_path,
        user_artists_dat="userID\tartistID\tweight\n1\ta1\t3\n",
        artists_jsonl=json.dumps(record) + "\n",
    )
    tables = guess_mapping(folder).tables
    assert tables["items"].columns == {"item_id": "id", "title": "name"}
    assert tables["items"].further == ("url",)
    assert tables["interactions"].columns["value"] == "weight"


def test_a_table_without_people_and_items_lists_what_it_has(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("colour,size\nred,5\n")
    with pytest.raises(DataError, match=r"log\.csv: colour, size.*write a mapping file"):
        guess_mapping(path)


def test_a_folder_without_events_lists_its_tables_and_their_problems(tmp_path):
    write(tmp_path, movies_csv="movieId,title\n1,Heat\n", broken_csv="1,2\n3,4\n")
    with pytest.raises(DataError, match=r"movies\.csv: movieId, title.*broken\.csv starts with"):
        guess_mapping(tmp_path)


def test_an_empty_folder_has_no_table(tmp_path):
    with pytest.raises(DataError, match="Found no table"):
        guess_mapping(tmp_path)
