"""Histories as they should not be: each has an answer that says what can be said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.tables import load_tables
from recengine.engine import Engine
from recengine.engine.state import State
from recengine.types import Request

NOON = 1_700_000_000
DAY = 86_400


@pytest.fixture
def living(state: State):
    """An engine in whose data one person did these things at these times."""

    def made(times: list[int] | np.ndarray, **items: list) -> tuple[Engine, Request]:
        dataset = state.dataset
        user = str(dataset.user_ids[0])
        others = dataset.interactions[dataset.interactions["user_id"] != user]
        one = dataset.interactions.iloc[[0]]
        rows = pd.concat([one] * len(times), ignore_index=True)
        catalogue = dataset.items["item_id"].to_numpy()
        rows = rows.assign(
            user_id=user, timestamp=times, item_id=catalogue[np.arange(len(times)) % len(catalogue)]
        )
        table = dataset.items.assign(**items) if items else dataset.items
        log = pd.concat([others, rows], ignore_index=True)
        changed = replace(dataset, interactions=log, items=table)
        return (
            Engine(State(changed, state.workspace, state.rankers, state.places)),
            Request(user_id=user),
        )

    return made


def test_one_event_is_too_few_to_tell(living):
    engine, request = living([NOON])
    found = engine.timeline(request)
    assert found.turning_points.empty
    assert "Too few to tell" in found.turns_note
    assert found.shares.iloc[0].drop("step").sum() == pytest.approx(1)
    assert len(engine.interests.calendar(request).table) == 1
    assert len(engine.interests.themes(request).shares) == 1


def test_all_events_at_one_second_are_counted_and_not_dated(living):
    engine, request = living([NOON] * 40)
    found = engine.timeline(request)
    assert found.bulk_dates
    calendar = engine.interests.calendar(request)
    assert calendar.table["events"].tolist() == [40]
    assert engine.person(request.user_id).bulk_dates


def test_a_gap_of_years_stays_a_gap(living):
    first = NOON - 9 * 365 * DAY
    engine, request = living([*(first + DAY * n for n in range(20)), NOON])
    calendar = engine.interests.calendar(request)
    silent = ~calendar.table["known"]
    assert silent.sum() > 80
    assert calendar.shares[silent].isna().all().all()
    assert calendar.shares[~silent].notna().all().all()
    assert "years" in calendar.sentence


def test_ten_thousand_events_are_followed_to_the_end(living):
    engine, request = living(NOON + 3600 * np.arange(10_000))
    found = engine.timeline(request)
    assert len(found.shares) == len(found.path) == 10_000
    np.testing.assert_allclose(found.shares.drop(columns="step").sum(axis=1), 1, atol=1e-4)
    assert len(engine.interests.calendar(request).table) <= 201


def test_items_of_no_category_have_a_share_of_their_own(living, state):
    known = list(state.dataset.items["categories"])
    engine, request = living(
        [NOON + DAY * n for n in range(5)], categories=[[], [], [], *known[3:]]
    )
    found = engine.timeline(request)
    assert "other" in found.shares
    assert (found.shares["other"] > 0).all()
    assert found.events["category"].iat[0] == "other"


def test_future_times_and_mixed_time_zones_of_ones_own_log(tmp_path):
    rows = [
        "user_id,item_id,timestamp",
        *[f"u{n},i{n},2023-03-0{1 + n}T12:00:00+02:00" for n in range(3)],
        "u0,i1,2023-03-05T12:00:00Z",
        "u0,i2,2023-03-05 12:00:00",
        "u1,i2,2999-01-01T00:00:00Z",
    ]
    (tmp_path / "interactions.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "mapping.toml").write_text(
        'timezone = "America/New_York"\n[interactions]\nfile = "interactions.csv"\n'
        'user_id = "user_id"\nitem_id = "item_id"\ntimestamp = "timestamp"\n'
    )
    found = load_tables(tmp_path)
    assert [(step.rule, step.events) for step in found.dataset.cleaning] == [("future", 1)]
    times = found.dataset.interactions["timestamp"]
    hours = pd.to_datetime(times, unit="s", utc=True).dt.hour.tolist()
    assert hours == [10, 10, 10, 12, 17]
