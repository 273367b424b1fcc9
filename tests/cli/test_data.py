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
