"""Why this?: full, for somebody without events, when it fails; question by question."""

import json
from dataclasses import replace

from tests.ui.fake_engine import FakeEngine, make_dataset


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def ask(app, question):
    app.session_state["why_question"] = question
    return app.run()


def test_page_opens_with_the_answer_and_a_waterfall(open_app):
    app = open_app("why", user="full")
    assert not app.exception
    assert app.header[0].value == "Mostly taste; the evening adds a little\\."
    assert len(charts(app)) == 2  # the waterfall and the strip of the history


def test_best_of_the_list_is_explained_until_another_is_chosen(open_app):
    picker = open_app("why", user="full").selectbox(key="why_item")
    assert picker.options[0].startswith("1 · ")
    assert picker.index == 0


def test_item_of_the_address_is_explained(open_app):
    app = open_app("why", user="full", item="112")
    assert app.selectbox(key="why_item").value == "112"


def test_choosing_another_item_changes_the_address(open_app):
    app = open_app("why", user="full")
    picker = app.selectbox(key="why_item")
    picker.select_index(3).run()
    assert not app.exception
    assert app.query_params["item"] == app.selectbox(key="why_item").value


def test_any_item_can_be_searched_and_asked_about(open_app):
    app = open_app("why", user="full")
    app.text_input(key="why_search").set_value("Golden Number 11").run()
    app.button(key="ask_111").click().run()
    assert not app.exception
    assert app.selectbox(key="why_item").value == "111"
    assert app.text_input(key="why_search").value == ""


def test_unknown_item_in_the_address_is_answered_calmly(open_app):
    app = open_app("why", user="full", item="**nonsense**")
    assert not app.exception
    assert any("There is no item" in warning.value for warning in app.warning)
    assert charts(app)


def test_what_would_change_it_is_only_asked_when_its_tab_is_open(open_app):
    asked = []
    engine = FakeEngine(make_dataset())
    honest = engine.what_if
    engine.what_if = lambda *words: asked.append(words) or honest(*words)
    app = open_app("why", load=lambda *_: engine, user="full", item="112")
    assert asked == []
    ask(app, "What would change it?")
    assert not app.exception
    assert len(asked) == 1
    assert len(charts(app)) == 1


def test_nothing_moves_it_is_an_answer_too(open_app):
    engine = FakeEngine(make_dataset())
    honest = engine.what_if
    engine.what_if = lambda *words: replace(
        honest(*words), changes=honest(*words).changes.assign(places=0)
    )
    app = ask(open_app("why", load=lambda *_: engine, user="full"), "What would change it?")
    assert not app.exception
    assert any("Nothing moves it" in block.value for block in app.markdown)
    assert charts(app)


def test_attention_says_that_it_is_no_reason(open_app):
    app = ask(open_app("why", user="full"), "What did the model look at?")
    assert not app.exception
    assert any("not why" in block.value for block in app.markdown)
    assert [trace["type"] for trace in charts(app)[1]["data"]] == ["heatmap", "heatmap"]


def test_ranker_without_attention_says_so(open_app):
    app = open_app("why", user="full", ranker="popularity")
    assert charts(app)  # the split holds for every ranker
    ask(app, "What did the model look at?")
    assert not app.exception
    assert any("Popularity has no attention" in block.value for block in app.markdown)


def test_person_without_events_gets_reasons_without_a_strip(open_app):
    app = open_app("why", user="empty")
    assert not app.exception
    assert len(charts(app)) == 1
    ask(app, "What did the model look at?")
    assert not app.exception
    assert any("no events yet" in block.value.lower() for block in app.caption)


def test_problem_is_told_and_the_frame_stays(open_app):
    app = open_app("why", user="broken")
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert app.selectbox(key="choice_user").value == "broken"


def test_hostile_titles_stay_text(open_app):
    app = open_app("why", user="full", item="100")
    assert not app.exception
    assert all("<script>" not in json.dumps(chart["data"]) for chart in charts(app))


def test_numbers_add_up_to_the_score(open_app):
    app = open_app("why", user="full", item="112")
    app.session_state["why_112_open"] = True
    app.run()
    table = app.dataframe[0].value
    score = next(c.value for c in app.caption if "score" in c.value).split("score ")[1].split()[0]
    sign = 1 if "above" in next(c.value for c in app.caption if "score" in c.value) else -1
    assert abs(table["Weight"].sum() - sign * float(score.replace("\\", ""))) < 0.01
