from pathlib import Path


def test_the_built_in_datasets_are_listed(recengine):
    names = [each["name"] for each in recengine("data", "list", "--json").json["datasets"]]
    assert {"movielens-1m", "movielens-100k", "storefront"} <= set(names)
    assert "MovieLens 1M" in recengine("data", "list").out


def test_a_dataset_is_described_by_its_facts(recengine):
    answer = recengine("data", "describe", "storefront:60x48", "--json").json
    assert (answer["people"], answer["items"], answer["simulated"]) == (60, 48, True)
    assert answer["first_time"] < answer["last_time"]


def test_a_description_in_words_has_dates(recengine):
    lines = recengine("data", "describe", "storefront:60x48").out.splitlines()
    (first,) = [line for line in lines if line.startswith("first time")]
    assert first.endswith(" UTC")


def test_fetch_keeps_the_dataset_in_the_workspace(recengine, tmp_path):
    outcome = recengine("data", "fetch", "storefront:60x48")
    assert "60 people on 48 items are ready" in outcome.out
    assert list((tmp_path / "home" / "datasets").glob("*/manifest.json"))


GOOD = "user_id,item_id,timestamp\n" + "".join(f"u{n},i{n},{10**9 + n}\n" for n in range(20))


def test_a_clean_file_passes_and_shows_what_was_taken_for_what(recengine, tmp_path):
    file = tmp_path / "log.csv"
    file.write_text(GOOD)
    outcome = recengine("data", "check", str(file))
    assert (outcome.status, outcome.err) == (0, "")
    assert "user_id" in outcome.out


def test_every_problem_is_listed_with_its_row_and_the_status_is_2(recengine, tmp_path):
    file = tmp_path / "log.csv"
    file.write_text(GOOD + "u1,i1,-5\nu2,,1000000000\n")
    outcome = recengine("data", "check", str(file), "--json")
    rows = {row for problem in outcome.json["problems"] for row in problem["rows"]}
    assert {22, 23} <= rows
    assert outcome.json["usable"] is True
    assert outcome.status == 2
    assert "the other rows can be used" in outcome.err


def test_the_guessed_mapping_can_be_written_and_is_read_again(recengine, tmp_path):
    file = tmp_path / "log.csv"
    file.write_text(GOOD)
    outcome = recengine("data", "check", str(file), "--write-mapping")
    assert outcome.status == 0
    (written,) = tmp_path.glob("*.toml")
    assert written.name in outcome.err


def test_a_path_that_does_not_exist_is_a_mistake(recengine, tmp_path):
    outcome = recengine("data", "check", str(tmp_path / "absent"))
    assert outcome.status == 2
    assert "does not exist" in outcome.err


def test_mixed_clocks_are_told_with_the_zone_that_was_assumed(recengine, tmp_path):
    file = tmp_path / "log.csv"
    file.write_text(
        "user_id,item_id,timestamp\n"
        + "".join(f"u{n},i{n},2023-01-01T12:00:0{n}\n" for n in range(5))
        + "".join(f"u{n},i{n},2023-01-02T12:00:0{n}+02:00\n" for n in range(5))
    )
    outcome = recengine("data", "check", str(file))
    assert outcome.status == 0
    assert "5 times are written with an offset from UTC, 5 without" in outcome.out
    assert "the clock of UTC" in outcome.out


def test_a_merge_is_remembered_when_a_person_is_erased(recengine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("shop", "games"):
        rows = (f"u{n},{name}{n},{10**9 + 86_400 * n}\n" for n in range(5))
        (tmp_path / name).mkdir()
        text = "user_id,item_id,timestamp\n" + "".join(rows)
        (tmp_path / name / "interactions.csv").write_text(text)
    assert recengine("data", "merge", "shop", "games", "--out", "both").status == 0
    erased = recengine("data", "erase", "games", "--user", "u3", "--yes", "--json").json
    assert {Path(each).name for each in erased["datasets"]} == {"shop", "games", "both"}
    for name in ("shop", "games", "both"):
        assert recengine("data", "describe", name, "--json").json["people"] == 4


def test_a_merge_is_refused_where_pseudonyms_are_shown(recengine, tmp_path, monkeypatch):
    monkeypatch.setenv("RECENGINE_PSEUDONYMS", "1")
    outcome = recengine("data", "merge", "a", "b", "--out", str(tmp_path / "both"))
    assert outcome.status == 2
    assert "Unset RECENGINE_PSEUDONYMS" in outcome.err
