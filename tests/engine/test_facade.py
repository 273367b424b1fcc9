import pytest

from recengine.engine import Engine
from recengine.engine.quality import quality_of
from recengine.engine.state import State
from recengine.types import Request


def test_facts_count_what_is_loaded(engine: Engine) -> None:
    facts = engine.facts()
    assert facts["events"] == len(engine.dataset.interactions)
    assert facts["items"] == 60
    assert facts["people"] == 40
    assert facts["first_time"] < facts["last_time"]


def test_a_person_is_described(engine: Engine, longest: str) -> None:
    person = engine.person(longest)
    assert person.num_events == len(engine.history(longest))
    assert len(person.interests) == 3
    assert sum(person.interests.values()) <= 1
    assert person.profile


def test_search_finds_words_anywhere_and_beginnings_first(engine: Engine) -> None:
    title = engine.dataset.items["title"].iat[7]
    words = title.split()
    assert title in set(engine.search_items(words[-1].upper())["title"])
    assert engine.search_items(title)["title"].iat[0] == title
    assert engine.search_items("no such thing").empty
    assert len(engine.search_items("", limit=3)) == 3


def test_a_random_person_is_the_same_for_the_same_seed(engine: Engine) -> None:
    assert engine.random_user(4) == engine.random_user(4)
    assert len({engine.random_user(seed) for seed in range(20)}) > 5


def test_stories_are_about_people_who_exist(engine: Engine) -> None:
    for story in engine.stories():
        assert story.title
        engine.recommend(Request(user_id=story.user_id, context=story.context))


def test_stories_are_found_once_and_kept(
    engine: Engine, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = engine.stories()
    monkeypatch.setattr("recengine.engine.people.find_stories", lambda _: pytest.fail("again"))
    assert Engine(state).stories() == first


def test_quality_that_nobody_measured_says_how_to_measure_it(engine: Engine) -> None:
    quality = engine.quality()
    assert quality.table.empty
    assert quality.made_with == f"recengine evaluate {engine.dataset.name}"


@pytest.mark.parametrize(
    ("low", "says"), [(0.01, "puts the right item highest"), (-0.01, "too close to tell")]
)
def test_a_lead_is_claimed_only_if_its_paired_interval_leaves_out_0(low: float, says: str) -> None:
    shared = {"metric": "ndcg@10", "low": 0.1, "high": 0.3, "seeds": 3, "seconds": 1.0}
    rows = [shared | {"ranker": n, "label": n, "value": v} for n, v in (("a", 0.2), ("b", 0.17))]
    ahead = {"ranker": "a", "against": "b", "metric": "ndcg@10", "value": 0.03, "high": 0.05}
    results = {
        "rows": rows,
        "differences": [ahead | {"low": low}],
        "protocol": "P-A",
        "questions": 9,
        "made_with": "recengine evaluate",
    }
    assert says in quality_of(results).sentence
