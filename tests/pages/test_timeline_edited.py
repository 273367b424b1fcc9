"""The timeline without what was switched off, and of somebody who is erased."""

from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


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
