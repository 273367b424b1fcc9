"""People with made-up names: the same tomorrow, and no real id anywhere."""

import re

import pytest

from recengine.data.pseudonyms import VARIABLE, wanted, with_pseudonyms
from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace

SHOP = "storefront:40x60:1"


def test_no_real_id_is_left_in_any_table(tmp_path):
    plain = load_dataset(SHOP, Workspace(tmp_path))
    renamed = with_pseudonyms(plain, Workspace(tmp_path))
    assert renamed.user_ids.is_unique
    assert all(re.fullmatch(r"Person \d{4}(-\d)?", name) for name in renamed.user_ids)
    real = set(plain.user_ids)
    for table in (
        renamed.interactions["user_id"],
        renamed.friends["user_id"],
        renamed.friends["friend_id"],
    ):
        assert not set(table) & real
        assert table.notna().all()


def test_everybody_keeps_their_events(tmp_path):
    plain = load_dataset(SHOP, Workspace(tmp_path))
    renamed = with_pseudonyms(plain, Workspace(tmp_path))
    assert (plain.log.items == renamed.log.items).all()
    assert plain.fingerprint == renamed.fingerprint


def test_names_stay_in_a_workspace_and_differ_elsewhere(tmp_path):
    plain = load_dataset(SHOP, Workspace(tmp_path / "a"))
    here = with_pseudonyms(plain, Workspace(tmp_path / "a")).user_ids
    again = with_pseudonyms(plain, Workspace(tmp_path / "a")).user_ids
    elsewhere = with_pseudonyms(plain, Workspace(tmp_path / "b")).user_ids
    assert list(here) == list(again) != list(elsewhere)


@pytest.mark.parametrize(("value", "on"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_a_variable_of_the_environment_switches_it_on(tmp_path, monkeypatch, value, on):
    monkeypatch.setenv(VARIABLE, value)
    assert wanted() is on
    loaded = load_dataset(SHOP, Workspace(tmp_path))
    assert loaded.pseudonymous is on
    assert loaded.user_ids[0].startswith("Person") is on
