"""The recommendations: a list with reasons, what changes it, and what somebody did before."""

import json

from tests.ui.fake_dataset import HOSTILE_TITLES


def cards(app):
    """The records that the cards in the browser are drawn from."""
    return json.loads(next(iter(app.get("bidi_component"))).proto.json)["cards"]


def test_page_opens_with_the_answer_and_ten_cards(open_app):
    app = open_app("recommendations", user="full")
    assert not app.exception
    assert app.header[0].value.startswith("In this moment")
    assert [card["rank"] for card in cards(app)] == list(range(1, 11))


def test_without_the_moment_shows_arrows_and_says_what_changed(open_app):
    app = open_app("recommendations", user="full")
    app.get_by_key("other_list").set_value("Without the moment").run()
    assert not app.exception
    assert "of the ten stay" in app.header[0].value
    assert {card["move"]["kind"] for card in cards(app)} - {""}


def test_another_moment_is_chosen_beside_the_list(open_app):
    app = open_app("recommendations", user="full")
    app.get_by_key("other_list").set_value("Another moment").run()
    assert app.header[0].value.startswith("In this moment")  # nothing differs yet
    app.selectbox(key="other_weather").set_value("dry").run()
    assert "of the ten stay" in app.header[0].value


def test_history_stands_beside_the_list(open_app):
    app = open_app("recommendations", user="full")
    rows = next(block.value for block in app.html if "re-history" in block.value)
    assert rows.count("re-event-title") == 60
    assert 'aria-label="rated 3 of 5"' in rows


def test_person_without_events_gets_a_list_and_advice(open_app):
    app = open_app("recommendations", user="empty")
    assert not app.exception
    assert len(cards(app)) == 10
    assert any("No events yet" in block.value for block in app.markdown)


def test_problem_is_told_and_the_frame_stays(open_app):
    app = open_app("recommendations", user="broken")
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert app.selectbox(key="choice_user").value == "broken"


def test_hostile_titles_stay_text(open_app):
    app = open_app("recommendations", user="full")
    page = "".join(block.value for block in app.html)
    for title in HOSTILE_TITLES:
        assert title not in page or "<" not in title
    assert "<script>" not in page


def test_numbers_are_a_table_twin_of_the_cards(open_app):
    app = open_app("recommendations", user="full")
    app.session_state["recommendations_full_open"] = True
    app.run()
    table = app.dataframe[0].value
    assert table["Title"].tolist() == [card["title"] for card in cards(app)]
    assert [column for column in table if column == "Often next"]
