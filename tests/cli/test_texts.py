"""The commands about item texts: what they hand on, and how they print it."""

import pandas as pd
import pytest

import recengine.engine.texts.adapting
import recengine.engine.texts.reading
import recengine.engine.texts.sizes
from recengine.cli import texts as commands
from recengine.engine.texts.results import TextMeasure, TextWorth


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What was measured, with a worth that is always the same."""
    calls: list[tuple] = []

    def note(name: str, answer: object):
        def call(data, workspace, *, progress, **options):  # noqa: ARG001
            calls.append((name, data, options))
            return answer

        return call

    made = {"method": "pairs", "file": "adapter.safetensors", "rows": []}
    monkeypatch.setattr(recengine.engine.texts.adapting, "adapt_encoder", note("adapt", made))
    monkeypatch.setattr(recengine.engine.texts.sizes, "measure_sizes", note("sizes", []))
    monkeypatch.setattr(recengine.engine.texts.reading, "measure_reading", note("reading", []))
    row = {"label": "As it came", "group": "cold", "metric": "ndcg@10", "value": 0.125}
    some = TextMeasure(pd.DataFrame([row]), "It helps.", "recengine adapt tiny", {"seconds": 3})
    none = TextMeasure(pd.DataFrame(), "Not yet.", "recengine texts tiny --sizes", {})

    monkeypatch.setattr(commands, "_worth", lambda *_: TextWorth(some, none, none))
    return calls


def test_adapting_hands_its_options_on_and_prints_what_came_of_it(recengine, asked):
    words = ("--method", "contrast", "--epochs", "2", "--seed", "3", "--resume")
    told = recengine("adapt", "tiny", *words)
    assert told.status == 0
    options = {"method": "contrast", "epochs": 2, "seed": 3, "resume": True}
    assert asked == [("adapt", "tiny", options)]
    assert [part in told.out for part in ("It helps.", "0.125", "adapter.safetensors")] == [
        True
    ] * 3


def test_only_what_is_asked_for_is_measured(recengine, asked):
    recengine("texts", "tiny")
    assert asked == []
    recengine("texts", "tiny", "--reading", "--people", "7")
    assert asked == [("reading", "tiny", {"people": 7})]
    recengine("texts", "tiny", "--sizes")
    assert asked[1] == ("sizes", "tiny", {})


def test_what_was_not_measured_names_its_command(recengine, asked):
    told = recengine("texts", "tiny").out
    assert "Not yet." in told
    assert "recengine texts tiny --sizes" in told
    assert asked == []


def test_json_holds_every_part(recengine, asked):
    told = recengine("texts", "tiny", "--json").json
    assert set(told) == {"adapted", "sizes", "reading"}
    assert told["adapted"]["table"][0]["value"] == 0.125
    assert recengine("adapt", "tiny", "--json").json["method"] == "pairs"
    assert len(asked) == 1
