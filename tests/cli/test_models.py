from types import SimpleNamespace

import numpy as np
import pytest

from recengine import engine
from recengine.encoders import DEFAULT_ENCODER


@pytest.fixture
def asked(monkeypatch) -> list[tuple]:
    """What the engine was asked to make; nothing is made."""
    calls: list[tuple] = []

    def train_ranker(data, ranker, workspace, **wishes):
        wishes["progress"]("Training, loss 1.5", 1, 1)
        calls.append((data, ranker, workspace.path.name, wishes))
        return {"ranker": ranker, "seconds": 1.25, "path": "unified.safetensors"}

    monkeypatch.setattr(engine, "train_ranker", train_ranker)
    return calls


def test_train_passes_its_wishes_on_and_prints_the_summary(recengine, asked):
    line = "train tiny --seed 3 --resume --epochs 2"
    outcome = recengine(*line.split())
    ((data, ranker, home, wishes),) = asked
    assert (data, ranker, home) == ("tiny", "unified", "home")
    assert (wishes["seed"], wishes["resume"], wishes["overrides"]) == (3, True, {"epochs": 2})
    assert "unified.safetensors" in outcome.out
    assert outcome.err == "Training, loss 1.5: 1 of 1\n"


def test_train_takes_the_device_that_was_named(recengine, asked):
    recengine("train", "tiny")
    recengine("train", "tiny", "--device", "cpu")
    assert [wishes["device"] for *_, wishes in asked] == ["auto", "cpu"]


@pytest.mark.parametrize(
    ("line", "what"),
    [("--ranker hybrid --set first=gru", "a blend"), ("--forecaster persistence", "a forecaster")],
)
def test_train_refuses_a_gpu_for_what_is_made_on_the_processor(recengine, line, what):
    outcome = recengine("train", "tiny", *line.split(), "--device", "cuda")
    assert outcome.status == 2
    assert f"--device cuda: {what} is made on the processor" in outcome.err


def test_train_keeps_the_recipe_unless_told_otherwise(recengine, asked):
    assert recengine("train", "tiny", "--json").json["seconds"] == 1.25
    assert asked[0][3]["overrides"] == {}
    assert asked[0][3]["asked"] == ()


def test_train_passes_settings_on_as_they_were_written(recengine, asked):
    recengine(
        *["train", "tiny", "--ranker", "gru", "--set", "epochs=3", "--set", "contrast_weight=0.1"]
    )
    assert asked[0][3]["asked"] == ["epochs=3", "contrast_weight=0.1"]


def test_train_blends_where_the_blend_is_named(recengine, asked, monkeypatch):
    blended: list[tuple] = []

    def blend_rankers(data, workspace, **wishes):
        blended.append((data, workspace.path.name, wishes["asked"]))
        return {"ranker": "hybrid"}

    monkeypatch.setattr(engine, "blend_rankers", blend_rankers)
    recengine("train", "tiny", "--ranker", "hybrid", "--set", "first=gru")
    assert blended == [("tiny", "home", ["first=gru"])]
    assert asked == []


def test_encode_tells_how_many_items_have_vectors(recengine, monkeypatch):
    vectors = SimpleNamespace(vectors=np.zeros((48, 8)), fingerprint="abc")
    names: list[str] = []

    def item_vectors(dataset, name, *_, precision):
        names.append(name)
        assert precision == ""
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
