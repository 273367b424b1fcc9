"""The timeline: full, for few events and none, when it fails, and for a plain ranker."""

import json
from dataclasses import replace

from tests.ui.fake_engine import FakeEngine, make_dataset


def drawn(app):
    return json.loads(app.get("bidi_component")[0].proto.mixed.json)


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def test_page_opens_with_the_answer_the_stream_and_the_way(open_app):
    app = open_app("timeline", user="full")
    assert not app.exception
    assert app.header[0].value.startswith("From drama to film noir")
    assert {trace["type"] for trace in charts(app)[0]["data"]} == {"scatter", "bar"}
    assert drawn(app)["mode"] == "path"


def test_map_begins_at_the_newest_event(open_app):
    assert drawn(open_app("timeline", user="full"))["cursor"] == 60


def test_a_turning_point_leads_to_its_moment(open_app):
    app = open_app("timeline", user="full")
    app.button(key="turn_1").click().run()
    assert not app.exception
    assert drawn(app)["cursor"] == 11
    around = app.dataframe[0].value
    assert 11 in around["Event"].tolist()


def test_another_person_begins_at_their_own_newest_event(open_app):
    app = open_app("timeline", user="full")
    app.button(key="turn_1").click().run()
    app.selectbox(key="choice_user").set_value("short").run()
    assert not app.exception
    assert drawn(app)["cursor"] == 3


def test_axis_can_be_changed(open_app):
    app = open_app("timeline", user="full")
    dates = charts(app)[0]
    app.get_by_key("timeline_axis").set_value("event").run()
    assert not app.exception
    assert charts(app)[0]["layout"]["xaxis2"]["title"]["text"] == "Event number"
    assert charts(app)[0]["layout"]["xaxis"]["range"] != dates["layout"]["xaxis"]["range"]


def test_bulk_dates_are_said_and_events_are_the_axis(open_app):
    engine = FakeEngine(make_dataset())
    honest = engine.timeline
    engine.timeline = lambda request: replace(honest(request), bulk_dates=True)
    app = open_app("timeline", load=lambda *_: engine, user="full")
    assert not app.exception
    assert any("bulk import" in caption.value for caption in app.caption)
    assert app.get_by_key("timeline_axis").value == "event"


def test_three_events_are_enough(open_app):
    app = open_app("timeline", user="short")
    assert not app.exception
    assert "No turning point" in [heading.value for heading in app.subheader]


def test_person_without_events_is_told_what_would_be_here(open_app):
    app = open_app("timeline", user="empty")
    assert not app.exception
    assert "no taste to follow" in app.header[0].value
    assert any("No events yet" in block.value for block in app.markdown)
    assert not app.get("plotly_chart")


def test_problem_is_told_and_the_frame_stays(open_app):
    app = open_app("timeline", user="broken")
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert app.selectbox(key="choice_user").value == "broken"


def test_ranker_without_interest_says_so(open_app):
    app = open_app("timeline", user="full", ranker="popularity")
    assert not app.exception
    assert any("Popularity does not follow" in block.value for block in app.markdown)


def test_numbers_are_a_table_twin_with_one_row_per_event(open_app):
    app = open_app("timeline", user="full")
    app.session_state["timeline_full_open"] = True
    app.run()
    table = app.dataframe[-1].value
    assert len(table) == 60
    shares = table[[name for name in table if name.startswith("Share of")]]
    assert (abs(shares.sum(axis=1) - 1) < 1e-9).all()
