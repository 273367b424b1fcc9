from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.dataset import Dataset
from recengine.data.features import TIME_FEATURES, Feature
from recengine.interests.stories import find_stories

DAY = 86_400
NOON = DAY // 2
GENRES = ("Comedy", "Drama", "Film-Noir", "Western")
PER_GENRE = 30


def log_of(people: dict[str, list[tuple[str, int]]], weather: dict[str, list[str]] | None = None):
    """A dataset in which each person chose the given genres at the given times."""
    random = np.random.default_rng(0)
    rows = [
        (user, f"{genre} {random.integers(PER_GENRE)}", time, "view", np.nan)
        for user, events in people.items()
        for genre, time in events
    ]
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp", "event", "value"])
    features = TIME_FEATURES
    if weather is not None:
        table["weather"] = np.concatenate([weather[user] for user in people])
        features = (*features, Feature("weather", "Weather", ("dry", "wet")))
    ids = [f"{genre} {number}" for genre in GENRES for number in range(PER_GENRE)]
    items = pd.DataFrame({"item_id": ids, "title": ids})
    items["categories"] = [[each.rsplit(" ", 1)[0]] for each in ids]
    users = pd.DataFrame({"user_id": list(people)})
    return Dataset("test", "Test", table, items, users, context_features=features)


def mixed(count: int, seed: int, genres: tuple[str, ...] = GENRES) -> list[tuple[str, int]]:
    """A person without any story: even taste, one event a day, always at noon."""
    picks = np.random.default_rng(seed).choice(genres, count)
    return [(str(genre), day * DAY + NOON) for day, genre in enumerate(picks)]


@pytest.fixture
def crowd() -> dict[str, list[tuple[str, int]]]:
    return {f"plain {seed}": mixed(50, seed) for seed in range(20)}


def titles(dataset: Dataset, kind: str) -> dict[str, str]:
    return {story.user_id: story.title for story in find_stories(dataset, 1) if story.kind == kind}


def test_a_sudden_switch_is_found(crowd):
    before = mixed(40, 99, ("Comedy", "Drama", "Western"))
    after = [("Film-Noir", (40 + day) * DAY + NOON) for day in range(40)]
    found = titles(log_of({**crowd, "switcher": before + after}), "switch")
    assert found == {"switcher": "Sudden switch to Film-Noir"}


def test_a_slow_drift_is_found_and_dated(crowd):
    random = np.random.default_rng(7)
    drift = [
        ("Western" if random.random() < step / 200 else "Drama", step * 4 * DAY + NOON)
        for step in range(200)
    ]
    found = titles(log_of({**crowd, "drifter": drift}), "drift")
    assert found == {"drifter": "Slow drift from Drama to Western over 2 years"}


def test_a_taste_of_the_night_is_found_with_its_context(crowd):
    noon = mixed(80, 3, ("Comedy", "Drama"))
    owl = [("Film-Noir", day * DAY + 3600) for day in range(0, 80, 2)]
    events = sorted([*noon, *owl], key=lambda event: event[1])
    (story,) = [
        story
        for story in find_stories(log_of({**crowd, "owl": events}), 1)
        if story.kind == "moment"
    ]
    assert story.user_id == "owl"
    assert story.title == "Turns to Film-Noir at night"
    assert story.context == {"part_of_day": "night"}


def test_a_taste_that_follows_a_context_column_is_named_by_its_label(crowd):
    weather = {user: ["dry"] * len(events) for user, events in crowd.items()}
    events = mixed(80, 5, ("Comedy", "Drama"))
    wet = np.arange(80) % 2 == 0
    weather["rainy"] = np.where(wet, "wet", "dry").tolist()
    events = [
        ("Western" if rain else genre, time)
        for rain, (genre, time) in zip(wet, events, strict=True)
    ]
    found = titles(log_of({**crowd, "rainy": events}, weather), "moment")
    assert found == {"rainy": "Turns to Western when weather is wet"}


def test_one_sitting_is_not_taken_for_a_taste_of_that_hour(crowd):
    sitting = [("Film-Noir", 3600 + second) for second in range(60)]
    later = [(genre, time + 10 * DAY) for genre, time in mixed(60, 8, ("Comedy", "Drama"))]
    assert titles(log_of({**crowd, "one night": sitting + later}), "moment") == {}


def test_a_devotee_an_omnivore_and_a_newcomer_are_found(crowd):
    people = {user: mixed(70, seed, ("Comedy", "Drama")) for seed, user in enumerate(crowd)}
    people["fan"] = [("Western", day * DAY) for day in range(40)]
    people["all"] = [(GENRES[day % 4], day * DAY) for day in range(80)]
    people["new"] = [("Comedy", 500 * DAY)]
    found = {story.kind: story for story in find_stories(log_of(people), 1)}
    assert found["devotee"].title == "Devoted to Western: 100% of 40 events"
    assert found["omnivore"].user_id == "all"
    assert found["omnivore"].title == "A bit of everything: 4 categories, none above 25%"
    assert found["newcomer"].title == "A newcomer with only 1 event"


def test_people_without_a_story_get_none(crowd):
    assert (
        find_stories(log_of({user: mixed(100, seed) for seed, user in enumerate(crowd)}), 3) == ()
    )


def test_no_person_and_no_title_comes_twice(crowd):
    people = {f"fan {genre}": [(genre, day * DAY) for day in range(40)] for genre in GENRES}
    people["switch to Western"] = people["fan Comedy"][:30] + mixed(70, 1, ("Western",))[31:]
    people |= {f"short {number}": mixed(3 + number // 2, number) for number in range(6)}
    stories = find_stories(log_of({**crowd, **people}), 5)
    assert len(stories) >= 8
    assert len({story.user_id for story in stories}) == len(stories)
    assert len({story.title for story in stories}) == len(stories)


def test_the_same_data_tells_the_same_stories(crowd):
    people = {**crowd, "fan": [("Western", day * DAY) for day in range(40)]}
    assert find_stories(log_of(people)) == find_stories(log_of(people)) != ()


def test_an_empty_log_has_no_stories():
    assert find_stories(log_of({"nobody": []})) == ()


def test_people_without_events_are_left_out(crowd):
    people = {"nobody": [], **crowd, "short": mixed(3, 0), "last": []}
    stories = find_stories(log_of(people), 30)
    assert "short" in {story.user_id for story in stories}
    assert not {"nobody", "last"} & {story.user_id for story in stories}


def test_without_categories_only_newcomers_have_a_story(crowd):
    dataset = log_of({**crowd, "new": mixed(2, 0)})
    plain = replace(dataset, items=dataset.items.assign(categories=[[]] * dataset.num_items))
    stories = find_stories(plain, 5)
    assert {(story.kind, story.user_id) for story in stories} == {("newcomer", "new")}
