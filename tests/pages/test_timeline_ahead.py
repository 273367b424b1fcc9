"""The timeline ahead: the fan, its list, its doubt."""

from dataclasses import replace

from tests.pages.seen import charts, drawn, markup
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


def wide(app, trace="fan80"):
    """The widths of a ring of the fan at the last horizon."""
    found = [each for each in charts(app)[0]["data"] if each.get("name") == trace]
    return len(found)


def test_the_fan_holds_as_much_as_the_chooser_says(open_app):
    app = open_app("timeline", user="full")
    assert [wide(app, f"fan{band}") for band in (50, 80, 95)] == [1, 1, 0]
    assert drawn(app)["band"] == 80
    app.get_by_key("timeline_band").set_value("95").run()
    assert [wide(app, f"fan{band}") for band in (50, 80, 95)] == [1, 1, 1]
    assert drawn(app)["band"] == 95
    assert app.query_params["band"] == "95"


def test_events_lie_ahead_on_the_axis_of_events_and_days_on_that_of_dates(open_app):
    app = open_app("timeline", user="full", axis="event", ahead="20")
    assert charts(app)[0]["layout"]["xaxis3"]["title"]["text"] == "next 20 events"
    app.get_by_key("timeline_axis").set_value("date").run()
    assert not app.exception
    assert charts(app)[0]["layout"]["xaxis3"]["title"]["text"] == "next 14 days"


def test_the_forecast_is_told_with_its_list_and_its_doubt(open_app):
    app = open_app("timeline", user="full")
    assert any("Nothing beats keeping" in block.value for block in app.markdown)
    assert "<h5>In 14 days</h5>" in markup(app)
    options = app.selectbox(key="timeline_method").options
    assert options == [
        "Best that can be trusted (Persistence)",
        "Persistence · not measured",
        "GRU · -2%, no sure gain",
    ]
    app.selectbox(key="timeline_method").set_value("gru").run()
    assert not app.exception
    assert app.query_params["method"] == "gru"


def test_the_intervals_of_the_forecast_say_how_often_they_held(open_app):
    app = open_app("timeline", user="full")
    said = next(block.value for block in app.markdown if "How often the intervals" in block.value)
    assert "held 49, 80 and 96 %" in said
    dots = next(each for each in charts(app) if each["data"][-1]["type"] == "bar" and
                each["data"][0].get("name") == "as drawn")  # fmt: skip
    assert len(dots["data"]) == 7
    assert any("10.0 points wide" in caption.value for caption in app.caption)
    app.session_state["forecast_coverage_open"] = True
    app.run()
    table = next(each.value for each in app.dataframe if "80 % held, calibrated" in each.value)
    assert table["Answers"].tolist() == [300, 120, 3]


def test_days_that_do_not_suit_somebody_are_said_and_events_are_offered(open_app):
    engine = FakeEngine(make_dataset())
    foretell = engine.future.taste
    engine.future.taste = lambda request, ahead, unit, method: replace(
        foretell(request, ahead, unit, method), doubt="All on one day." if unit == "days" else ""
    )
    app = open_app("timeline", load=lambda *_: engine, user="full", ahead="30")
    assert r"All on one day\." in [note.value for note in app.warning]
    app.button(key="forecast_in_events").click().run()
    assert not app.exception
    assert app.query_params["axis"] == "event"
    assert not app.warning


def test_without_a_forecast_the_page_says_why_and_stays(open_app):
    app = open_app("timeline", user="short")
    assert not app.exception
    assert any("5 events are needed" in caption.value for caption in app.caption)
    assert "xaxis3" not in charts(app)[0]["layout"]
