"""The timeline of odd histories: one event, one second, thousands, bulk dates."""

from dataclasses import replace

import numpy as np

from tests.pages.seen import charts, drawn
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


def opened_with(open_app, change, **address):
    """The page on an engine whose timelines are changed."""
    engine = FakeEngine(make_dataset())
    honest = engine.timeline
    engine.timeline = lambda request: change(honest(request))
    return open_app("timeline", load=lambda *_: engine, user="full", **address)


def cut(told, rows):
    return replace(
        told,
        events=told.events.iloc[rows].reset_index(drop=True),
        shares=told.shares.iloc[rows].reset_index(drop=True),
        path=told.path.iloc[rows].reset_index(drop=True),
        turning_points=told.turning_points.head(0),
    )


def test_one_event_is_a_timeline_without_a_slider(open_app):
    app = opened_with(open_app, lambda told: cut(told, slice(0, 1)))
    assert not app.exception
    assert not app.slider
    assert drawn(app)["cursor"] == 1


def test_one_second_for_all_events_makes_event_numbers_the_axis(open_app):
    def at_once(told):
        return replace(
            cut(told, slice(0, 9)),
            events=told.events.head(9).assign(timestamp=960_000_000),
            date_remarks=("All 9 events carry the same second, so only their order is known.",),
        )

    app = opened_with(open_app, at_once)
    assert not app.exception
    assert app.get_by_key("timeline_axis").value == "event"
    assert any("the same second" in caption.value for caption in app.caption)
    app.get_by_key("timeline_axis").set_value("date").run()
    assert not app.exception


def test_ten_thousand_events_are_drawn_with_shared_bars(open_app):
    def many(told):
        rows = np.arange(10_000) % len(told.events)
        long = cut(told, rows)
        steps = np.arange(1, 10_001)
        times = 900_000_000 + 3_600 * steps
        return replace(
            long,
            events=long.events.assign(step=steps, timestamp=times),
            path=long.path.assign(step=steps, timestamp=times),
        )

    app = opened_with(open_app, many, first="1", last="9999")
    assert not app.exception
    bars = next(trace for trace in charts(app)[0]["data"] if trace["type"] == "bar")
    assert len(bars["customdata"]) <= 1_500
    assert drawn(app)["cursor"] == 10_000


def test_a_category_that_nobody_knows_is_drawn_like_the_rest(open_app):
    def strange(told):
        shares = told.shares.drop(columns="Drama").assign(other=told.shares["Drama"])
        return replace(told, shares=shares, events=told.events.assign(category="other"))

    app = opened_with(open_app, strange, interest="other")
    assert not app.exception
    assert app.selectbox(key="timeline_interest").value == "other"


def test_bulk_dates_are_said_and_events_are_the_axis(open_app):
    engine = FakeEngine(make_dataset())
    honest = engine.timeline
    engine.timeline = lambda request: replace(honest(request), bulk_dates=True)
    app = open_app("timeline", load=lambda *_: engine, user="full")
    assert not app.exception
    assert any("as if typed in" in caption.value for caption in app.caption)
    assert app.get_by_key("timeline_axis").value == "event"


def test_three_events_are_enough(open_app):
    app = open_app("timeline", user="short")
    assert not app.exception
    assert "No turning point" in [heading.value for heading in app.subheader]


def test_where_every_event_is_switched_off_it_says_how_to_go_on(open_app):
    def nothing_left(told):
        return replace(told, shares=told.shares.iloc[:0], events=told.events.iloc[:0])

    app = opened_with(open_app, nothing_left, without="1-60")
    assert not app.exception
    assert app.header[0].value.startswith("Every event is switched off")
