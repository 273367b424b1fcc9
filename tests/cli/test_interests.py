"""Keywords as a command, on the small engine of the dashboard's tests."""

import pytest

from recengine.cli import interests
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine

ASK = ("interests", "keywords", "fake", "--user", "full")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    engine = FakeEngine(make_dataset())
    monkeypatch.setattr(interests, "open_engine", lambda *_: engine)


def test_the_words_of_both_sides_are_printed_with_how_they_were_chosen(recengine):
    out = recengine(*ASK, "--after", "12").out
    assert out.startswith("Up to event 12: “love story”; right after it: “dark city”.")
    assert "Right after it" in out
    assert out.rstrip().endswith("Nearest, as tiny reads them.")


def test_at_the_end_nothing_follows(recengine):
    answer = recengine(*ASK, "--language", "zh", "--json").json
    assert (answer["step"], answer["later"]) == (60, [])
    assert [row["word"] for row in answer["table"]] == ["love story"]
    assert answer["sentence"] == "到第 60 个事件为止的关键词：“love story”。"
