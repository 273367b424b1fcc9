"""What is switched off: in the address, on every page, for one person, and let count again."""

import pytest

PAGES = ("overview", "recommendations", "item_map", "timeline", "why", "compare")


def reminders(app):
    return [caption.value for caption in app.caption if "switched off, on every" in caption.value]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_restores_and_says_what_is_switched_off(open_app, page):
    app = open_app(page, user="full", without="3,58-60", muted="Drama")
    assert not app.exception
    assert len(reminders(app)) == 1
    assert "4 events and 1 interest switched off" in reminders(app)[0]
    assert (app.query_params["without"], app.query_params["muted"]) == ("3,58-60", "Drama")


def test_one_click_lets_everything_count_again_wherever_one_is(open_app):
    app = open_app("recommendations", user="full", muted="Drama")
    app.button(key="edits_undo").click().run()
    assert not app.exception
    assert not reminders(app)
    assert "muted" not in app.query_params


def test_edits_belong_to_one_person(open_app):
    app = open_app("recommendations", user="full", without="3")
    app.selectbox(key="choice_user").set_value("short").run()
    assert not reminders(app)
    assert "without" not in app.query_params
    app.selectbox(key="choice_user").set_value("full").run()
    assert len(reminders(app)) == 1


def test_nonsense_is_passed_over_with_a_note(open_app):
    app = open_app(user="full", without="x", muted="Drama")
    assert "is no event number" in app.warning[0].value
    assert "1 interest switched off" in reminders(app)[0]


def test_what_is_not_there_cannot_be_switched_off(open_app):
    app = open_app("recommendations", user="short", without="2,900", muted="Opera")
    assert "1 event switched off" in reminders(app)[0]
