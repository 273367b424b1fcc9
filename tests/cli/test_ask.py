from dataclasses import replace

import pytest

pytestmark = pytest.mark.usefixtures("engine")
ASK = ("tiny", "--user", "ann")


def test_recommend_prints_one_json_object_best_first(engine, recengine):
    answer = recengine("recommend", *ASK, "--json").json
    assert (answer["user_id"], answer["ranker"], answer["context"]) == ("ann", "unified", {})
    assert [(item["item_id"], item["rank"]) for item in answer["items"]] == [("7", 1), ("8", 2)]
    assert answer["items"][0]["score"] == 2.5
    assert answer["items"][0]["categories"] == ["Horror", "Sci-Fi"]
    assert answer["sentence"] == "Mostly horror."
    assert engine.requests[0].k == 10


def test_missing_numbers_become_null(recengine):
    second = recengine("recommend", *ASK, "--json").json["items"][1]
    assert second["score"] is None
    assert second["year"] is None


def test_context_ranker_and_length_reach_the_engine(engine, recengine):
    wishes = ("--context", "part_of_day=night", "--context", "weather=wet", "--k", "3")
    recengine("recommend", *ASK, *wishes, "--ranker", "popularity")
    (request,) = engine.requests
    assert request.context == {"part_of_day": "night", "weather": "wet"}
    assert (request.k, request.ranker) == (3, "popularity")


@pytest.mark.parametrize(
    "words", [("recommend",), ("map",), ("timeline",), ("explain", "--item", "7")]
)
def test_feedback_reaches_every_question(engine, recengine, words):
    said = ("--more", "8", "--less", "9", "--not-now", "10", "--more", "11")
    answer = recengine(words[0], *ASK, *words[1:], *said, "--json").json
    expected = [["8", "more"], ["11", "more"], ["9", "less"], ["10", "not-now"]]
    assert answer["feedback"] == expected
    assert engine.requests[0].feedback == tuple(map(tuple, expected))


def test_recommend_says_what_feedback_did(recengine):
    assert recengine("recommend", *ASK, "--more", "8", "--json").json["told"] == "Said: 1."
    assert "Said: 1." in recengine("recommend", *ASK, "--more", "8").out
    assert recengine("recommend", *ASK, "--json").json["told"] == ""


def test_two_remarks_on_one_item_are_refused(recengine):
    outcome = recengine("recommend", *ASK, "--more", "8", "--less", "8")
    assert outcome.status == 2
    assert "'8' is named twice" in outcome.err


def test_a_table_shows_titles_as_they_are_and_cannot_steer_the_terminal(recengine):
    out = recengine("recommend", *ASK).out
    assert "Alien [bold]" in out
    assert "\x1b" not in out
    assert out.startswith("Mostly horror.")


def test_explanation_weights_add_up_to_the_score(recengine):
    answer = recengine("explain", *ASK, "--item", "7", "--json").json
    assert answer["adds_up"] is True
    assert sum(each["weight"] for each in answer["evidence"]) == pytest.approx(answer["score"])
    assert answer["evidence"][1] == {
        "kind": "event",
        "label": "The Thing",
        "weight": 0.5,
        "item_id": "9",
        "step": 1,
        "detail": "rated 5",
    }
    assert answer["rank"] is None


def test_explanation_in_words_names_score_and_method(recengine):
    out = recengine("explain", *ASK, "--item", "7").out
    assert "The Thing" in out
    assert "Score 2.500; they add up to the score." in out
    assert "Method: exact parts." in out


def test_timeline_has_one_object_of_shares_for_each_event(recengine):
    answer = recengine("timeline", *ASK, "--json").json
    assert len(answer["shares"]) == len(answer["events"]) == 2
    assert [sum(step.values()) for step in answer["shares"]] == [1, 1]
    assert answer["turning_points"][0]["to_category"] == "Comedy"


def test_timeline_in_words_names_the_strongest_interests(recengine):
    out = recengine("timeline", *ASK).out
    assert "Horror 75%, Comedy 25%" in out
    assert "Turn at #" in out


def test_timeline_says_what_its_dates_are_worth(engine, recengine):
    honest = engine.timeline
    remark = "All 2 events carry the same second, so only their order is known."
    engine.timeline = lambda request: replace(
        honest(request), bulk_dates=True, date_remarks=(remark,)
    )
    out = recengine("timeline", *ASK).out
    assert remark in out
    assert "typed in at a few sittings" in out
    answer = recengine("timeline", *ASK, "--json").json
    assert (answer["bulk_dates"], answer["date_remarks"]) == (True, [remark])


def test_timeline_names_the_source_of_an_event_where_there_are_several(engine, recengine):
    honest = engine.timeline
    engine.timeline = lambda request: replace(
        honest(request), events=honest(request).events.assign(source=["films", "games"])
    )
    assert "games" in recengine("timeline", *ASK).out
    assert recengine("timeline", *ASK, "--json").json["events"][1]["source"] == "games"


def test_a_timeline_goes_on_into_the_future_when_asked(recengine):
    assert "forecast" not in recengine("timeline", *ASK, "--json").json
    asked = ("--ahead", "14", "--unit", "days", "--json")
    forecast = recengine("timeline", *ASK, *asked).json["forecast"]
    assert (forecast["method"], forecast["unit"], forecast["ahead"]) == ("gru", "days", [14])
    assert forecast["shares"][0]["mean"] == 0.75
    out = recengine("timeline", *ASK, "--ahead", "14", "--unit", "days").out
    assert "More horror." in out
    assert "In 14 days" in out
    assert "Would be shown" in out


def test_compare_keeps_what_is_not_named(recengine):
    changes = ("--context", "part_of_day=night", "--with-ranker", "popularity")
    answer = recengine("compare", *ASK, *changes, "--json").json
    assert answer["before"] == {
        "user_id": "ann",
        "context": {"part_of_day": "night"},
        "ranker": "unified",
        "feedback": [],
    }
    assert answer["after"] == {**answer["before"], "ranker": "popularity"}
    assert answer["changes"][0]["places"] == 1


def test_compare_with_another_moment_replaces_the_whole_context(engine, recengine):
    recengine("compare", *ASK, "--context", "a=1", "--with-context", "b=2")
    before, after = engine.requests
    assert (before.context, after.context) == ({"a": "1"}, {"b": "2"})


def test_compare_without_anything_to_compare_with_says_what_to_add(recengine):
    outcome = recengine("compare", *ASK)
    assert outcome.status == 2
    assert "--with-user" in outcome.err
