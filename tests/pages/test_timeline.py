"""The timeline: full, for somebody without events, when it fails, and for a plain ranker."""

from dataclasses import replace

from tests.pages.seen import charts, drawn
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


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


def test_turning_points_stand_beside_how_far_they_can_be_trusted(open_app):
    app = open_app("timeline", user="full")
    assert any(r"Precision is 0\.76" in caption.value for caption in app.caption)


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


def test_interests_can_be_followed_as_themes(open_app):
    app = open_app("timeline", user="full", kind="themes")
    assert not app.exception
    assert app.header[0].value.startswith("Today the theme Space")
    names = {trace.get("name") for trace in charts(app)[0]["data"]}
    assert {"Space · Alien", "Love · Wedding"} <= names
    assert "Love · Wedding → Space · Alien" in app.button(key="turn_1").label
    assert app.expander(key="themes_open").label == "What the themes hold"
    app.get_by_key("timeline_interest").set_value("Love · Wedding").run()
    app.get_by_key("timeline_kind").set_value("categories").run()
    assert app.header[0].value.startswith("From drama to film noir")
    assert not app.warning


def test_by_calendar_a_silence_is_a_gap(open_app):
    app = open_app("timeline", user="full", axis="calendar")
    assert not app.exception
    bars = [trace for trace in charts(app)[0]["data"] if trace["type"] == "bar"]
    assert bars[-1]["name"] == "Events"
    assert any("months silence" in caption.value for caption in app.caption)
    app.get_by_key("timeline_view").set_value("pair").run()
    assert not app.exception
    assert not app.warning


def test_the_source_of_events_stands_among_the_numbers(open_app):
    engine = FakeEngine(make_dataset())
    told = engine.timeline
    engine.timeline = lambda request: replace(
        told(request), events=told(request).events.assign(source="games")
    )
    app = open_app("timeline", load=lambda *_: engine, user="full")
    app.session_state["timeline_full_open"] = True
    app.run()
    (table,) = (each.value for each in app.dataframe if "Source" in each.value)
    assert set(table["Source"]) == {"games"}


def test_the_time_of_the_whole_log_is_judged_on_the_page(open_app):
    app = open_app("timeline", user="full")
    assert any("times look real for 100% of the 4 people" in each.value for each in app.caption)


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
