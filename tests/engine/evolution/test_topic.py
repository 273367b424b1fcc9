"""A stretch of a timeline in words, and two people side by side."""

from dataclasses import replace

import pandas as pd
import pytest

from recengine.engine import Engine
from recengine.engine.evolution.pairs import side_by_side
from recengine.engine.evolution.topic import period
from recengine.engine.results import Timeline
from recengine.engine.state import State
from recengine.errors import ConfigError
from recengine.types import Request


def told(user_id: str, drama: list[float]) -> Timeline:
    """A timeline of two categories."""
    steps = list(range(1, len(drama) + 1))
    events = pd.DataFrame({"step": steps, "title": [f"film {n}" for n in steps]})
    events["drift"] = [0.1 * (step == 3) for step in steps]
    shares = pd.DataFrame({"step": steps, "Drama": drama, "Comedy": [1 - x for x in drama]})
    return Timeline(user_id, events, shares, events, events.head(0), False, "")


def test_a_period_begins_with_the_taste_before_it():
    found = period(told("1", [0.2, 0.3, 0.6, 0.7, 0.5]), 3, 4)
    drama = found.shares.set_index("category").loc["Drama"]
    assert (drama["before"], drama["after"]) == (0.3, 0.7)
    assert found.sentence == (
        "In these two events Drama rose from 30% to 70% and Comedy fell from 70% to 30%; "
        "film 3 pulled most."
    )
    assert found.events["step"].tolist() == [3, 4]


def test_the_first_event_has_no_taste_before_it():
    found = period(told("1", [0.2, 0.9]), 1, 1)
    assert (found.shares["change"] == 0).all()
    assert found.sentence == "In this one event the taste stayed as it was."


@pytest.mark.parametrize(("first", "last"), [(0, 2), (3, 2), (1, 6)])
def test_a_period_outside_of_the_history_is_refused(first, last):
    with pytest.raises(ConfigError, match="no stretch of a history of 5 events"):
        period(told("1", [0.2] * 5), first, last)


def test_two_people_who_end_alike_came_closer():
    pair = side_by_side(told("1", [1.0] * 5), told("2", [0.0] * 4 + [1.0]))
    assert pair.apart_start == pytest.approx(1)
    assert pair.apart_now == pytest.approx(0)
    assert pair.sentence == "Their tastes came closer to each other, and today hardly differ."


def test_what_sets_two_people_apart_today_is_named():
    pair = side_by_side(told("1", [0.5] * 5), told("2", [0.5] * 4 + [0.1]))
    assert pair.sentence == (
        "Their tastes moved apart; today Drama sets them apart most: 50% of the taste of person 1, "
        "10% of that of person 2."
    )
    assert pair.shares["category"].iat[0] == "Drama"


def test_somebody_without_events_cannot_be_compared(state: State, longest: str):
    dataset = state.dataset
    nobody = next(str(each) for each in dataset.user_ids if str(each) != longest)
    others = dataset.interactions[dataset.interactions["user_id"] != nobody]
    empty = Engine(
        State(replace(dataset, interactions=others), state.workspace, state.rankers, state.places)
    )
    with pytest.raises(ConfigError, match=f"Person {nobody} has no events yet"):
        empty.evolution.side_by_side(Request(user_id=longest), Request(user_id=nobody))
