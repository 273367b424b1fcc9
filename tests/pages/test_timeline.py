"""The timeline: full, for few events and none, when it fails, and for a plain ranker."""

import json
from dataclasses import replace

import numpy as np

from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


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


def test_a_link_to_oneself_beside_oneself_shows_somebody_else(open_app):
    app = open_app("timeline", user="full", view="pair", other_user="full")
    assert not app.exception
    assert app.get_by_key("timeline_other_user").value != "full"


def test_a_person_alone_in_the_data_has_nobody_beside(open_app):
    whole = make_dataset()
    mine = whole.interactions["user_id"] == "full"
    alone = FakeEngine(replace(whole, interactions=whole.interactions[mine]))
    app = open_app("timeline", load=lambda *_: alone, user="full", view="pair")
    assert not app.exception
    assert any("Nobody else" in block.value for block in app.markdown)


def test_bulk_dates_are_said_and_events_are_the_axis(open_app):
    engine = FakeEngine(make_dataset())
    honest = engine.timeline
    engine.timeline = lambda request: replace(honest(request), bulk_dates=True)
    app = open_app("timeline", load=lambda *_: engine, user="full")
    assert not app.exception
    assert any("as if typed in" in caption.value for caption in app.caption)
    assert app.get_by_key("timeline_axis").value == "event"


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


def markup(app):
    return " ".join(block.body for block in app.get("html"))


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


def test_a_stretch_in_the_address_brings_its_events_and_the_list_of_then(open_app):
    app = open_app("timeline", user="full", first="11", last="30")
    assert not app.exception
    assert any("events 11 to 30" in heading.value for heading in app.subheader)
    assert "<h5>After event 30</h5>" in markup(app)
    assert "✓ 37" in markup(app)
    assert any("Nothing later is in it" in caption.value for caption in app.caption)
    assert app.dataframe[0].value["Event"].tolist() == list(range(11, 31))


def test_looking_back_with_later_weights_is_marked(open_app):
    app = open_app("timeline", user="full", first="11", last="30")
    app.get_by_key("timeline_then").set_value("hindsight").run()
    assert not app.exception
    assert "know later days" in app.warning[0].value
    assert not any("Nothing later is in it" in caption.value for caption in app.caption)


def test_the_slider_chooses_a_stretch_and_the_cross_lets_go(open_app):
    app = open_app("timeline", user="full")
    app.slider(key="timeline_brush_full").set_value((5, 9)).run()
    assert not app.exception
    assert (app.query_params["first"], app.query_params["last"]) == ("5", "9")
    app.button(key="brush_close").click().run()
    assert "first" not in app.query_params
    assert "<h5>After event" not in markup(app)


def test_marks_of_another_person_are_let_go(open_app):
    app = open_app("timeline", user="full", first="11", last="30", at="12")
    app.selectbox(key="choice_user").set_value("short").run()
    assert not app.exception
    assert not {"first", "last", "at"} & set(app.query_params)
    assert drawn(app)["cursor"] == 3


def test_nonsense_in_the_address_is_passed_over_calmly(open_app):
    app = open_app("timeline", user="full", first="x", last="-3", at="1e9", band="81", view="up")
    assert not app.exception
    assert drawn(app)["cursor"] == 60
    notes = " ".join(note.value for note in app.warning)
    assert "Unknown view 'up'" in notes
    assert "Unknown band '81'" in notes


def test_two_people_stand_side_by_side(open_app):
    app = open_app("timeline", user="full", view="pair", other_user="short")
    assert not app.exception
    assert app.header[0].value.startswith("Their tastes")
    assert [heading.value for heading in app.subheader] == ["Person full", "Person short"]
    assert len(charts(app)) == 2


def test_two_interests_of_one_person_stand_side_by_side(open_app):
    app = open_app("timeline", user="full", view="pair", pair="interests")
    assert not app.exception
    lines = [trace["name"] for trace in charts(app)[0]["data"] if trace["mode"] == "lines"]
    first, second = (app.selectbox(key=f"timeline_{name}").value
                     for name in ("interest", "other_interest"))  # fmt: skip
    assert lines[:2] == [first, second]
    assert first != second
    assert first in app.header[0].value


def test_a_group_is_followed_and_its_leavers_are_counted(open_app):
    app = open_app("timeline", user="full", view="groups", by="age", group="25-34")
    assert not app.exception
    assert app.header[0].value == r"25\-34 left Drama\."
    assert "20 of 50 who held it left (40%, 28% to 54%); 3 came" in markup(app)
    assert app.query_params["group"] == "25-34"


def test_a_group_of_another_way_to_divide_is_let_go(open_app):
    app = open_app("timeline", user="full", view="groups", by="age", group="25-34")
    app.selectbox(key="timeline_by").set_value("everybody").run()
    assert not app.exception
    assert app.selectbox(key="timeline_group").value == "everybody"
    assert not app.warning


def test_one_category_of_a_group_shows_where_its_people_are(open_app):
    app = open_app("timeline", user="full", view="groups")
    before = len(charts(app)[0]["data"])
    app.selectbox(key="timeline_interest").set_value("Drama").run()
    assert not app.exception
    names = [trace["name"] for trace in charts(app)[0]["data"]]
    assert "people_low to people_high" in names
    assert len(names) < before


def test_an_interest_that_is_switched_off_is_in_the_address_and_said_everywhere(open_app):
    app = open_app("timeline", user="full", view="mine")
    assert app.header[0].value.startswith("Everything counts")
    counting = app.get_by_key("own_interests").value
    app.get_by_key("own_interests").set_value([n for n in counting if n != "Drama"]).run()
    assert not app.exception
    assert app.query_params["muted"] == "Drama"
    assert app.header[0].value.startswith("With 1 interest switched off")
    app.get_by_key("timeline_view").set_value("person").run()
    assert any("1 interest switched off" in caption.value for caption in app.caption)
    app.button(key="edits_undo").click().run()
    assert "muted" not in app.query_params


def test_events_of_the_address_do_not_count(open_app):
    app = open_app("timeline", user="full", view="mine", without="3,58-60")
    assert not app.exception
    table = app.dataframe[0].value
    assert table.loc[table["Counts"] == "off", "Event"].tolist() == [60, 59, 58, 3]
    assert any("56 of 60 events count" in caption.value for caption in app.caption)
    app.button(key="own_undo").click().run()
    assert (app.dataframe[0].value["Counts"] == "✓").all()


def test_edits_that_make_no_sense_are_passed_over(open_app):
    app = open_app("timeline", user="full", view="mine", without="x", muted="Opera|Drama")
    assert not app.exception
    assert app.header[0].value.startswith("With 1 interest switched off")


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


def test_where_every_event_is_switched_off_it_says_how_to_go_on(open_app):
    def nothing_left(told):
        return replace(told, shares=told.shares.iloc[:0], events=told.events.iloc[:0])

    app = opened_with(open_app, nothing_left, without="1-60")
    assert not app.exception
    assert app.header[0].value.startswith("Every event is switched off")


def test_erasing_takes_the_typed_id_and_then_shows_somebody_else(open_app):
    engine = FakeEngine(make_dataset())
    app = open_app("timeline", load=lambda *_: engine, user="short", view="mine", without="2")
    assert app.button(key="own_erase").disabled
    app.text_input(key="own_erase_typed").set_value("full").run()
    assert app.button(key="own_erase").disabled
    app.text_input(key="own_erase_typed").set_value("short").run()
    app.button(key="own_erase").click().run()
    assert not app.exception
    assert engine.erased == "short"
    assert app.success[0].value.startswith("Nothing tells of person short")
    assert app.selectbox(key="choice_user").value == "full"
    assert app.query_params["user"] == "full"
    assert "without" not in app.query_params


def words(app):
    return [each.proto.body for each in app.get("html") if '"re-words"' in each.proto.body]


def test_each_turn_and_the_chosen_moment_have_their_words(open_app):
    app = open_app("timeline", user="full", at="30")
    assert not app.exception
    (told,) = words(app)
    assert "1 · Drama → Film-Noir" in told
    assert "<b>Event 30</b>" in told
    assert told.count("<b>dark city</b>") == 3  # after two turns, and after the moment
    assert 'title="Heat &lt;b&gt;"' in told
    assert any("as tiny reads them" in caption.value for caption in app.caption)


def test_today_has_words_and_nothing_after_them(open_app):
    (told,) = words(open_app("timeline", user="short"))
    assert "<b>Today</b>" in told
    assert ">Now<" in told
    assert "After" not in told.split("<b>Today</b>")[1]


def test_ones_own_data_is_told_in_words(open_app):
    app = open_app("timeline", user="full", view="mine")
    assert any(">In words<" in each.proto.body for each in app.get("html"))
