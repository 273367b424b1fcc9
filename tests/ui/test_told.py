"""What was said in a session: in the address, in the strip, on the cards, and taken back."""

import json

import pytest

from recengine.types import LESS, MORE, NOT_NOW
from recengine.ui import told

SAID = "m112~l105~n101"


def cards(app):
    return json.loads(next(iter(app.get("bidi_component"))).proto.json)["cards"]


def strip(app):
    return next(block.value for block in app.html if 're-said-what"' in block.value)


@pytest.mark.parametrize("item", ["318", "a b", "x~y", "ä/%&=?#", "~"])
def test_any_item_id_survives_the_address(item):
    remarks = ((item, MORE), ("7", LESS), (item, NOT_NOW))
    assert told.read(told.spelled(remarks), {item, "7"}) == (remarks, 0)


def test_remarks_that_name_nothing_known_are_counted_and_left_out():
    text = "m1~x2~n999~~m"
    assert told.read(text, {"1", "2"}) == ((("1", MORE),), 3)


def test_only_the_last_remarks_are_kept():
    text = told.spelled(tuple((str(item), MORE) for item in range(50)))
    remarks, passed_over = told.read(text, set(map(str, range(50))))
    assert passed_over == 0
    assert [item for item, _ in remarks] == [str(item) for item in range(20, 50)]


def test_an_address_restores_what_was_said(open_app):
    app = open_app("recommendations", user="full", told=SAID)
    assert not app.exception
    assert "The Broken Number 12" in strip(app)
    assert "You said 3 things" in strip(app)
    pressed = {card["id"]: card["verdict"] for card in cards(app)}
    assert pressed.get("112") == MORE
    assert "101" not in pressed
    assert app.query_params["told"] == SAID
    assert any("3 remarks" in block.value for block in app.html if "re-strip" in block.value)


def test_undo_takes_back_the_last_and_reset_everything(open_app):
    app = open_app("recommendations", user="full", told=SAID)
    app.button(key="told_undo").click().run()
    assert not app.exception
    assert app.query_params["told"] == "m112~l105"
    app.button(key="told_reset").click().run()
    assert "told" not in app.query_params
    assert not any('re-said-what"' in block.value for block in app.html)


def test_another_person_has_said_nothing_yet_and_the_first_is_remembered(open_app):
    app = open_app("recommendations", user="full", told=SAID)
    app.selectbox(key="choice_user").set_value("short").run()
    assert "told" not in app.query_params
    app.selectbox(key="choice_user").set_value("full").run()
    assert app.query_params["told"] == SAID


def test_a_link_without_remarks_begins_afresh(open_app):
    app = open_app("recommendations", user="full", told=SAID)
    app.query_params.clear()
    for name, value in (("data", "movielens-1m"), ("user", "full"), ("ranker", "unified")):
        app.query_params[name] = value
    app.run()
    assert "told" not in app.query_params


def test_unknown_items_in_a_link_give_one_note(open_app):
    app = open_app(user="full", told="m112~m99999")
    assert [each.value for each in app.warning] == [
        "1 of the remarks in this link name no item of this catalogue; they are left out."
    ]
    assert app.query_params["told"] == "m112"


def test_the_list_before_can_be_held_against_it(open_app):
    app = open_app("recommendations", user="full", told=SAID)
    app.get_by_key("other_list").set_value("Before what you said").run()
    assert not app.exception
    assert {card["move"]["kind"] for card in cards(app)} - {""}
    assert any(card["id"] == "101" for card in cards(app)) or len(cards(app)) == 10


def test_a_ranker_that_cannot_learn_offers_only_not_now(open_app):
    app = open_app("recommendations", user="full", ranker="popularity")
    assert {card["learns"] for card in cards(app)} == {False}
    assert {card["learns"] for card in cards(open_app("recommendations", user="full"))} == {True}


def test_the_proof_is_drawn_when_it_is_asked_for(open_app):
    app = open_app("recommendations", user="full")
    app.session_state["told_proof"] = True
    app.run()
    assert not app.exception
    assert any("Five clicks help" in block.value for block in app.markdown)


@pytest.mark.parametrize("page", ["item_map", "timeline", "why"])
def test_every_page_keeps_what_was_said(open_app, page):
    app = open_app(page, user="full", told=SAID)
    assert not app.exception
    assert app.query_params["told"] == SAID
