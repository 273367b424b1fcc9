"""Why not another, why above, and what would change it?"""

from dataclasses import replace

import pytest

from recengine.engine.why.answers import Counterfactual
from recengine.errors import ConfigError
from recengine.ui import background
from tests.pages.seen import ask, charts
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine
from tests.ui.fake_why import FakeWhy

pytestmark = pytest.mark.usefixtures("patience")


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


def test_a_problem_beside_the_page_is_told_and_asked_anew(open_app, monkeypatch, patience):
    def refuse(*_, **__):
        raise ConfigError("It is damaged. Load it again.")

    monkeypatch.setattr(FakeWhy, "bring_in", refuse)
    app = ask(open_app, "another")
    assert "damaged" in app.error[0].value
    monkeypatch.undo()
    monkeypatch.setattr(background, "QUICK_SECONDS", patience)
    app.run()
    assert not app.error
