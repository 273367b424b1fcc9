"""Why this?: full, for somebody without events, when it fails; question by question."""

import json
from dataclasses import replace

import pytest

from recengine.engine.why.answers import Counterfactual
from recengine.engine.why.results import NOT_MEASURED, Trust
from recengine.errors import ConfigError
from recengine.ui import background
from recengine.ui.why.page import QUESTIONS
from tests.ui.fake_dataset import HOSTILE_TITLES, make_dataset
from tests.ui.fake_engine import FakeEngine
from tests.ui.fake_why import FakeTelling, FakeWhy

PATIENT = 20.0
MARKED = '<p class="re-marked">'


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """However busy the machine is, work beside the page is waited for."""
    monkeypatch.setattr(background, "QUICK_SECONDS", PATIENT)


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def said(app, words):
    """Whether a text on the page holds some words, whatever Markdown has to be kept from."""
    return any(words in each.value.replace("\\", "") for each in [*app.markdown, *app.caption])


def ask(open_app, question, engine=None, **address):
    load = None if engine is None else (lambda *_: engine)
    app = open_app("why", load=load, question=question, **{"user": "full", **address})
    assert not app.exception
    return app


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


def test_a_slow_method_is_waited_for_beside_the_page(open_app, monkeypatch):
    monkeypatch.setattr(background, "QUICK_SECONDS", 0.0)
    app = ask(open_app, "here", method="occlusion")
    assert app.get("progress") or charts(app)
    monkeypatch.setattr(background, "QUICK_SECONDS", PATIENT)
    app.run()
    assert len(charts(app)) == 2


def test_sentences_can_be_read_in_chinese(open_app):
    app = ask(open_app, "here", lang="zh")
    assert "排名第 1" in app.header[0].value
    app.get_by_key("why_lang").set_value("en").run()
    assert app.query_params["lang"] == "en"
    assert "stands first" in app.header[0].value


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


def test_two_items_are_held_against_each_other_in_parts_that_add_up(open_app):
    app = ask(open_app, "above", second="113", item="112")
    assert "stands above" in app.header[0].value
    assert charts(app)[0]["layout"]["yaxis"]["ticktext"][-1] == "Difference"


def test_an_item_against_itself_is_answered_calmly(open_app):
    app = ask(open_app, "above", second="112", item="112")
    assert any("cannot stand above itself" in each.value for each in app.markdown)


def test_what_is_missing_comes_with_the_least_that_brings_it_in(open_app):
    app = ask(open_app, "another")
    assert any("drops out" in each.value for each in app.markdown)
    assert any("3 → 7 → 12" in each.value for each in app.caption)
    second = app.selectbox(key="why_other")
    assert second.options[0].startswith("11 · ")
    second.select_index(2).run()
    assert app.query_params["second"] == app.selectbox(key="why_other").value


def test_another_moment_shows_the_place_at_once(open_app):
    app = ask(open_app, "change", item="112")
    menu = app.selectbox(key="why_other_weather")
    other = "rainy" if menu.value != "rainy" else "dry"
    menu.set_value(other).run()
    assert not app.exception
    assert app.query_params["other_weather"] == other
    assert any("Then it would be **number" in each.value for each in app.markdown)


def test_what_would_change_it_is_only_asked_when_its_question_is(open_app):
    asked = []
    engine = FakeEngine(make_dataset())
    honest = engine.what_if
    engine.what_if = lambda *words: asked.append(words) or honest(*words)
    app = open_app("why", load=lambda *_: engine, user="full", item="112")
    assert asked == []
    app.get_by_key("why_question").set_value("change").run()
    assert len(asked) == 1


def test_nothing_moves_it_is_an_answer_too(open_app):
    engine = FakeEngine(make_dataset())
    honest = engine.what_if
    engine.what_if = lambda *words: replace(
        honest(*words), changes=honest(*words).changes.assign(places=0)
    )
    app = ask(open_app, "change", engine)
    assert any("Nothing moves it" in block.value for block in app.markdown)


def test_a_place_that_is_not_the_lists_is_remarked_on(open_app):
    engine = FakeEngine(make_dataset())
    honest = engine.what_if
    engine.what_if = lambda *words: replace(honest(*words), remark="By the history alone: 45.")
    app = ask(open_app, "change", engine)
    assert any("By the history alone" in each.value for each in app.caption)


def test_a_search_without_success_says_so(open_app, monkeypatch):
    honest = FakeWhy.counterfactual

    def nothing(self, *words, **more) -> Counterfactual:
        found = honest(self, *words, **more)
        return replace(found, found=False, evidence=(), sentence="None does it.")

    monkeypatch.setattr(FakeWhy, "bring_in", nothing)
    app = ask(open_app, "another")
    assert any("None does it" in block.value for block in app.markdown)


def test_a_problem_beside_the_page_is_told_and_asked_anew(open_app, monkeypatch):
    def refuse(*_, **__):
        raise ConfigError("It is damaged. Load it again.")

    monkeypatch.setattr(FakeWhy, "bring_in", refuse)
    app = ask(open_app, "another")
    assert "damaged" in app.error[0].value
    monkeypatch.undo()
    monkeypatch.setattr(background, "QUICK_SECONDS", PATIENT)
    app.run()
    assert not app.error


def test_attention_says_that_it_is_no_reason(open_app):
    app = ask(open_app, "looked")
    assert "not why it decided" in app.header[0].value
    assert [trace["type"] for trace in charts(app)[1]["data"]] == ["heatmap"]
    assert said(app, "no better than “the last events”")
    app.selectbox(key="why_head").set_value("2-1").run()
    app.selectbox(key="why_head").set_value("rollout").run()
    assert not app.exception
    assert app.query_params["head"] == "rollout"


def test_a_method_that_failed_is_marked_in_its_pictures(open_app):
    def marks(app):
        titles = [chart["layout"].get("title", {}).get("text", "") for chart in charts(app)]
        return [title for title in titles if title.startswith("⚠")]

    assert len(marks(ask(open_app, "looked"))) == 2  # the bars and how far back each head looks
    assert len(marks(ask(open_app, "here", method="attention"))) == 2  # the weights and the strip
    assert not marks(ask(open_app, "here"))


def test_every_head_and_every_event_is_drawn_and_told_when_its_drawer_is_open(open_app):
    app = ask(open_app, "looked", open="grid", head="2-1", newest="yes")
    assert not app.warning
    assert len(charts(app)) == 3
    app.session_state["attention_every_open"] = True
    app.run()
    table = app.dataframe[0].value
    assert list(table) == ["Layer", "Head", "Event", "Title", "Attention"]
    heads = table.groupby(["Layer", "Head"])["Attention"].sum()
    assert heads.to_numpy() == pytest.approx(1.0, abs=0.01)


def test_words_that_answered_each_other_are_marked_when_asked(open_app):
    app = ask(open_app, "looked", open="words")
    assert charts(app)[-1]["layout"]["xaxis"]["title"]["text"] == "Cosine"
    assert any('<span class="re-passed">A</span>' in each.value for each in app.html)
    assert said(app, "Grey: 1 word of 3 that only hold sentences together")
    text = next(block.value for block in app.html if MARKED in block.value)
    assert text.count("<mark") == 2
    assert "<b>" not in text
    assert any("longer than what the encoder reads" in each.value for each in app.caption)


@pytest.fixture
def reader(monkeypatch) -> str:
    """A ranker that reads the texts."""
    monkeypatch.setattr(FakeWhy, "readers", lambda _: ("popularity",))
    return "popularity"


def test_a_ranker_that_reads_the_texts_shows_titles_first_and_words_when_asked(open_app, reader):
    app = ask(open_app, "looked", ranker=reader, item="112")
    assert len(charts(app)) == 1
    assert said(app, "no better than “the last events”")
    assert not any(MARKED in block.value for block in app.html)
    app = ask(open_app, "looked", ranker=reader, item="112", open="tokens", read="attention")
    text = next(block.value for block in app.html if MARKED in block.value)
    assert text.startswith(f"{MARKED}| ")  # a mark between texts is no word
    assert charts(app)[-1]["layout"]["title"]["text"].startswith("⚠")


def test_what_another_ranker_read_is_offered_beside_the_one_on_show(open_app, reader):
    app = ask(open_app, "looked", item="112", open=f"{reader}~tokens~words")
    assert "Popularity: what it looked at" in {each.label for each in app.expander}
    assert sum(MARKED in block.value for block in app.html) == 2


@pytest.mark.parametrize(("user", "words"), [("full", "30 of 100 chose it"), ("empty", "Choose")])
def test_examples_are_drawn_when_asked(open_app, user, words):
    app = ask(open_app, "here", user=user, open="examples~described")
    assert any(words in each.value for each in [*app.markdown, *app.caption])


def test_ranker_without_attention_says_so(open_app):
    app = ask(open_app, "looked", ranker="popularity")
    assert any("Popularity has no attention" in block.value for block in app.markdown)


def test_the_auditors_list_leads_to_each_case(open_app):
    app = ask(open_app, "general")
    assert app.header[0].value.startswith("For 4 of 4 people")
    app.button(key="story_odd_0").click().run()
    assert not app.exception
    assert app.query_params["question"] == "here"
    assert app.query_params["user"] == "full"
    assert app.query_params["item"] == "100"


def test_what_drives_most_lists_is_named_over_all_and_by_group(open_app):
    app = ask(open_app, "general")
    assert said(app, "“The Golden Number 6” says most for the first item of 3 people")
    opened = {each.label for each in app.expander}
    assert "Choices that drive most lists" in opened
    assert any(label.startswith("Facts by ") for label in opened)
    assert any(label.startswith("Categories by ") for label in opened)


def test_groups_that_stand_out_are_flagged(open_app):
    app = ask(open_app, "general", odd="profile")
    assert any("look here" in each.value for each in app.markdown)


def test_a_ranker_whose_score_is_no_sum_says_so_in_general(open_app):
    app = ask(open_app, "general", ranker="popularity")
    assert any("is no sum" in each.value for each in app.markdown)


def test_the_test_of_the_methods_is_read_and_drawn_beside_the_controls(open_app):
    app = ask(open_app, "general")
    assert said(app, "Exact beats naming the last events; attention does not")
    drawn = charts(app)[-1]["data"]
    assert [trace["name"] for trace in drawn] == ["passed", "control", "did not pass"]
    app.selectbox(key="why_measure").set_value("randomised").run()
    assert not app.exception
    assert app.query_params["measure"] == "randomised"
    assert said(app, "Lowest: attention, 0.40; random 0.30 and recency 0.50")
    app.session_state["why_tested_unified_open"] = True
    app.run()
    table = app.dataframe[0].value
    assert list(table["Method"]) == ["exact", "recency", "attention", "random"]
    assert table["Blind to what was learnt"].iloc[2] == 0.4


def test_a_ranker_whose_methods_nobody_tested_says_how_to_test_them(open_app, monkeypatch):
    honest = FakeWhy.methods
    monkeypatch.setattr(
        FakeWhy, "methods",
        lambda self, ranker: tuple(
            replace(each, trust=Trust(NOT_MEASURED, "Nobody tested it.", made_with="do it"))
            for each in honest(self, ranker)
        ),
    )  # fmt: skip
    app = ask(open_app, "general")
    assert any("Not tested yet on this ranker" in each.value for each in app.markdown)
    assert any("do it" in each.value for each in app.caption)


def test_problem_is_told_and_the_frame_stays(open_app):
    app = open_app("why", user="broken")
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert app.selectbox(key="choice_user").value == "broken"


@pytest.mark.parametrize("item", ["100", "101", "102", "103"])
def test_hostile_titles_stay_text(open_app, item):
    app = ask(open_app, "here", item=item)
    assert all("<script>" not in json.dumps(chart["data"]) for chart in charts(app))
    assert "<script>" not in app.header[0].value
    assert "<script>" in HOSTILE_TITLES[0]


def test_numbers_add_up_to_the_score(open_app):
    app = open_app("why", user="full", item="112")
    app.session_state["why_112_open"] = True
    app.run()
    table = app.dataframe[0].value
    said = next(c.value for c in app.caption if "score" in c.value)
    score = float(said.split("score ")[1].split()[0].replace("\\", ""))
    assert abs(abs(table["Points of score"].sum()) - score) < 0.01
