"""The commands on a real engine: what they print agrees with itself."""

import json

import pytest

from tests.prepared import Prepared, small_shop

pytestmark = pytest.mark.slow
CONTEXT = ("--context", "weather=rain", "--context", "part_of_day=evening")


@pytest.fixture(scope="module")
def shop(pytestconfig) -> Prepared:
    return small_shop(pytestconfig)


@pytest.fixture(scope="module")
def recommended(shop) -> dict:
    words = ("recommend", shop.data, "--user", "user-0007", *CONTEXT, "--k", "5", "--json")
    return json.loads(shop.run(*words))


def test_the_list_is_ordered_by_score(recommended):
    assert [item["rank"] for item in recommended["items"]] == [1, 2, 3, 4, 5]
    scores = [item["score"] for item in recommended["items"]]
    assert scores == sorted(scores, reverse=True)
    assert recommended["context"] == {"weather": "rain", "part_of_day": "evening"}
    assert recommended["ranker"] == "unified"


def test_an_explanation_agrees_with_the_list_and_adds_up(shop, recommended):
    first = recommended["items"][0]
    words = ("explain", shop.data, "--user", "user-0007", *CONTEXT, "--item", first["item_id"])
    answer = json.loads(shop.run(*words, "--json"))
    assert (answer["rank"], answer["title"]) == (1, first["title"])
    assert answer["score"] == pytest.approx(first["score"], abs=1e-4)
    assert answer["adds_up"] is True
    total = sum(each["weight"] for each in answer["evidence"])
    assert total == pytest.approx(answer["score"], abs=1e-3)


def test_every_step_of_a_timeline_has_shares_that_sum_to_one(shop):
    answer = json.loads(shop.run("timeline", shop.data, "--user", "user-0007", "--json"))
    assert len(answer["events"]) == len(answer["shares"]) > 0
    assert [sum(step.values()) for step in answer["shares"]] == pytest.approx(
        [1] * len(answer["shares"]), abs=1e-4
    )


def test_the_map_places_every_item_before_and_now(shop):
    answer = json.loads(shop.run("map", shop.data, "--user", "user-0007", *CONTEXT, "--json"))
    assert len(answer["items"]) == answer["num_items"] == 150
    for item in answer["items"]:
        assert None not in [item[name] for name in ("x", "y", "static_x", "static_y", "shift")]
    assert 0 <= answer["trust"] <= 1


def test_two_moments_can_be_laid_side_by_side(shop):
    words = ("compare", shop.data, "--user", "user-0007", "--with-context", "weather=sunny")
    answer = json.loads(shop.run(*words, "--json"))
    assert answer["before"]["context"] == {}
    assert answer["after"]["context"] == {"weather": "sunny"}
    assert 0 <= answer["kept"] <= answer["k"]
