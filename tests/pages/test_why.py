"""Why this?: the questions, the item, the address; for somebody without events, when it fails."""

import pytest

from recengine.ui.why.page import QUESTIONS
from tests.pages.seen import ask, charts, said

pytestmark = pytest.mark.usefixtures("patience")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_opens_with_an_answer(open_app, question):
    app = ask(open_app, question)
    assert len(app.header) == 1
    assert not app.warning
    assert not app.error
    assert charts(app)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_an_answer_for_somebody_without_events(open_app, question):
    ask(open_app, question, user="empty")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_an_answer_for_a_ranker_without_attention(open_app, question):
    ask(open_app, question, ranker="popularity")


def test_page_opens_with_the_answer_in_words_and_a_waterfall(open_app):
    app = open_app("why", user="full")
    assert not app.exception
    assert "stands first of 40 items" in app.header[0].value
    assert len(charts(app)) == 2  # the waterfall and the strip of the history
    assert app.query_params.get("question") is None


def test_question_that_is_chosen_goes_into_the_address(open_app):
    app = open_app("why", user="full")
    app.get_by_key("why_question").set_value("change").run()
    assert app.query_params["question"] == "change"
    assert "instead of" in app.header[0].value


def test_best_of_the_list_is_explained_until_another_is_chosen(open_app):
    picker = open_app("why", user="full").selectbox(key="why_item")
    assert picker.options[0].startswith("1 · ")
    assert picker.index == 0


def test_item_of_the_address_is_explained(open_app):
    app = open_app("why", user="full", item="112")
    assert app.selectbox(key="why_item").value == "112"


def test_choosing_another_item_changes_the_address(open_app):
    app = open_app("why", user="full")
    app.selectbox(key="why_item").select_index(3).run()
    assert not app.exception
    assert app.query_params["item"] == app.selectbox(key="why_item").value


def test_any_item_can_be_searched_and_asked_about(open_app):
    app = open_app("why", user="full")
    app.text_input(key="why_search").set_value("Golden Number 11").run()
    app.button(key="ask_111").click().run()
    assert not app.exception
    assert app.selectbox(key="why_item").value == "111"
    assert app.text_input(key="why_search").value == ""


@pytest.mark.parametrize(
    "address",
    [{"item": "**x**"}, {"method": "oracle"}, {"question": "when"}, {"lang": "tlh"},
     {"question": "above", "second": "nothing"}],
)  # fmt: skip
def test_what_the_address_asks_in_vain_gets_one_calm_note(open_app, address):
    app = open_app("why", user="full", **address)
    assert not app.exception
    assert len(app.warning) == 1
    assert charts(app)


@pytest.mark.parametrize(
    ("question", "words"),
    [({"question": "above", "second": "113", "item": "112"}, "排在"),
     ({"question": "another"}, "排名第"), ({"question": "change"}, "的排名会从第"),
     ({"question": "looked"}, "不是它决定的理由"), ({"question": "general"}, "首位推荐"),
     ({"question": "here", "method": "attention"}, "模型看得最多的是")],
)  # fmt: skip
def test_every_answer_about_an_item_can_be_read_in_chinese(open_app, question, words):
    app = open_app("why", user="full", lang="zh", **question)
    assert not app.exception
    assert words in app.header[0].value
    assert said(app, "按钮、图和表保持英文")


def test_problem_is_told_and_the_frame_stays(open_app):
    app = open_app("why", user="broken")
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert app.selectbox(key="choice_user").value == "broken"
