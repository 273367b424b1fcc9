import pytest

pytestmark = pytest.mark.usefixtures("engine")


def test_bench_measures_each_question_and_all_together(recengine):
    answer = recengine("bench", "tiny", "--users", "5", "--json").json
    questions = [row["question"] for row in answer["table"]]
    assert questions == ["recommend", "timeline", "explain", "together", "why page", "item map"]
    assert all(0 <= row["p50_ms"] <= row["p95_ms"] <= row["max_ms"] for row in answer["table"])
    assert answer["users"] == 5


def test_bench_skips_the_timeline_of_a_ranker_without_interests(engine, recengine, monkeypatch):
    monkeypatch.setattr(type(engine), "dynamic", lambda *_: False)
    monkeypatch.setattr(type(engine), "follows_interest", lambda *_: False)
    answer = recengine("bench", "tiny", "--users", "2", "--json").json
    questions = [row["question"] for row in answer["table"]]
    assert questions == ["recommend", "explain", "together", "why page"]


def test_bench_says_in_words_how_long_it_takes(recengine):
    outcome = recengine("bench", "tiny", "--users", "2")
    assert outcome.out.startswith("On Tiny, 95 of 100 people get list, timeline and explanation")
    assert "Asking for random people" in outcome.err
