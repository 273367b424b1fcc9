"""Compare: the leaderboard, two sides, people whom rankers treat differently, errors, training."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from recengine.engine.ablations.topic import not_measured as no_ablations
from recengine.engine.comparison.results import Job, JobStatus, Quality
from recengine.engine.contexts.topic import not_measured
from recengine.engine.texts.results import TextMeasure, TextWorth
from recengine.errors import DataError
from recengine.ui.compare.provenance import measured_rankers
from tests.ui.fake_dataset import HOSTILE_TITLES, make_dataset
from tests.ui.fake_engine import FakeEngine, FakeTexts

VIEWS = ("board", "sides", "apart", "errors", "moments", "parts", "texts", "search")


def html(app, part):
    return next(block.value for block in app.html if f'{part}"' in block.value)


def captions(app):
    return " ".join(block.value for block in app.caption)


def open_view(open_app, show, engine=None, **address):
    load = None if engine is None else (lambda *_: engine)
    app = open_app("compare", load=load, show=show, user="full", **address)
    assert not app.exception
    return app


@pytest.mark.parametrize("show", VIEWS)
def test_every_view_opens_with_an_answer(open_app, show):
    app = open_view(open_app, show)
    assert len(app.header) == 1
    assert not app.warning
    assert not app.error


def test_leaderboard_says_what_each_difference_comes_to_and_costs(open_app):
    rows = html(open_view(open_app, "board"), "re-told-rows")
    assert "better · 7 min of training" in rows
    assert "the others stand against it · no training to speak of" in rows


def test_a_difference_that_may_be_noise_is_drawn_faded(open_app):
    rows = html(open_view(open_app, "board"), "re-told-rows").split('role="listitem"')
    assert [("re-faded" in row) for row in rows[:-1]] == [False, False, True, False]


def test_what_is_not_compared_is_drawn_hollow_and_said(open_app):
    app = open_view(open_app, "board", measure="text-diversity@10")
    rows = html(app, "re-told-rows").split('role="listitem"')
    assert [("re-hollow" in row) for row in rows[:-1]] == [True, True, True, False]
    assert "one figure for all people" in captions(app)
    compared = open_view(open_app, "board")
    assert "re-hollow" not in html(compared, "re-told-rows")
    assert "Hollow" not in captions(compared)


def test_each_figure_leads_to_how_it_was_made(open_app):
    app = open_view(open_app, "board")
    assert "How each ranker was measured" in [drawer.label for drawer in app.expander]
    board = FakeEngine(make_dataset()).leaderboard()
    told = measured_rankers(board).set_index("label").loc["Unified model"]
    assert told["made_with"] == "recengine evaluate fake --seeds 0,1,2 --ranker unified"
    assert (told["seeds"], told["data_fingerprint"]) == ("0, 1, 2", "abcdef")
    assert (told["made"], told["config"]) == ("2026-01-01 00:00", "model.dropout=0.2")
    assert told["temperatures"] == "none, probabilities are those of raw scores"
    assert measured_rankers(board)["temperatures"].tolist().count("") == 3
    facts = {"unified": {**board.facts["unified"], "temperatures": [1.8912, 0.02]}}
    scaled = measured_rankers(replace(board, facts=facts)).set_index("label")
    assert scaled.loc["Unified model", "temperatures"] == "1.89, 0.02"
    assert measured_rankers(board)["made_with"].tolist().count("") == 3  # nothing is made up
    how = " ".join(block.value for block in app.markdown)
    assert "--ranker unified" in how
    assert "On show: with settings those of" in how


def test_small_slices_say_so(open_app):
    panels = html(open_view(open_app, "board"), "re-multiples")
    assert "320 people<" in panels
    assert "12 people · too few to tell" in panels


def test_measure_and_baseline_go_into_the_address(open_app):
    app = open_view(open_app, "board")
    app.selectbox(key="compare_measure").set_value("hr@10").run()
    app.selectbox(key="compare_against").set_value("text").run()
    assert app.query_params["measure"] == "hr@10"
    assert app.query_params["against"] == "text"
    assert "32.8%" in html(app, "re-told-rows")


def test_view_that_is_chosen_goes_into_the_address(open_app):
    app = open_view(open_app, "board")
    app.get_by_key("compare_show").set_value("apart").run()
    assert app.query_params["show"] == "apart"
    assert app.header[0].value.startswith("The two share 4")


@pytest.mark.parametrize("name", ["show", "protocol", "measure", "against"])
def test_what_the_address_asks_in_vain_gets_one_calm_note(open_app, name):
    app = open_app("compare", user="full", **{name: "oracle*"})
    assert not app.exception
    assert len(app.warning) == 1
    assert f"Unknown {name} 'oracle\\*'" in app.warning[0].value


def test_choices_of_the_page_leave_the_address_of_other_pages(open_app):
    app = open_view(open_app, "apart", protocol="P-B")
    app.switch_page("pages/why.py").run()
    assert "protocol" not in app.query_params
    app.switch_page("pages/compare.py").run()
    assert app.query_params["protocol"] == "P-B"


def test_two_rankers_stand_side_by_side(open_app):
    app = open_view(open_app, "sides")
    lists = html(app, "re-aligned")
    assert "<h5>Unified model</h5>" in lists
    assert "<h5>Popularity</h5>" in lists
    assert lists.count("<li") == 20


def test_two_people_stand_side_by_side(open_app):
    app = open_view(open_app, "sides", beside="person", other_user="short")
    assert "<h5>Person full</h5>" in html(app, "re-aligned")
    assert "<h5>Person short</h5>" in html(app, "re-aligned")


def test_two_moments_stand_side_by_side(open_app):
    app = open_view(open_app, "sides", beside="moment")
    assert "Any moment</h5>" in html(app, "re-aligned")
    app.selectbox(key="compare_other_weather").set_value("dry").run()
    assert app.query_params["other_weather"] == "dry"
    assert "<h5>Dry</h5>" in html(app, "re-aligned")


def test_somebody_without_events_has_two_lists_and_nothing_leaned_on(open_app):
    app = open_app("compare", user="empty", show="sides")
    assert not app.exception
    assert "Nothing of the history speaks for this list" in html(app, "re-leaned")


class WithoutParts(FakeEngine):
    """Its second ranker is no sum over events."""

    def side_by_side(self, first, second):
        both = super().side_by_side(first, second)
        return replace(both, leaned=both.leaned.iloc[:3], askable=("second",))


def test_lists_of_rankers_that_bend_nothing_lie_on_the_map_for_everyone(open_app):
    app = open_view(open_app, "sides")
    assert "Where the lists lie" in [each.value for each in app.subheader]
    assert "Only the unified ranker bends items" in captions(app)
    both_bend = open_view(open_app, "sides", beside="person")
    assert "Where the lists lie" not in [each.value for each in both_bend.subheader]


def test_a_ranker_that_is_no_sum_is_asked_without_each_event(open_app):
    app = open_view(open_app, "sides", WithoutParts(make_dataset()))
    assert "one by one to find out" in html(app, "re-leaned")
    app.toggle(key="compare_leave_out").set_value(True).run()
    assert not app.exception
    assert "90%" in html(app, "re-leaned")


def test_hostile_titles_stay_text(open_app):
    lists = html(open_view(open_app, "sides"), "re-aligned")
    assert "<script>" not in lists
    assert "<script>" in HOSTILE_TITLES[0]


def test_a_disagreement_opens_that_person_side_by_side(open_app):
    app = open_view(open_app, "apart", against="popularity")
    app.button(key="story_apart_0").click().run()
    assert not app.exception
    assert app.query_params["user"] == "short"
    assert app.query_params["show"] == "sides"
    assert app.query_params["against"] == "popularity"
    assert "re-aligned" in html(app, "re-aligned")


def test_an_error_opens_that_person_beside_the_ranker_that_found_it(open_app):
    app = open_view(open_app, "errors")
    app.button(key="story_miss_1").click().run()
    assert app.query_params["user"] == "full"
    assert app.query_params["against"] == "popularity"


def test_errors_can_be_those_of_a_slice(open_app):
    app = open_view(open_app, "errors", slice="Age", value="56+")
    assert "Age\\: 56" in app.header[0].value


def test_a_ranker_that_nobody_measured_says_how_to_measure_it(open_app):
    engine = FakeEngine(make_dataset())
    engine.ranker_names = ("unified", "popularity", "gru")
    engine.ranker_labels = {**engine.ranker_labels, "gru": "GRU"}
    app = open_view(open_app, "apart", engine, ranker="gru")
    assert any("GRU was not measured" in block.value for block in app.markdown)


@pytest.mark.parametrize("show", ["board", "apart", "errors"])
def test_without_any_measurement_the_page_says_what_it_would_show_and_how(open_app, show):
    engine = FakeEngine(make_dataset())
    engine.measured_protocols = lambda: ()
    engine.quality = lambda: Quality(_nothing(), "", "recengine evaluate fake", "Nobody has.")
    app = open_view(open_app, show, engine)
    assert any("recengine evaluate fake" in each.value for each in app.caption)


def test_answers_that_were_not_kept_say_how_to_get_them(open_app):
    engine = FakeEngine(make_dataset())
    engine.disagreements = lambda *_: None
    app = open_view(open_app, "apart", engine)
    assert any("were not kept" in block.value for block in app.markdown)


def test_answers_of_other_data_are_told_of_and_the_rest_stays(open_app):
    engine = FakeEngine(make_dataset())

    def refuse(*_):
        raise DataError("The stored answers were given for other data. Measure again.")

    engine.disagreements = refuse
    app = open_view(open_app, "apart", engine)
    assert "other data" in app.error[0].value
    app.get_by_key("compare_show").set_value("sides").run()
    assert not app.error


def test_problem_of_one_person_is_told_and_the_frame_stays(open_app):
    app = open_app("compare", user="broken", show="sides")
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert app.selectbox(key="choice_user").value == "broken"


def test_an_untrained_ranker_is_trained_cancelled_and_resumed(open_app):
    app = open_view(open_app, "sides")
    app.button(key="Train_gru").click().run()
    assert not app.exception
    assert app.get("progress")[0].proto.value == 25
    app.button(key="Cancel_gru").click().run()
    assert any("Stopped" in each.value for each in app.caption)
    app.button(key="Resume_gru").click().run()
    assert app.get("progress")


def test_a_failed_training_shows_its_line(open_app):
    engine = FakeEngine(make_dataset())
    engine.jobs = {"gru": Job(JobStatus.FAILED, error="The loss became nan at step 7.")}
    app = open_view(open_app, "board", engine)
    assert "nan at step 7" in app.error[0].value
    assert app.button(key="Try again_gru")


def test_a_ranker_that_is_trained_meanwhile_comes_to_the_sidebar(open_app):
    engine = FakeEngine(make_dataset())
    app = open_view(open_app, "sides", engine)
    app.button(key="Train_gru").click().run()
    engine.jobs.clear()
    engine.ranker_names = ("unified", "popularity", "gru")
    engine.ranker_labels = {**engine.ranker_labels, "gru": "GRU"}
    app.run()
    assert not app.exception
    assert "GRU" in app.selectbox(key="choice_ranker").options
    assert not [button for button in app.button if button.key == "Train_gru"]


def _nothing() -> pd.DataFrame:
    return FakeEngine(make_dataset()).quality().table.head(0)


def test_texts_tell_known_from_new_items_and_fade_what_may_be_noise(open_app):
    app = open_view(open_app, "texts")
    panels = html(app, "re-multiples").split("<h5>")[1:]
    assert ["Items it learnt from" in panels[0], "Brand-new items" in panels[1]] == [True, True]
    assert ["re-faded" in panel for panel in panels] == [True, False]
    assert "90 choices of 50 people" in panels[0]


def test_smaller_vectors_say_what_they_save_and_keep(open_app):
    assert any(
        "75% less memory · 99% of neighbours kept · no clear difference" in block.value
        for block in open_view(open_app, "texts").html
    )


def test_what_was_not_measured_about_texts_names_its_command(open_app):
    told = [caption.value for caption in open_view(open_app, "texts").caption]
    assert any("recengine texts fake --reading" in each for each in told)


def test_texts_that_nobody_measured_say_how_to(open_app, monkeypatch):
    empty = TextMeasure(pd.DataFrame(), "Not yet.", "recengine adapt fake", {})
    monkeypatch.setattr(FakeTexts, "worth", lambda _self: TextWorth(empty, empty, empty))
    app = open_view(open_app, "texts")
    assert any("recengine adapt fake" in caption.value for caption in app.caption)


def test_a_search_shows_its_best_its_trials_and_what_mattered(open_app):
    app = open_view(open_app, "search")
    assert "The best of 4 trials" in app.header[0].value
    rows = html(app, "re-told-rows").split('role="listitem"')
    assert [("re-faded" in row) for row in rows[:-1]] == [False, True]
    assert "70.0%" in rows[1]
    assert "1 trial stopped early" in captions(app)
    assert "recengine train fake --ranker gru --tuned" in captions(app)
    assert len(app.get("plotly_chart")) == 3


def test_a_ranker_that_nobody_searched_says_how_to(open_app):
    app = open_view(open_app, "search", searched="sasrec")
    assert any("Nobody has searched the settings of SASRec" in m.value for m in app.markdown)
    assert "recengine tune fake --ranker sasrec" in captions(app)
    app.selectbox(key="compare_searched").set_value("gru").run()
    assert app.query_params["searched"] == "gru"
    assert len(app.header) == 1


def test_a_search_is_begun_watched_and_stopped(open_app):
    app = open_view(open_app, "search")
    app.button(key="search_Search further_gru").click().run()
    assert not app.exception
    assert app.get("progress")[0].proto.value == 25
    app.button(key="search_Stop_gru").click().run()
    assert any("Stopped" in each.value for each in app.caption)


def test_a_search_that_failed_says_why(open_app):
    engine = FakeEngine(make_dataset())
    engine.searches.jobs["gru"] = Job(JobStatus.FAILED, error="The disk is full.")
    assert "The disk is full" in captions(open_view(open_app, "search", engine))


def test_moments_tell_what_matters_from_what_may_be_noise(open_app):
    app = open_view(open_app, "moments")
    assert "“Weather” matters beyond chance" in app.header[0].value
    rows = html(app, "re-told-rows").split('role="listitem"')
    assert [("re-faded" in row) for row in rows[:2]] == [False, True]
    assert "listened to 1.5×" in rows[1]


def test_moments_nobody_measured_say_how(open_app):
    engine = FakeEngine(make_dataset())
    empty = not_measured("fake")
    engine.contexts = SimpleNamespace(importance=lambda: empty)
    engine.contexts.importance.__name__ = "importance"
    app = open_app("compare", load=lambda *_: engine, show="moments", user="full")
    assert not app.exception
    assert any("recengine evaluate fake --contexts" in text.value for text in app.caption)


def test_parts_say_plainly_that_the_dynamic_one_does_not_win(open_app):
    app = open_view(open_app, "parts")
    assert "Reading the texts makes the lists 20% better" in app.header[0].value
    assert "The dynamic part does not win here" in app.header[0].value
    rows = html(app, "re-told-rows").split('role="listitem"')[1:]
    assert "no clear difference · 0.099 against 0.100 · 1 training" in rows[0]
    assert "better · 0.120 against 0.100" in rows[1]


def test_parts_stand_about_a_zero_line_with_the_noise_faded(open_app):
    shown = html(open_view(open_app, "parts"), "re-told-rows")
    assert shown.count("re-zero") == 1
    assert shown.index("re-faded") < shown.index("Item texts")
    assert shown.count("re-faded") == 1
    assert ">+0.020<" in shown


def test_parts_name_what_is_missing_and_its_command(open_app):
    told = [caption.value for caption in open_view(open_app, "parts").caption]
    missing = next(each for each in told if each.startswith("Not measured here"))
    assert "Moments" in missing
    assert "`recengine evaluate fake --ablations`" in missing


def test_parts_nobody_measured_say_how(open_app):
    engine = FakeEngine(make_dataset())
    empty = no_ablations(engine.dataset)
    engine.ablations.study = lambda: empty
    engine.ablations.study.__name__ = "study"
    app = open_view(open_app, "parts", engine)
    assert any("recengine evaluate fake --ablations" in text.value for text in app.caption)
