"""Frappe: two tab-separated files become a dataset without times, in which apps repeat."""

import os
from pathlib import Path

import numpy as np
import pytest

from recengine.data.frappe import load_frappe
from recengine.data.sources import load_dataset
from recengine.data.splits import leave_last_out
from recengine.data.workspace import Workspace
from recengine.errors import DataError

REAL = Path(
    os.environ.get("RECENGINE_FRAPPE", Path(__file__).parents[3] / "shared" / "data" / "frappe")
)
HEAD = "user\titem\tcnt\tdaytime\tweekday\tisweekend\thomework\tcost\tweather\tcountry\tcity\n"
ROWS = (
    "u\t1\t7\tevening\tmonday\tworkday\tunknown\tfree\train\tSpain\t5",
    "u\t1\t2\tmorning\tsunday\tweekend\thome\tfree\tsunny\tSpain\t0",
    "u\t2\t1\tsunrise\tsunday\tweekend\thome\tpaid\tunknown\tunknown\t0",
    "u\t1\t9\tmorning\tmonday\tworkday\twork\tfree\train\tSpain\t7",
)
APPS = """item\tname\tcategory\tshort desc
1\tA "quoted" app\tTools\tDoes it
2\tunknown\tunknown\tunknown
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "frappe.csv").write_text(HEAD + "\n".join(ROWS) + "\n")
    (tmp_path / "meta.csv").write_text(APPS)
    return tmp_path


def test_unknown_is_unknown_and_values_keep_their_order(folder: Path) -> None:
    dataset = load_frappe(folder)
    features = {feature.name: feature for feature in dataset.context_features}
    assert features["daytime"].values == ("sunrise", "morning", "evening")
    assert features["city"].values == ("5", "7")
    assert "cost" not in features
    rows = dataset.log.rows
    city = list(features).index("city")
    assert (dataset.log.contexts[:, city] == 0).tolist() == [row in (1, 2) for row in rows]


def test_an_app_nobody_described_has_its_number_and_no_category(folder: Path) -> None:
    items = load_frappe(folder).items
    assert items["title"].tolist() == ['A "quoted" app', "App 2"]
    assert items["categories"].tolist() == [["Tools"], []]
    assert items["description"].tolist() == ["Does it", ""]


def test_the_order_is_random_but_always_the_same(folder: Path) -> None:
    first, second = load_frappe(folder), load_frappe(folder)
    assert np.array_equal(first.log.rows, second.log.rows)
    assert first.fingerprint == second.fingerprint


def test_a_row_that_says_what_an_earlier_one_said_goes_and_is_counted(folder: Path) -> None:
    again = [*ROWS, ROWS[0], "u\t\t1\tmorning\tsunday\tweekend\thome\tfree\tsunny\tSpain\t0"]
    (folder / "frappe.csv").write_text(HEAD + "\n".join(again) + "\n")
    dataset = load_frappe(folder)
    assert len(dataset.interactions) == len(ROWS)
    assert [(step.rule, step.events) for step in dataset.cleaning] == [
        ("known_items", 1),
        ("exact_duplicates", 1),
    ]


def test_uses_of_one_app_stay_however_near_the_random_order_puts_them(folder: Path) -> None:
    dataset = load_frappe(folder)
    assert (dataset.interactions["item_id"] == "1").sum() == 3
    assert dataset.cleaning == ()


def test_what_is_known_competes_and_the_protocol_says_so(folder: Path) -> None:
    split = leave_last_out(load_frappe(folder), min_item_count=1)
    assert split.log.repeats
    assert "those already seen compete as well" in split.description


def test_it_is_opened_by_its_path_and_kept(folder: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    assert load_dataset(str(folder), workspace).repeats
    assert load_dataset(str(folder), workspace).repeats  # now from the copy


def test_a_missing_column_is_named(folder: Path) -> None:
    (folder / "frappe.csv").write_text("user\titem\nu\t1\n")
    with pytest.raises(DataError, match=r"frappe.csv lacks the column 'daytime'"):
        load_frappe(folder)


@pytest.mark.skipif(not (REAL / "frappe.csv").exists(), reason="Frappe is not at hand")
def test_the_real_files_have_the_counts_of_the_paper() -> None:
    dataset = load_frappe(REAL)
    assert len(dataset.interactions) == 96_203
    assert (dataset.num_users, dataset.num_items) == (957, 4_082)
    assert dataset.items["title"].str.startswith("App ").sum() >= 550
