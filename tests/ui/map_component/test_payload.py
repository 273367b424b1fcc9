"""What is sent to the browser says the same as the answer of the engine, only smaller."""

import gzip
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recengine.engine.results import ItemMap
from recengine.types import Request
from recengine.ui.map_component.payload import (
    event_columns,
    fitting_magnification,
    item_columns,
    pack,
    places_frame,
    title_table,
    turn_to_landscape,
)
from tests.ui.fake_dataset import CATEGORIES, make_dataset
from tests.ui.fake_engine import FakeEngine

STEP = 1 / 65_535


@pytest.fixture
def answer() -> ItemMap:
    return FakeEngine(make_dataset()).item_map(Request(user_id="full", ranker="unified"))


def many(count: int) -> pd.DataFrame:
    """A catalogue of a given size with titles of a usual length."""
    rng = np.random.default_rng(0)
    places = rng.normal(size=(count, 4))
    return pd.DataFrame(
        {
            "item_id": [str(row) for row in range(count)],
            "title": [f"The Long Way Home, part {row}" for row in range(count)],
            "year": 1990,
            "category": "Drama",
            "categories": [["Drama", "Comedy"]] * count,
            **dict(zip(("static_x", "static_y", "x", "y"), places.T, strict=True)),
            "shift": rng.random(count),
            "score": rng.normal(size=count),
            "rank": np.arange(1, count + 1),
            "trust": rng.random(count),
            "role": "catalogue",
            "moved_by": "The Golden Number 6",
            "detail": rng.permutation(count),
        }
    )


def titles(table: pa.Table) -> list[str]:
    return gzip.decompress(table["gzip"][0].as_py()).decode().split("\n")


def test_places_come_back_to_within_half_a_step(answer):
    table, _ = item_columns(answer.items, CATEGORIES)
    left, bottom, side = places_frame(answer.items)
    for column, origin, name in (("sx", left, "static_x"), ("dy", bottom, "y")):
        back = origin + table[column].to_numpy() * STEP * side
        np.testing.assert_allclose(back, answer.items[name], atol=side * STEP)


def test_turning_the_map_keeps_all_distances(answer):
    places = answer.items[["static_x", "static_y"]].to_numpy()
    turned = places @ turn_to_landscape(places)
    before = np.linalg.norm(places[:, None] - places, axis=2)
    np.testing.assert_allclose(np.linalg.norm(turned[:, None] - turned, axis=2), before, atol=1e-9)


def test_a_high_layout_is_turned_to_lie_wide():
    high = np.random.default_rng(1).uniform(size=(400, 2)) * (1.0, 1.6)
    turned = high @ turn_to_landscape(high)
    assert np.ptp(turned[:, 0]) > 1.4 * np.ptp(turned[:, 1])


@pytest.mark.parametrize(("moved", "factor"), [(0.2, 1), (0.06, 2), (0.012, 10), (0.0, 1)])
def test_movement_is_magnified_until_it_can_be_seen(moved, factor):
    items = many(200)
    items["static_x"] = items["static_y"] = np.linspace(0, 1, 200)
    items["x"], items["y"] = items["static_x"] + moved, items["static_y"]
    items.loc[0, "x"] = 0.0  # the square that holds all places stays the same
    items.loc[199, "x"] = 1.0
    assert fitting_magnification(items) == factor


def test_magnified_items_are_drawn_that_many_times_as_far(answer):
    plain, far = (pack(answer, CATEGORIES, magnified=factor) for factor in (1, 3))

    def moves(packed):
        table = packed["items"]
        steps = [table[name].to_numpy().astype(float) for name in ("dx", "sx", "dy", "sy")]
        return np.hypot(steps[0] - steps[1], steps[2] - steps[3]) * packed["frame"][2] * STEP

    np.testing.assert_allclose(moves(far), 3 * moves(plain), rtol=0.01, atol=0.01)


def test_path_and_regions_are_turned_with_the_items(answer):
    first = answer.items.sort_values("detail").iloc[0]
    here = {"x": [first["static_x"]], "y": [first["static_y"]]}
    moved = replace(
        answer,
        path=pd.DataFrame({"step": [1], **here}),
        regions=pd.DataFrame({"label": ["here"], **here, "size": [1]}),
    )
    packed = pack(moved, CATEGORIES)
    left, bottom, side = packed["frame"]
    x = left + packed["items"]["sx"][0].as_py() * STEP * side
    y = bottom + packed["items"]["sy"][0].as_py() * STEP * side
    for table in ("path", "regions"):
        assert packed[table]["x"][0].as_py() == pytest.approx(x, abs=side * 1e-4)
        assert packed[table]["y"][0].as_py() == pytest.approx(y, abs=side * 1e-4)


def test_codes_point_to_the_right_words(answer):
    table, words = item_columns(answer.items, CATEGORIES)
    rows = answer.items.reset_index(drop=True)
    for row in (0, 7, 19):
        assert CATEGORIES[table["category"][row].as_py()] == rows["category"][row]
        together = ", ".join(rows["categories"][row])
        assert words["category_sets"][table["category_set"][row].as_py()] == together
        assert words["movers"][table["mover"][row].as_py()] == rows["moved_by"][row]


def test_roles_and_ranks_are_kept(answer):
    table, _ = item_columns(answer.items, CATEGORIES)
    roles = table["role"].to_numpy()
    assert (roles == 2).sum() == (answer.items["role"] == "recommendation").sum()
    assert (roles == 1).sum() == (answer.items["role"] == "history").sum()
    assert table["rank"].to_pylist() == answer.items["rank"].tolist()


def test_missing_year_and_rank_become_zero(answer):
    items = answer.items.assign(year=np.nan, rank=np.nan)
    table, _ = item_columns(items, CATEGORIES)
    assert set(table["year"].to_pylist()) == set(table["rank"].to_pylist()) == {0}


def test_a_title_with_line_breaks_becomes_one_line(answer):
    items = answer.items.assign(title="one\ntwo\r\nthree")
    assert titles(title_table(items))[0] == "one two three"


def test_titles_come_in_the_order_of_the_rows(answer):
    packed = pack(answer, CATEGORIES)
    named = dict(zip(answer.items["item_id"], answer.items["title"], strict=True))
    assert titles(packed["titles"]) == [named[each] for each in packed["items"]["id"].to_pylist()]


def test_rows_come_in_the_order_in_which_items_appear(answer):
    packed = pack(replace(answer, items=(items := many(500))), CATEGORIES)
    assert packed["items"]["id"].to_pylist() == items.sort_values("detail")["item_id"].tolist()


def test_of_too_many_items_the_first_are_sent_and_all_that_are_marked(answer):
    items = many(500)
    late = items["detail"] >= 495
    items.loc[late, "role"] = ["history", "recommendation"] * 2 + ["history"]
    sent = pack(replace(answer, items=items), CATEGORIES, most=50)["items"]["id"].to_pylist()
    first = items[items["detail"] < 45]
    assert set(sent) == {*first["item_id"], *items[late]["item_id"]}


def test_an_empty_catalogue_can_be_packed(answer):
    packed = pack(replace(answer, items=answer.items.head(0)), CATEGORIES)
    assert packed["items"].num_rows == 0


def test_version_tells_a_moved_item_from_the_same_answer_again(answer):
    again = pack(answer, CATEGORIES)["version"]
    assert pack(answer, CATEGORIES)["version"] == again
    items = answer.items.copy()
    items.loc[items.index[3], "x"] += 0.5
    assert pack(replace(answer, items=items), CATEGORIES)["version"] != again


@pytest.mark.parametrize("count", [3_706, 20_000])
def test_an_item_takes_at_most_a_hundred_bytes(answer, count):
    packed = pack(replace(answer, items=many(count)), CATEGORIES)
    assert packed["items"].nbytes + packed["titles"].nbytes < 60 * count


def test_every_step_of_a_journey_has_its_event_and_note():
    timeline = FakeEngine(make_dataset()).timeline(Request(user_id="full"))
    events = event_columns(timeline)
    assert events["step"].to_pylist() == list(range(1, 61))
    assert events["id"].to_pylist() == timeline.events["item_id"].tolist()
    assert events["note"][0].as_py().startswith("Event 1 of 60 · ")
