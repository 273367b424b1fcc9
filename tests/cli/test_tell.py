"""The commands in words and over many people, on the small engine of the dashboard's tests."""

import pandas as pd
import pytest

from recengine.cli import audit, tell
from recengine.engine.telling.results import WriterReport
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine
from tests.ui.fake_why import FakeTelling

ASK = ("tell", "fake", "--user", "full", "--item")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    engine = FakeEngine(make_dataset())
    for module in (tell, audit):
        monkeypatch.setattr(module, "open_engine", lambda *_: engine)
    return engine


def test_an_explanation_is_told_in_the_language_asked_for(recengine):
    assert "stands" in recengine(*ASK, "113").out
    answer = recengine(*ASK, "113", "--language", "zh", "--json").json
    assert answer["language"] == "zh"
    assert "排名第" in answer["text"]
    assert "".join(answer["sentences"]) == answer["text"]


def test_whether_the_method_was_tested_stands_below_what_it_said(recengine):
    assert "Method: exact contributions. Tested: faithful. It passed." in recengine(*ASK, "113").out
    answer = recengine(*ASK, "113", "--json").json
    assert (answer["method"], answer["trust"]["verdict"]) == ("exact", "trusted")


def test_an_item_is_described_for_somebody(recengine):
    assert "suits you" in recengine(*ASK, "113", "--describe").out


def test_reworded_texts_are_labelled_and_refused_ones_not_printed(recengine):
    assert "[generated, checked, by tiny]" in recengine(*ASK, "113", "--reword").out
    refused = recengine(*ASK, "112", "--reword").out
    assert "is not shown: It mentions Kubrick." in refused
    assert "By Kubrick" not in refused
    answer = recengine(*ASK, "112", "--reword", "--json").json
    assert answer["reworded"]["invented"] == ["Kubrick"]


def test_another_writer_is_named_for_those_who_let_it_reword(recengine, monkeypatch, small):
    asked = []
    monkeypatch.setattr(tell, "open_engine", lambda *words: asked.append(words[2]) or small)
    assert recengine(*ASK, "113", "--reword", "--writer", "poet").status == 0
    assert asked == ["poet"]
    outcome = recengine(*ASK, "113", "--writer", "poet")
    assert outcome.status == 2
    assert "Add --reword or --measure" in outcome.err


def test_keywords_are_told_without_an_item(recengine):
    answer = recengine("tell", "fake", "--user", "full", "--step", "3", "--json").json
    assert answer["step"] == 3
    assert [row["word"] for row in answer["table"]] == ["dark", "city"]
    assert "“dark” and “city”" in recengine("tell", "fake", "--user", "full").out


def test_the_share_that_passes_is_printed(recengine, monkeypatch):
    rows = {"kind": ["explanation"], "passed": [True], "reason": [""], "written": ["It fits."]}
    report = WriterReport(
        pd.DataFrame(rows), 1, 1, 1.0, 0.2, 1.0, "tiny", "recengine tell", "Good."
    )
    monkeypatch.setattr(FakeTelling, "measure_writer", lambda *_: report, raising=False)
    assert recengine("tell", "fake", "--measure", "1", "--json").json["share"] == 1.0
    assert "Good." in recengine("tell", "fake", "--measure", "1").out


@pytest.mark.parametrize("words", [(), ("--user", "full", "--measure", "3")])
def test_a_person_or_a_measurement_one_of_the_two(recengine, words):
    outcome = recengine("tell", "fake", *words)
    assert outcome.status == 2
    assert "--user ID" in outcome.err


def test_unknown_languages_end_with_the_known_ones(recengine):
    outcome = recengine(*ASK, "113", "--language", "fr")
    assert outcome.status == 2
    assert "Known: en, zh" in outcome.err


def test_the_audit_counts_what_is_odd_and_names_the_cases(recengine):
    out = recengine("audit", "fake", "--ranker", "unified").out
    assert "mostly taste; two odd" in out
    assert "Hangs on one old event" in out
    answer = recengine("audit", "fake", "--ranker", "unified", "--json").json
    assert {"kinds", "slices", "features", "categories", "odd", "odd_slices"} <= set(answer)
    assert answer["cases"][0]["odd"] == ["old event"]
    assert answer["cases"][0]["context"] == {"weather": "rainy"}
