"""The overview: full, for somebody without events, and when a part cannot be had."""

from dataclasses import replace

from recengine.data.cleaning import CleaningStep
from recengine.engine.comparison.results import Quality
from recengine.errors import DataError
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


def test_overview_answers_with_the_engines_sentence(open_app):
    app = open_app()
    assert not app.exception
    assert app.header[0].value.startswith("The unified model finds the next film more often")


def test_three_figures_say_what_is_loaded(open_app):
    figures = next(block.value for block in open_app().html if "re-figures" in block.value)
    for number in ("68", "4", "40"):
        assert f">{number}</div>" in figures


def test_simulated_figures_say_so(open_app):
    app = open_app(load=lambda *_: FakeEngine(make_dataset(simulated=True)))
    figures = next(block.value for block in app.html if "re-figures" in block.value)
    assert "simulated people" in figures
    assert any("no real person" in caption.value for caption in app.caption)


def test_measure_can_be_changed(open_app):
    app = open_app()
    app.get_by_key("quality_metric").set_value("ndcg@10").run()
    assert not app.exception
    assert any("NDCG at 10" in caption.value for caption in app.caption)


def test_four_doors_and_the_measures_lead_to_the_other_pages(open_app):
    assert [link.label for link in open_app().page_link] == [
        "Compare them all",
        "**Meet a person**", "**See the catalogue move**", "**Follow a taste**", "**Ask why**",
    ]  # fmt: skip


def test_overview_of_somebody_without_events_has_everything(open_app):
    app = open_app(user="empty")
    assert not app.exception
    assert len(app.page_link) == 5


def test_ranker_that_bends_nothing_has_no_map_and_offers_one_that_does(open_app):
    app = open_app(ranker="popularity")
    assert not app.exception
    assert not app.error
    assert any("Popularity does not bend" in block.value for block in app.markdown)
    next(each for each in app.button if each.label == "Look with Unified model").click().run()
    assert app.get("bidi_component")


def test_before_anything_is_trained_the_map_tells_how_to_get_one(open_app):
    engine = FakeEngine(make_dataset())
    engine.ranker_names = ("popularity",)
    app = open_app(load=lambda *_: engine, ranker="popularity")
    assert not app.error
    assert any(f"`recengine train {engine.dataset.name}`" in each.value for each in app.caption)
    assert "Train one" in [link.label for link in app.page_link]


def test_problem_of_one_person_is_told_and_the_rest_stays(open_app):
    app = open_app(user="broken")
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert len(app.page_link) == 5
    assert app.selectbox(key="choice_user").value == "broken"


def test_dataset_without_measured_quality_is_still_shown(open_app):
    engine = FakeEngine(make_dataset())
    table = engine.quality().table.head(0)
    engine.quality = lambda: Quality(table, "Not measured.", "recengine evaluate", "Not measured.")
    app = open_app(load=lambda *_: engine)
    assert not app.exception
    assert app.header[0].value.startswith("What 4 people did with 40 items")
    assert any("Not measured yet" in block.value for block in app.markdown)


def test_stories_that_fail_leave_the_frame_alive(open_app):
    engine = FakeEngine(make_dataset())

    def fail():
        raise DataError("The stories cannot be read. Delete them; they are made again.")

    engine.stories = fail
    app = open_app(load=lambda *_: engine)
    assert not app.exception
    assert "stories cannot be read" in app.error[0].value


def test_what_was_left_out_is_told_with_its_rules(open_app):
    steps = (
        CleaningStep(rule="future", setting="True", events=2, what="a time in the future"),
        CleaningStep(rule="repeat_seconds", setting="60", events=30, people=1, what="repeated"),
    )
    dataset = replace(make_dataset(), cleaning=steps)
    app = open_app(load=lambda *_: FakeEngine(dataset))
    (told,) = (each.value for each in app.caption if "left out 32 of 100 events" in each.value)
    assert "most of them, 30, as repeated" in told
    app.session_state["cleaning_open"] = True
    app.run()
    assert app.dataframe[0].value["Left out"].tolist() == ["a time in the future", "repeated"]


def test_kinds_of_behaviour_are_told_where_nothing_was_left_out(open_app):
    app = open_app()
    assert any("found nothing to leave out" in each.value for each in app.caption)
    app.session_state["behaviour_open"] = True
    app.run()
    assert app.dataframe[0].value.iloc[0].tolist() == ["rating", "judgement", 68]
