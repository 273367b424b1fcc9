import pytest

from recengine.engine import Engine
from recengine.engine.state import State
from recengine.models.base import FitData
from recengine.models.sasrec import SASRec, SASRecConfig
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


def test_a_ranker_that_reads_few_events_serves_people_with_many(
    state: State, data: FitData, longest: str
) -> None:
    short = SASRec(SASRecConfig(embedding_dim=8, max_length=3), data).eval()
    rankers = {**state.rankers, short.name: short}
    engine = Engine(State(state.dataset, state.workspace, rankers, state.places))
    request = Request(user_id=longest, ranker=short.name)
    first = engine.recommend(request).items.iloc[0]
    weights = [each.weight for each in engine.explain(request, first["item_id"]).evidence]
    assert sum(weights) == pytest.approx(first["score"], abs=1e-4)
