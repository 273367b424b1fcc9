"""In general: what drives many lists, and how the methods were tested."""

from dataclasses import replace

import pytest

from recengine.engine.why.results import NOT_MEASURED, Trust
from tests.pages.seen import ask, charts, said
from tests.ui.fake_why import FakeWhy

pytestmark = pytest.mark.usefixtures("patience")


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
