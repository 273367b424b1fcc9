"""Why is it here?: methods, words, kept explanations, examples, numbers."""

import json

import pytest

from recengine.ui import background
from tests.pages.seen import ask, charts, said
from tests.ui.fake_dataset import HOSTILE_TITLES
from tests.ui.fake_why import FakeTelling

pytestmark = pytest.mark.usefixtures("patience")


def test_kept_explanation_that_does_not_exist_is_passed_over(open_app):
    app = ask(open_app, "here", kept="nothing~oracle")
    assert len(charts(app)) == 2


def test_methods_can_be_chosen_and_say_how_far_to_trust_them(open_app):
    app = ask(open_app, "here")
    menu = app.selectbox(key="why_method")
    assert menu.options[:3] == [
        "exact contributions ✓", "leaving one out", "attention, last layer ⚠"
    ]  # fmt: skip
    assert any("tested: faithful" in each.value for each in app.markdown)
    menu.set_value("attention").run()
    assert not app.exception
    assert app.query_params["method"] == "attention"
    assert any("no better than" in each.value for each in app.markdown)
    assert "Mostly taste" in app.header[0].value  # the method's own sentence


def test_a_slow_method_is_waited_for_beside_the_page(open_app, monkeypatch, patience):
    monkeypatch.setattr(background, "QUICK_SECONDS", 0.0)
    app = ask(open_app, "here", method="occlusion")
    assert app.get("progress") or charts(app)
    monkeypatch.setattr(background, "QUICK_SECONDS", patience)
    app.run()
    assert len(charts(app)) == 2


def test_sentences_can_be_read_in_chinese(open_app):
    app = ask(open_app, "here", lang="zh")
    assert "排名第 1" in app.header[0].value
    app.get_by_key("why_lang").set_value("en").run()
    assert app.query_params["lang"] == "en"
    assert "stands first" in app.header[0].value


def test_nobody_rewords_unless_a_writer_is_chosen(open_app):
    app = ask(open_app, "here", item="113")
    assert app.selectbox(key="why_writer").value == ""
    assert not [each for each in app.button if each.key == "why_reword"]
    app.selectbox(key="why_writer").set_value("small").run()
    assert app.query_params["writer"] == "small"
    app.button(key="why_reword").click().run()
    assert any("By small" in each.value for each in app.caption)


def test_rewording_is_only_done_when_asked_and_is_labelled(open_app, monkeypatch):
    asked = []
    honest = FakeTelling.rewrite
    monkeypatch.setattr(
        FakeTelling, "rewrite", lambda self, *w, **k: asked.append(w) or honest(self, *w, **k)
    )
    app = ask(open_app, "here", item="113", writer="tiny")
    assert not asked  # a link alone loads nothing
    app.button(key="why_reword").click().run()
    assert not app.exception
    assert len(asked) == 1
    assert any("generated, checked" in each.value for each in app.markdown)


def test_a_writer_that_cannot_be_had_says_so_and_can_be_asked_again(open_app):
    app = ask(open_app, "here", item="113", writer="nobody/knows")
    app.button(key="why_reword").click().run()
    assert not app.exception
    assert any("Could not fetch the writer" in each.value for each in app.warning)
    assert len(charts(app)) == 2  # the rest of the page stays
    app.run()
    assert not app.warning
    assert app.button(key="why_reword")


@pytest.mark.parametrize("question", ["above", "another", "change", "looked"])
def test_the_answer_of_every_question_can_be_reworded(open_app, question):
    app = ask(open_app, question, item="112", second="113", writer="tiny")
    app.button(key="why_reword").click().run()
    assert not app.exception
    assert any("generated, checked" in each.value for each in app.markdown)


def test_only_english_is_offered_to_a_writer(open_app):
    app = ask(open_app, "here", item="113", writer="tiny", lang="zh")
    assert not [each for each in app.button if each.key == "why_reword"]
    assert said(app, "只有英文句子可以改写")


def test_the_description_of_the_item_can_be_reworded_too(open_app):
    app = ask(open_app, "here", item="113", open="described", writer="tiny")
    app.button(key="why_reword_item").click().run()
    assert not app.exception
    assert sum("generated, checked" in each.value for each in app.markdown) == 1


def test_what_did_not_pass_the_check_is_not_shown(open_app):
    app = ask(open_app, "here", item="112", writer="tiny")
    app.button(key="why_reword").click().run()
    assert any("is not shown" in each.value and "Kubrick" in each.value for each in app.caption)
    assert not any("By Kubrick" in each.value for each in app.markdown)


def test_an_explanation_is_kept_and_held_beside_the_next_one(open_app):
    app = ask(open_app, "here", item="112")
    app.button(key="why_keep").click().run()
    assert app.query_params["kept"] == "112~exact"
    assert len(charts(app)) == 2  # nothing to compare it with yet
    app.selectbox(key="why_item").select_index(1).run()
    assert not app.exception
    assert len(charts(app)) == 3
    assert any("Furthest apart" in each.value for each in app.markdown)
    app.button(key="why_keep").click().run()
    assert not app.query_params.get("kept")


def test_explanations_in_different_units_are_not_compared(open_app):
    app = ask(open_app, "here", item="112", kept="112~attention")
    assert any("different units" in each.value for each in app.caption)


@pytest.mark.parametrize(("user", "words"), [("full", "30 of 100 chose it"), ("empty", "Choose")])
def test_examples_are_drawn_when_asked(open_app, user, words):
    app = ask(open_app, "here", user=user, open="examples~described")
    assert any(words in each.value for each in [*app.markdown, *app.caption])


def test_numbers_add_up_to_the_score(open_app):
    app = open_app("why", user="full", item="112")
    app.session_state["why_112_open"] = True
    app.run()
    table = app.dataframe[0].value
    said = next(c.value for c in app.caption if "score" in c.value)
    score = float(said.split("score ")[1].split()[0].replace("\\", ""))
    assert abs(abs(table["Points of score"].sum()) - score) < 0.01


@pytest.mark.parametrize("item", ["100", "101", "102", "103"])
def test_hostile_titles_stay_text(open_app, item):
    app = ask(open_app, "here", item=item)
    assert all("<script>" not in json.dumps(chart["data"]) for chart in charts(app))
    assert "<script>" not in app.header[0].value
    assert "<script>" in HOSTILE_TITLES[0]
