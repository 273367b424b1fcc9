import pytest

pytestmark = pytest.mark.usefixtures("engine")
ASK = ("tiny", "--user", "ann")


def test_map_has_places_before_and_now(recengine):
    answer = recengine("map", *ASK, "--json").json
    assert {"item_id", "x", "y", "static_x", "static_y", "shift"} <= set(answer["items"][0])
    assert answer["trust"] == 0.9
    assert answer["path"][1] == {"step": 2, "x": 1.0, "y": 1.0}


def test_map_draws_no_more_than_asked(recengine):
    assert "1 of 2 items; map trust 0.90" in recengine("map", *ASK, "--max-items", "1").out


def test_map_moves_from_everyone_unless_another_question_is_named(engine, recengine):
    assert recengine("map", *ASK, "--json").json["before"] is None
    assert engine.map_wishes == {"before": None, "laid_again": False, "hold": ()}


def test_map_moves_from_another_person_moment_or_before_what_was_said(engine, recengine):
    said, now = ("--more", "8", "--without", "1"), ("--context", "weather=wet")
    other = recengine("map", *ASK, *said, *now, "--from-user", "bob", "--json").json["before"]
    assert (other["user_id"], other["context"]) == ("bob", {"weather": "wet"})
    assert other["feedback"] == []
    assert "without" not in other
    moment = recengine("map", *ASK, *said, "--from-context", "weather=dry", "--json").json["before"]
    assert (moment["user_id"], moment["context"]) == ("ann", {"weather": "dry"})
    assert (moment["feedback"], moment["without"]) == ([["8", "more"]], [1])
    recengine("map", *ASK, *said, "--before-feedback", "--laid-again", "--hold", "7")
    assert engine.map_wishes["before"].feedback == ()
    assert engine.map_wishes["laid_again"]
    assert engine.map_wishes["hold"] == ("7",)


def test_nothing_said_cannot_be_taken_back(recengine):
    outcome = recengine("map", *ASK, "--before-feedback")
    assert outcome.status == 2
    assert "Add --more, --less or --not-now" in outcome.err
