"""Texts measured and told on a small shop, with a language model made in a moment."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.workspace import Workspace, read_json
from recengine.engine import Engine, adapters, opening
from recengine.engine.paired import compared, judged
from recengine.engine.state import State
from recengine.engine.texts.adapting import adapt_encoder
from recengine.engine.texts.measures import read_section, write_section
from recengine.engine.texts.reading import measure_reading
from recengine.engine.texts.sizes import measure_sizes
from recengine.engine.why.results import NOT_MEASURED
from recengine.engine.workshop import train_ranker
from recengine.errors import ConfigError, UnknownNameError
from recengine.models.base import FitData
from recengine.types import Request
from tests.engine.conftest import SHOP
from tests.tiny_language import save_tiny_bert

WORDS = ("rain", "garden", "bike", "red", "set", "size", "M", "S", ",", ".", "a", "of", "for")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("texts"))


@pytest.fixture
def encoder(home: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model in place of the usual one."""
    folder = home.path / "tiny-bert"
    if not folder.exists():
        save_tiny_bert(folder, WORDS)
    for module in (adapters, opening):
        monkeypatch.setattr(module, "DEFAULT_ENCODER", str(folder))


@pytest.fixture
def texts(home: Workspace, data: FitData) -> Engine:
    return Engine(State(data.dataset, home, {}, {}))


def test_what_nobody_measured_names_the_command(data: FitData, tmp_path) -> None:
    worth = Engine(State(data.dataset, Workspace(tmp_path), {}, {})).texts.worth()
    assert worth.adapted.table.empty
    assert worth.adapted.made_with == "recengine adapt storefront:40x60:1"
    assert "--sizes" in worth.sizes.made_with


@pytest.mark.usefixtures("encoder")
def test_adapting_is_kept_measured_and_not_done_twice(home: Workspace, texts: Engine) -> None:
    made = adapt_encoder(SHOP, home, epochs=1)
    steps: list[str] = []
    again = adapt_encoder(SHOP, home, epochs=1, progress=lambda stage, *_: steps.append(stage))
    assert made["file"] == again["file"]
    assert not any("Adapting" in step for step in steps)
    worth = texts.texts.worth().adapted
    assert set(worth.table["group"]) == {"warm", "cold", "blend"}
    assert set(worth.table["name"]) == {"frozen", "top"}
    frozen = worth.table[worth.table["name"] == "frozen"]
    assert frozen["difference"].isna().all()
    assert worth.made_with == "recengine adapt storefront:40x60:1 --method top --epochs 1"
    assert worth.sentence.startswith("Letting the encoder learn from this data")


@pytest.mark.usefixtures("encoder")
def test_a_second_way_of_adapting_joins_the_first(home: Workspace, texts: Engine) -> None:
    adapt_encoder(SHOP, home, method="contrast", epochs=1)
    worth = texts.texts.worth().adapted
    assert set(worth.table["name"]) == {"frozen", "top", "contrast"}
    assert len(worth.table) == 18


@pytest.mark.usefixtures("encoder")
def test_sizes_are_measured_against_whole_vectors(home: Workspace, texts: Engine) -> None:
    measure_sizes(SHOP, home)
    worth = texts.texts.worth().sizes
    table = worth.table.set_index("name")
    assert list(table.index) == ["float32", "float16", "int8"]  # no room for less than 16 numbers
    assert table.loc["float32", ["saved", "overlap"]].tolist() == [0, 1]
    assert table.loc["float16", "saved"] == 0.5
    assert table.loc["int8", "overlap"] > 0.9


@pytest.mark.usefixtures("encoder")
def test_reading_needs_a_trained_ranker(home: Workspace) -> None:
    with pytest.raises(ConfigError, match="--ranker joint-text"):
        measure_reading(SHOP, home, people=5)


@pytest.mark.usefixtures("encoder")
def test_reading_is_measured_and_tells_what_it_looked_at(home: Workspace, texts: Engine) -> None:
    small = {"epochs": 1, "requests": 1, "negatives": 2, "shortlist": 12, "batch_size": 8}
    train_ranker(SHOP, "joint-text", home, overrides=small)
    measure_reading(SHOP, home, people=6)
    worth = texts.texts.worth().reading
    assert set(worth.table["name"]) == {
        "recency-ease", "text-cosine", "joint-text-unread", "joint-text",
    }  # fmt: skip
    assert worth.table.set_index(["name", "metric"]).loc[("joint-text", "ndcg@10"), "seconds"] > 0
    assert "asked of 6 people" in worth.sentence
    assert len(worth.facts["budgets"]) == 2  # the largest does not fit into the tiny model
    engine = Engine.open(SHOP, home)
    _check_looks(engine)


def _check_looks(engine: Engine) -> None:
    """What it looked at is told by title and word by word, alike, and never taken for a reason."""
    assert engine.why.readers() == ("joint-text",)
    assert engine.why.methods("joint-text")[0].name == "occlusion"
    request = Request(user_id=engine.random_user(0), ranker="joint-text")
    item_id = str(engine.dataset.item_ids[3])
    for method in ("rollout", "attention"):
        parts = engine.why.explain(request, item_id, method)
        words = engine.why.words(request, item_id, method=method)
        assert not parts.adds_up
        assert parts.trust.verdict == words.trust.verdict == NOT_MEASURED
        for found in (parts, words):
            assert sum(one.weight for one in found.evidence) == pytest.approx(1, abs=1e-4)
        by_step = words.table[words.table["kind"] == "event"].groupby("step")["weight"].sum()
        for one in parts.evidence:
            if one.kind == "event":
                assert one.weight == pytest.approx(by_step.get(one.step, 0.0), abs=1e-6)
        assert {"item", "event"} <= {one.kind for one in parts.evidence}
    with pytest.raises(ConfigError, match="'occlusion' weighs no words"):
        engine.why.words(request, item_id, method="occlusion")
    with pytest.raises(ConfigError, match="attends to words, not to events"):
        engine.attention(request)


def test_figures_of_other_data_are_not_told(data: FitData, tmp_path) -> None:
    workspace = Workspace(tmp_path)
    write_section(data.dataset, "sizes", workspace, [{"a": 1}], "made", {})
    write_section(data.dataset, "reading", workspace, [{"b": 1}], "made", {})
    assert read_section(data.dataset, "sizes", workspace)["rows"] == [{"a": 1}]
    items = data.dataset.items.assign(title="another")
    other = replace(data.dataset, items=items)
    assert read_section(other, "sizes", workspace) is None
    write_section(other, "sizes", workspace, [{"a": 2}], "made", {})
    kept = read_json(workspace.folder("results") / "storefront_40x60_1-text.json")
    assert set(kept) == {"dataset", "data_fingerprint", "sizes"}


def test_verdicts_hold_for_all_comparisons_together() -> None:
    people = np.arange(400)
    baseline = np.full(400, 12)
    better, same = np.where(people % 4 == 0, 1, 12), baseline.copy()
    rows = [
        {"name": "first", **compared(baseline, None, people)},
        {"name": "better", **compared(better, baseline, people)},
        {"name": "same", **compared(same, baseline, people)},
    ]
    table = judged(pd.DataFrame(rows).assign(metric="ndcg@10"), ["metric"])
    assert table["verdict"].tolist() == ["", "better", "no clear difference"]
    assert table["difference"].tolist()[1] == pytest.approx(0.25)
    assert "p" not in table


def test_an_unknown_method_is_refused_before_anything_is_read(tmp_path) -> None:
    with pytest.raises(UnknownNameError, match="way of adapting"):
        adapt_encoder("no-such-data", Workspace(tmp_path), method="magic")
