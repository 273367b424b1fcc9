from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import recengine.engine
from recengine.encoders import DEFAULT_ENCODER
from recengine.engine.results import Quality
from recengine.models import MODELS


@pytest.fixture
def asked(monkeypatch) -> list[tuple]:
    """What the engine was asked to make; nothing is made."""
    calls: list[tuple] = []

    def train_ranker(data, ranker, workspace, **wishes):
        wishes["progress"]("Training, loss 1.5", 1, 1)
        calls.append((data, ranker, workspace.path.name, wishes))
        return {"ranker": ranker, "seconds": 1.25, "path": "unified.safetensors"}

    def evaluate_rankers(data, rankers, _, **wishes):
        calls.append((data, rankers, wishes))
        columns = ["ranker", "label", "metric", "value", "low", "high", "seeds", "seconds"]
        row = ("unified", "Everything together", "ndcg@10", 0.182, 0.177, 0.187, 3, 400.0)
        table = pd.DataFrame([row], columns=columns)
        return Quality(table, "leave the last out", "recengine evaluate tiny", "It wins.")

    monkeypatch.setattr(recengine.engine, "train_ranker", train_ranker)
    monkeypatch.setattr(recengine.engine, "evaluate_rankers", evaluate_rankers)
    return calls


def test_train_passes_its_wishes_on_and_prints_the_summary(recengine, asked):
    line = "train tiny --seed 3 --resume --epochs 2"
    outcome = recengine(*line.split())
    ((data, ranker, home, wishes),) = asked
    assert (data, ranker, home) == ("tiny", "unified", "home")
    assert (wishes["seed"], wishes["resume"], wishes["overrides"]) == (3, True, {"epochs": 2})
    assert "unified.safetensors" in outcome.out
    assert outcome.err == "Training, loss 1.5: 1 of 1\n"


def test_train_keeps_the_recipe_unless_told_otherwise(recengine, asked):
    assert recengine("train", "tiny", "--json").json["seconds"] == 1.25
    assert asked[0][3]["overrides"] == {}


def test_evaluate_measures_all_rankers_unless_some_are_named(recengine, asked):
    recengine("evaluate", "tiny")
    recengine("evaluate", "tiny", "--ranker", "unified", "--ranker", "popularity")
    assert [call[1] for call in asked] == [tuple(MODELS), ("unified", "popularity")]
    assert asked[0][2]["seeds"] == (0,)


def test_evaluate_prints_figures_with_their_protocol(recengine, asked):
    outcome = recengine("evaluate", "tiny", "--seeds", "0,1,2")
    assert asked[0][2]["seeds"] == (0, 1, 2)
    assert "It wins." in outcome.out
    assert "leave the last out" in outcome.out
    assert "0.182" in outcome.out


def test_evaluate_as_json_has_the_whole_table(recengine, asked):
    answer = recengine("evaluate", "tiny", "--protocol", "P-B", "--json").json
    assert asked[0][2]["protocol"] == "P-B"
    assert answer["table"][0]["low"] == 0.177


@pytest.mark.parametrize("seeds", ["", "a", "1,,2", "-1"])
def test_seeds_that_are_no_numbers_are_refused(recengine, seeds):
    outcome = recengine("evaluate", "tiny", f"--seeds={seeds}")
    assert outcome.status == 2
    assert "such as 0,1,2" in outcome.err


def test_encode_tells_how_many_items_have_vectors(recengine, monkeypatch):
    vectors = SimpleNamespace(vectors=np.zeros((48, 8)), fingerprint="abc")
    names: list[str] = []

    def item_vectors(dataset, name, *_):
        names.append(name)
        assert dataset.num_items == 48
        return vectors

    monkeypatch.setattr("recengine.encoders.item_vectors", item_vectors)
    answer = recengine("encode", "storefront:60x48", "--encoder", "bert", "--json").json
    assert answer == {
        "data": "storefront:60x48",
        "encoder": "bert",
        "items": 48,
        "dim": 8,
        "fingerprint": "abc",
    }
    assert "48 items of Storefront" in recengine("encode", "storefront:60x48").out
    assert names == ["bert", DEFAULT_ENCODER]
