"""The timeline beside another: two people, two interests, groups."""

from dataclasses import replace

from tests.pages.seen import charts, markup
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


def test_two_people_stand_side_by_side(open_app):
    app = open_app("timeline", user="full", view="pair", other_user="short")
    assert not app.exception
    assert app.header[0].value.startswith("Their tastes")
    assert [heading.value for heading in app.subheader] == ["Person full", "Person short"]
    assert len(charts(app)) == 2


def test_two_interests_of_one_person_stand_side_by_side(open_app):
    app = open_app("timeline", user="full", view="pair", pair="interests")
    assert not app.exception
    lines = [trace["name"] for trace in charts(app)[0]["data"] if trace["mode"] == "lines"]
    first, second = (app.selectbox(key=f"timeline_{name}").value
                     for name in ("interest", "other_interest"))  # fmt: skip
    assert lines[:2] == [first, second]
    assert first != second
    assert first in app.header[0].value


def test_a_group_is_followed_and_its_leavers_are_counted(open_app):
    app = open_app("timeline", user="full", view="groups", by="age", group="25-34")
    assert not app.exception
    assert app.header[0].value == r"25\-34 left Drama\."
    assert "20 of 50 who held it left (40%, 28% to 54%); 3 came" in markup(app)
    assert app.query_params["group"] == "25-34"


def test_a_group_of_another_way_to_divide_is_let_go(open_app):
    app = open_app("timeline", user="full", view="groups", by="age", group="25-34")
    app.selectbox(key="timeline_by").set_value("everybody").run()
    assert not app.exception
    assert app.selectbox(key="timeline_group").value == "everybody"
    assert not app.warning


def test_one_category_of_a_group_shows_where_its_people_are(open_app):
    app = open_app("timeline", user="full", view="groups")
    before = len(charts(app)[0]["data"])
    app.selectbox(key="timeline_interest").set_value("Drama").run()
    assert not app.exception
    names = [trace["name"] for trace in charts(app)[0]["data"]]
    assert "people_low to people_high" in names
    assert len(names) < before


def test_a_link_to_oneself_beside_oneself_shows_somebody_else(open_app):
    app = open_app("timeline", user="full", view="pair", other_user="full")
    assert not app.exception
    assert app.get_by_key("timeline_other_user").value != "full"


def test_a_person_alone_in_the_data_has_nobody_beside(open_app):
    whole = make_dataset()
    mine = whole.interactions["user_id"] == "full"
    alone = FakeEngine(replace(whole, interactions=whole.interactions[mine]))
    app = open_app("timeline", load=lambda *_: alone, user="full", view="pair")
    assert not app.exception
    assert any("Nobody else" in block.value for block in app.markdown)
