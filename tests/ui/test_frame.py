"""The frame: controls, address and person strip agree, whatever comes in by the address."""

import threading

from recengine.errors import DataError
from recengine.ui import resources
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


def strip(app):
    return next(block.value for block in app.html if "re-strip" in block.value)


def pills(app, name):
    return app.get_by_key(f"choice_{name}")


def test_address_restores_the_whole_question(open_app):
    app = open_app(user="short", ranker="popularity", part_of_day="night", weather="dry")
    assert app.selectbox(key="choice_user").value == "short"
    assert app.selectbox(key="choice_ranker").value == "popularity"
    assert pills(app, "part_of_day").value == "night"
    assert pills(app, "weather").value == "dry"
    assert not app.warning
    assert "Person short" in strip(app)


def test_address_names_everything_after_the_first_visit(open_app):
    app = open_app()
    assert app.query_params["data"] == "movielens-1m"
    assert app.query_params["user"] == "full"
    assert app.query_params["ranker"] == "unified"
    assert app.query_params["weather"] == "rainy"
    assert app.query_params["part_of_day"] == "afternoon"


def test_unknown_person_in_the_address_gives_one_note_and_somebody_else(open_app):
    app = open_app(user="nobody<script>")
    assert not app.exception
    assert len(app.warning) == 1
    assert "Unknown user" in app.warning[0].value
    assert "Shown instead: full" in app.warning[0].value
    assert "Person full" in strip(app)
    assert app.query_params["user"] == "full"


def test_unknown_moment_in_the_address_keeps_the_last_moment(open_app):
    app = open_app(user="full", part_of_day="teatime")
    assert "Unknown part of day" in app.warning[0].value
    assert pills(app, "part_of_day").value == "afternoon"


def test_unknown_in_the_address_leaves_a_feature_open(open_app):
    app = open_app(user="full", weather="unknown")
    assert pills(app, "weather").value is None
    assert not app.warning


def test_unknown_data_and_ranker_give_a_note_each(open_app):
    app = open_app(data="../../etc/passwd", ranker="oracle")
    assert len(app.warning) == 2
    assert "Unknown dataset" in app.warning[0].value
    assert "Unknown ranker" in app.warning[1].value
    assert not app.exception


def test_another_person_brings_their_own_last_moment(open_app):
    app = open_app(user="full", season="autumn")
    app.selectbox(key="choice_user").set_value("short").run()
    assert app.query_params["user"] == "short"
    last = FakeEngine(make_dataset()).latest_context("short")
    assert {name: pills(app, name).value for name in last} == last
    assert "Person short" in strip(app)


def test_a_story_leads_to_its_person_and_its_moment(open_app):
    app = open_app(user="short")
    app.button(key="story_0").click().run()
    assert "Person full" in strip(app)
    assert pills(app, "part_of_day").value == "evening"
    assert pills(app, "weather").value is None


def test_anyone_is_somebody_of_the_dataset(open_app):
    app = open_app(user="full")
    next(button for button in app.button if button.label == "Anyone").click().run()
    assert not app.exception
    assert app.selectbox(key="choice_user").value == "short"


def test_back_to_their_last_moment_undoes_a_choice(open_app):
    app = open_app(user="full", weather="dry")
    next(button for button in app.button if "last moment" in button.label).click().run()
    assert pills(app, "weather").value == "rainy"


def test_pinned_question_can_be_shown_again(open_app):
    app = open_app(user="full")
    next(button for button in app.button if button.label == "Pin").click().run()
    app.selectbox(key="choice_user").set_value("short").run()
    next(button for button in app.button if button.label.startswith("Pinned")).click().run()
    assert "Person full" in strip(app)


def test_pinned_question_stays_with_its_dataset(open_app):
    app = open_app(user="full")
    next(button for button in app.button if button.label == "Pin").click().run()
    app.selectbox(key="choice_data").set_value("movielens-100k").run()
    assert not app.exception
    assert not [button for button in app.button if button.label.startswith("Pinned")]
    assert next(button for button in app.button if button.label == "Pin")


def test_person_without_events_is_shown_as_such(open_app):
    app = open_app(user="empty")
    assert "no events yet" in strip(app)
    assert "any moment" in strip(app)
    assert not app.exception


def test_simulated_data_says_so_on_the_strip(open_app):
    app = open_app(load=lambda *_: FakeEngine(make_dataset(simulated=True)))
    assert ">simulated</span>" in strip(app)


def test_engine_that_cannot_open_shows_its_message_and_tries_again(open_app):
    broken = [DataError("The file ratings.csv has no column user_id. Add it, then try again.")]

    def load(*_):
        if broken:
            raise broken.pop()
        return FakeEngine(make_dataset())

    app = open_app(load=load)
    assert not app.exception
    assert any("has no column user" in block.value for block in app.markdown)
    next(button for button in app.button if button.label == "Try again").click().run()
    assert "Person full" in strip(app)


def test_progress_is_reported_by_stage_until_the_engine_is_there():
    def load(progress):
        progress("Reading the log", 1, 2)
        progress("Reading the log", 2, 2)
        progress("Making the item vectors", 3, 10)
        return FakeEngine(make_dataset())

    work = resources.Opening(load)
    answers = work.answers(10.0)
    assert work.stages == [
        "Reading the log", "Making the item vectors", "Finding people worth meeting",
    ]  # fmt: skip
    assert work.finished
    assert answers.facts()["people"] == 4


def test_same_question_is_answered_once(open_app):
    engine = FakeEngine(make_dataset())
    asked = []
    recommend = engine.recommend
    engine.recommend = lambda request: asked.append(request) or recommend(request)
    app = open_app(page="recommendations", load=lambda *_: engine)
    app.run()
    assert len(asked) <= 1


def test_engine_that_takes_long_shows_how_far_it_is_and_then_the_page(open_app):
    there = threading.Event()

    def load(_name, _home, progress):
        progress("Making the item vectors", 30, 120)
        there.wait(20.0)
        return FakeEngine(make_dataset())

    app = open_app(load=load, patience=0.1)
    shown = next(block.value for block in app.html if "re-opening" in block.value)
    assert "Making the item vectors<span>30 of 120</span>" in shown
    assert not any("Person full" in block.value for block in app.html)
    there.set()
    resources.opening("movielens-1m").answers(10.0)
    assert "Person full" in strip(app.run())
