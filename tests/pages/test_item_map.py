"""The item map: full, for somebody without events, when it fails, and for a plain ranker."""

import json
from dataclasses import replace

import numpy as np
import pytest

from recengine.types import Request
from recengine.ui.map_component import pack
from tests.pages.seen import drawn
from tests.ui.fake_dataset import HOSTILE_TITLES, make_dataset
from tests.ui.fake_engine import FakeEngine


def test_page_opens_with_the_answer_and_the_map(open_app):
    app = open_app("item_map", user="full")
    assert not app.exception
    assert app.header[0].value.startswith("The catalogue leans towards thrillers")
    told = drawn(app)
    assert told["mode"] == "explore"
    assert told["sentence"].startswith("The catalogue leans")


def test_caption_says_how_much_is_drawn_and_how_far_to_trust_it(open_app):
    app = open_app("item_map", user="full")
    said = next(each.value for each in app.caption if "drawn" in each.value)
    assert said.startswith("40 of 40 items drawn; map trust 0.94")
    assert drawn(app)["remark"] == said


def test_small_movement_is_magnified_and_said_to_be(open_app):
    app = open_app("item_map", user="full")
    assert "movement drawn 3 times as far" in drawn(app)["remark"]
    app.toggle(key="item_map_farther").set_value(False).run()
    assert "times as far" not in drawn(app)["remark"]


def test_best_recommendation_is_in_focus_until_another_is_chosen(open_app):
    app = open_app("item_map", user="full")
    best = app.main.dataframe[0].value  # the page is there
    assert len(best)
    assert drawn(app)["selected"]
    app = open_app("item_map", user="full", item="112")
    assert drawn(app)["selected"] == "112"
    card = next(block.value for block in app.html if "re-focus" in block.value)
    assert "The Broken Number 12" in card


def test_an_item_that_does_not_exist_leaves_the_best_one_in_focus(open_app):
    app = open_app("item_map", user="full", item="nonsense")
    assert not app.exception
    assert drawn(app)["selected"] not in ("", "nonsense")


def test_card_shows_parts_of_the_score_and_neighbours(open_app):
    app = open_app("item_map", user="full", item="112")
    card = next(block.value for block in app.html if "re-parts" in block.value)
    assert "Overall taste" in card
    near = [button for button in app.button if button.key and button.key.startswith("near_")]
    assert len(near) == 6


def test_a_neighbour_can_be_put_in_focus(open_app):
    app = open_app("item_map", user="full", item="112")
    button = next(each for each in app.button if each.key and each.key.startswith("near_"))
    button.click().run()
    assert not app.exception
    assert drawn(app)["selected"] == button.key.removeprefix("near_")
    assert app.query_params["item"] == button.key.removeprefix("near_")


@pytest.mark.parametrize(
    ("question", "words"), [("score", "suits them best"), ("year", "newest"), ("role", "")]
)
def test_colours_answer_the_question_that_is_chosen(open_app, question, words):
    app = open_app("item_map", user="full")
    app.get_by_key("item_map_colour").set_value(question).run()
    told = drawn(app)
    assert told["colour_by"] == question
    assert told["ramp_words"][1] == words


def test_trails_can_be_hidden(open_app):
    app = open_app("item_map", user="full")
    assert drawn(app)["trails"] > 0
    app.toggle(key="item_map_trails").set_value(False).run()
    assert drawn(app)["trails"] == 0


def test_search_rings_what_it_finds(open_app):
    app = open_app("item_map", user="full")
    app.text_input(key="map_search").set_value("golden").run()
    assert not app.exception
    found = drawn(app)["searched"]
    assert len(found) == 7
    app.button(key=f"hit_{found[1]}").click().run()
    assert drawn(app)["selected"] == found[1]


def test_search_without_a_hit_says_how_to_search(open_app):
    app = open_app("item_map", user="full")
    app.text_input(key="map_search").set_value("zzz").run()
    assert any("Nothing found" in caption.value for caption in app.caption)
    assert drawn(app)["searched"] == []


def test_moved_most_is_a_table_with_its_reasons(open_app):
    table = open_app("item_map", user="full").dataframe[0].value
    assert table["Moved"].is_monotonic_decreasing
    assert set(table["Moved most by"]) == {"The Golden Number 6"}


def test_items_drawn_around_are_listed_until_the_map_changes(open_app):
    app = open_app("item_map", user="full")
    app.session_state["drawn_around"] = {"ids": ["101", "102"], "total": 2}
    app.run()
    assert any("2 items drawn around" in block.value for block in app.markdown)
    assert len(app.dataframe[0].value) == 2


def test_person_without_events_has_a_map_without_history(open_app):
    app = open_app("item_map", user="empty")
    assert not app.exception
    assert app.get("bidi_component")


def test_problem_is_told_and_the_frame_stays(open_app):
    app = open_app("item_map", user="broken")
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert app.selectbox(key="choice_user").value == "broken"


def test_ranker_without_interest_says_so_and_offers_one_that_has(open_app):
    app = open_app("item_map", user="full", ranker="popularity")
    assert not app.exception
    assert any("Popularity does not bend" in block.value for block in app.markdown)
    next(each for each in app.button if each.label == "Look with Unified model").click().run()
    assert drawn(app)["mode"] == "explore"


def test_hostile_titles_stay_text(open_app):
    app = open_app("item_map", user="full", item="100")
    page = "".join(block.value for block in app.html)
    assert "<script>" not in page
    assert HOSTILE_TITLES[0].replace("<", "&lt;").replace(">", "&gt;") in page


def test_items_can_move_from_another_persons_map(open_app):
    app = open_app("item_map", user="full")
    app.selectbox(key="item_map_since").set_value("person").run()
    assert not app.exception
    app.selectbox(key="item_map_other_user").set_value("short").run()
    assert app.query_params["since"] == "person"
    assert app.query_params["other_user"] == "short"
    assert drawn(app)["words"]["before"] == "Person short"
    assert drawn(app)["words"]["after"] == "Person full"


@pytest.mark.parametrize(
    ("since", "before"),
    [("open", "Any moment"), ("before", "Before what you said"), ("person", "Person short")],
)
def test_a_link_restores_from_which_map_items_move(open_app, since, before):
    app = open_app("item_map", user="full", since=since, other_user="short", told="m112")
    assert not app.exception
    assert drawn(app)["words"]["before"] == before
    assert app.query_params["since"] == since


def test_a_link_restores_a_pinned_question_in_a_fresh_session(open_app):
    asked = {"since": "pinned", "other_user": "short", "other_weather": "dry", "other_told": "m112"}
    app = open_app("item_map", user="full", **asked)
    assert not app.exception
    said = next(each.value for each in app.caption if each.value.startswith("Pinned"))
    assert "person short, dry" in said
    assert "after 1 remark" in said


def test_another_moment_is_chosen_feature_by_feature(open_app):
    app = open_app("item_map", user="full", since="moment")
    app.selectbox(key="item_map_other_weather").set_value("dry").run()
    assert app.query_params["other_weather"] == "dry"
    assert drawn(app)["words"]["before"] == "Dry"


def test_a_map_can_be_laid_again(open_app):
    app = open_app("item_map", user="full", laid="again")
    assert not app.exception
    assert "laid again for this question" in drawn(app)["remark"]


def test_two_maps_stand_side_by_side_with_one_selection(open_app):
    app = open_app("item_map", user="full", maps="two", since="person", other_user="short")
    app.session_state["drawn_around"] = {"ids": ["101", "102"], "total": 2}
    app.run()
    assert not app.exception
    told = [each.proto.mixed.json for each in app.get("bidi_component")]
    maps = [json.loads(each) for each in told if each]
    assert [each["stand"] for each in maps] == ["before", "after"]
    assert [each["ringed"] for each in maps] == [["101", "102"]] * 2
    assert maps[0]["selected"] == maps[1]["selected"] != ""


def test_a_selection_can_be_held_still(open_app):
    app = open_app("item_map", user="full")
    assert not [each for each in app.toggle if each.key == "item_map_held"]
    app.session_state["drawn_around"] = {"ids": ["101", "102"], "total": 2}
    app.run()
    app.toggle(key="item_map_held").set_value(True).run()
    assert app.query_params["held"] == "on"
    assert "the selection held still" in drawn(app)["remark"]


def test_the_look_of_the_map_is_in_the_address(open_app):
    app = open_app("item_map", user="full", colour="trust", trails="off", farther="off")
    assert not app.exception
    told = drawn(app)
    assert (told["colour_by"], told["trails"]) == ("trust", 0)
    assert "times as far" not in told["remark"]
    app.toggle(key="item_map_trails").set_value(True).run()
    assert "trails" not in app.query_params


def test_a_colour_that_does_not_exist_gives_a_note_and_the_usual_one(open_app):
    app = open_app("item_map", user="full", colour="smell")
    assert any("Unknown colour" in each.value for each in app.warning)
    assert drawn(app)["colour_by"] == "category"


def test_the_map_of_the_other_person_marks_what_is_theirs():
    engine = FakeEngine(make_dataset())
    request, other = Request(user_id="full"), Request(user_id="short")
    found = engine.item_map(request, before=other)
    marked = {
        marks: pack(found, ("Drama",), marks=marks)["items"].column("role").to_numpy().any()
        for marks in ("before", "after")
    }
    assert marked == {"before": False, "after": True}


def test_a_catalogue_without_years_speaks_of_none(open_app):
    dated = make_dataset()
    engine = FakeEngine(replace(dated, items=dated.items.assign(year=np.nan)))
    app = open_app("item_map", user="full", load=lambda *_: engine)
    assert not app.exception
    assert "Year" not in app.get_by_key("item_map_colour").options
    assert "Year" not in app.dataframe[0].value


def test_tables_mark_what_is_missing_by_a_dash(open_app):
    assert open_app("item_map", user="full").dataframe[0].proto.placeholder == "–"
