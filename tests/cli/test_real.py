"""The commands on a real engine: what they print agrees with itself."""

import re

import pytest

from tests.prepared import Prepared, small_shop

pytestmark = pytest.mark.slow
CONTEXT = ("--context", "weather=rain", "--context", "part_of_day=evening")


@pytest.fixture(scope="module")
def shop(pytestconfig) -> Prepared:
    return small_shop(pytestconfig)


@pytest.fixture
def ask(shop, recengine):
    """Ask the small shop, and give the JSON object."""

    def run(question: str, *words: str) -> dict:
        home = ("--home", str(shop.home))
        return recengine(
            *question.split(), shop.data, "--user", "user-0007", *words, "--json", *home
        ).json

    return run


def test_the_list_is_ordered_by_score(ask):
    recommended = ask("recommend", *CONTEXT, "--k", "5")
    assert [item["rank"] for item in recommended["items"]] == [1, 2, 3, 4, 5]
    scores = [item["score"] for item in recommended["items"]]
    assert scores == sorted(scores, reverse=True)
    assert recommended["context"] == {"weather": "rain", "part_of_day": "evening"}
    assert recommended["ranker"] == "unified"


def test_an_explanation_agrees_with_the_list_and_adds_up(ask):
    first = ask("recommend", *CONTEXT)["items"][0]
    answer = ask("explain", *CONTEXT, "--item", first["item_id"])
    assert (answer["rank"], answer["title"]) == (1, first["title"])
    assert answer["score"] == pytest.approx(first["score"], abs=1e-4)
    assert answer["adds_up"] is True
    total = sum(each["weight"] for each in answer["evidence"])
    assert total == pytest.approx(answer["score"], abs=1e-3)


def test_every_step_of_a_timeline_has_shares_that_sum_to_one(ask):
    answer = ask("timeline")
    assert len(answer["events"]) == len(answer["shares"]) > 0
    assert [sum(step.values()) for step in answer["shares"]] == pytest.approx(
        [1] * len(answer["shares"]), abs=1e-4
    )


def test_the_map_places_every_item_before_and_now(ask):
    answer = ask("map", *CONTEXT)
    assert len(answer["items"]) == answer["num_items"] == 150
    for item in answer["items"]:
        assert None not in [item[name] for name in ("x", "y", "static_x", "static_y", "shift")]
    assert 0 <= answer["trust"] <= 1


def test_two_moments_can_be_laid_side_by_side(ask):
    answer = ask("compare", "--with-context", "weather=sunny")
    assert answer["before"]["context"] == {}
    assert answer["after"]["context"] == {"weather": "sunny"}
    assert 0 <= answer["kept"] <= answer["k"]


def test_the_list_of_then_is_that_of_its_event(ask):
    answer = ask("interests then", "--after", "5", "--k", "4")
    assert (answer["step"], len(answer["items"])) == (5, 4)
    assert answer["ranker"] == "recency-ease"
    assert answer["hindsight"] == ""
    assert answer["known_events"] > 0


def test_two_people_differ_by_a_distance(ask):
    answer = ask("interests pair", "--with-user", "user-0001")
    assert 0 <= answer["apart_now"] <= 1
    assert sum(row["first_now"] for row in answer["shares"]) == pytest.approx(1, abs=1e-3)


def test_keywords_stand_on_both_sides_of_a_moment(ask):
    answer = ask("interests keywords", "--after", "10", "--k", "3")
    assert (answer["step"], answer["encoder"]) == (10, "all-MiniLM-L6-v2")
    assert 1 <= len(answer["table"]) <= 3
    assert answer["later"]
    assert answer["table"][0]["word"] in answer["sentence"]
    assert all(row["items"] > 1 for row in answer["table"] + answer["later"])
    chinese = ask("interests keywords", "--after", "10", "--language", "zh")
    assert chinese["sentence"].startswith("到第 10 个事件为止的关键词")


def test_the_calendar_in_words_has_dates(shop, recengine):
    words = ("--user", "user-0007", "--period", "month", "--home", str(shop.home))
    out = recengine("interests", "calendar", shop.data, *words).out
    assert re.search(r"\n20\d\d-\d\d-\d\d ", out)


def test_groups_are_listed_and_followed(shop, recengine):
    home = ("--home", str(shop.home), "--json")
    ways = recengine("interests", "groups", shop.data, *home).json["ways"]
    (everybody,) = (way for way in ways if way["name"] == "everybody")
    answer = recengine("interests", "groups", shop.data, "--by", "everybody", *home).json
    assert (answer["group"], answer["of"]) == ("everybody", everybody["groups"]["everybody"])
    assert answer["movers"]
    assert (
        "Category"
        in recengine("interests", "groups", shop.data, "--by", "everybody", *home[:2]).out
    )
    outcome = recengine("interests", "groups", shop.data, "--by", "shoe size", *home)
    assert outcome.status == 2
    assert "way to divide people" in outcome.err
