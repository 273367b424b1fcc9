"""The overview: full, for somebody without events, and when a part cannot be had."""

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
