from pathlib import Path

from recengine.engine.handover import collect, hand_over


def test_an_engine_is_handed_over_once_and_only_for_what_it_was_opened_for(engine, tmp_path):
    hand_over(engine, "storefront", tmp_path)
    assert collect("movielens-1m", tmp_path) is None
    assert collect("storefront", tmp_path / "elsewhere") is None
    assert collect("storefront", tmp_path) is engine
    assert collect("storefront", tmp_path) is None


def test_a_folder_may_be_named_from_where_one_stands(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hand_over(engine, "storefront", Path("home"))
    assert collect("storefront", tmp_path / "home") is engine
