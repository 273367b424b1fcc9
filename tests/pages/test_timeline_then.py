"""The timeline at a stretch: its events, the list of then."""

from tests.pages.seen import drawn, markup


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
