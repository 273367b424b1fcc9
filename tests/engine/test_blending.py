"""Any two rankers blended: kept, served, measured and searched like others, or plainly refused."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.data.workspace import Workspace
from recengine.engine import blend_rankers, blending, evaluate_rankers
from recengine.engine.assets import ranker_file, safe_name
from recengine.engine.blends import blend_file, foundation, settings_to_try
from recengine.engine.comparison import contestants, evaluating, tuning
from recengine.engine.comparison.tuning import tune_ranker, tuned_settings
from recengine.engine.facade import Engine
from recengine.engine.rankers import Rankers
from recengine.engine.state import State
from recengine.errors import ConfigError, UnknownNameError
from recengine.evaluation.protocols import protocol_split
from recengine.models.base import FitData
from recengine.models.gru import GRU, GRUConfig
from recengine.models.hybrid import Hybrid, weights_of
from recengine.training import recipes
from recengine.training.checkpoint import load_checkpoint, save_checkpoint
from recengine.training.fitting import Recipe
from recengine.training.rankers import save_ranker
from recengine.training.trainer import TrainerConfig

PAIR = ["first=item-knn", "second=popularity"]


@pytest.fixture
def home(tmp_path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, measure_here: Callable) -> None:
    """Everything looks at the small shop."""
    for module in (blending, evaluating, tuning):
        measure_here(monkeypatch, module)


@pytest.fixture
def split(data: FitData) -> Split:
    return protocol_split(data.dataset)


def keep_gru(data: FitData, home: Workspace) -> None:
    """An untrained GRU that reads four events stands for a trained one."""
    torch.manual_seed(0)
    gru = GRU(GRUConfig(embedding_dim=8, max_length=4), data)
    path = home.folder("rankers") / f"{safe_name(data.dataset.name)}-gru.safetensors"
    save_ranker(path, gru, data.dataset, {})
    assert ranker_file(data.dataset.name, "gru", home) == path


def test_two_named_rankers_are_served_with_the_weight_that_validated_best(data, home, split):
    facts = blend_rankers("shop", home, asked=PAIR)
    assert len(facts["tried"]) == 11
    assert facts["tried"][facts["config"]["weight"]] == max(facts["tried"].values())
    rankers = Rankers(data, home, as_measured=True)
    blend = rankers[Hybrid.name]
    assert (blend.config.first, blend.config.second) == ("item-knn", "popularity")
    assert "somebody named" in rankers.facts(Hybrid.name)["settings"]
    asked = split.test.take(np.arange(3))
    reader = HistoryReader(split.log, data.dataset.profiles)
    histories = reader.read(asked.users, asked.starts, asked.stops, max_length=20)
    alone = replace(blend.config, weight=0.0)
    blend.config = alone
    order = blend.score(histories)[:, 1:].argsort(dim=1)
    assert torch.equal(order, Rankers(data, home)["popularity"].score(histories)[:, 1:].argsort(1))


def test_a_weight_by_hand_is_kept_and_the_pair_stays_until_another_is_named(home):
    blend_rankers("shop", home, asked=PAIR)
    facts = blend_rankers("shop", home, asked=["weight=0.25"])
    assert facts["config"] == {"first": "item-knn", "second": "popularity", "weight": 0.25}
    assert list(facts["tried"]) == [0.25]


def test_a_trained_ranker_reads_no_more_than_it_can_and_its_training_renews_the_blend(data, home):
    keep_gru(data, home)
    blend_rankers("shop", home, asked=["first=gru", "second=item-knn"])
    rankers = Rankers(data, home)
    assert rankers[Hybrid.name].events_read == 4
    before, stamp = rankers[Hybrid.name], rankers.stamp(Hybrid.name)
    keep_gru(data, home)
    assert rankers.stamp(Hybrid.name) != stamp
    assert rankers[Hybrid.name] is not before


def test_a_blend_whose_ranker_is_gone_says_how_to_train_it(data, home):
    keep_gru(data, home)
    blend_rankers("shop", home, asked=["first=gru", "second=item-knn"])
    ranker_file(data.dataset.name, "gru", home).unlink()
    rankers = Rankers(data, home)
    assert Hybrid.name not in rankers
    with pytest.raises(ConfigError, match=r"'GRU \(recurrent\)' is not trained on .* --ranker gru"):
        State(data.dataset, home, rankers, {}).ready(Hybrid.name)


def test_it_is_measured_and_searched_as_the_blend_that_it_is(data, home):
    blend_rankers("shop", home, asked=PAIR)
    name = data.dataset.name
    assert foundation(Hybrid, name, home) == ("item-knn", "popularity")
    assert settings_to_try(Hybrid, name, home) == weights_of("item-knn", "popularity")
    facts = evaluate_rankers("shop", (Hybrid.name,), home).facts[Hybrid.name]
    assert facts["config"]["first"] == "item-knn"
    found = tune_ranker("shop", Hybrid.name, home, trials=2)
    assert set(found.settings) == {"weight"}
    assert found.next_step == "recengine train shop --ranker hybrid --tuned"
    kept_best = {"first": "item-knn", "second": "popularity", **found.settings}
    assert tuned_settings("shop", Hybrid.name, home) == kept_best
    blend_rankers("shop", home, overrides=kept_best)
    assert len(tune_ranker("shop", Hybrid.name, home, trials=3).trials) == 3  # goes on
    blend_file(name, home).unlink()
    assert foundation(Hybrid, name, home) == Hybrid.builds_on
    assert not contestants.seeded(Hybrid.name, name, home)
    assert Rankers(data, home, as_measured=True)[Hybrid.name].builds_on == Hybrid.builds_on


def test_a_blend_with_a_trained_ranker_has_chance_in_it(data, home):
    keep_gru(data, home)
    blend_rankers("shop", home, asked=["first=gru", "second=item-knn", "weight=0.5"])
    assert contestants.seeded(Hybrid.name, data.dataset.name, home)


def test_its_name_tells_the_two_rankers_wherever_it_is_listed(data, home):
    blend_rankers("shop", home, asked=PAIR)
    named = "Blend: Neighbours (kNN) + Most popular"
    board = evaluate_rankers("shop", (Hybrid.name, "popularity"), home)
    assert set(board.table["label"]) == {named, "Most popular"}
    assert board.facts[Hybrid.name]["label"] == named
    engine = Engine(State(data.dataset, home, Rankers(data, home, as_measured=True), {}))
    assert engine.ranker_labels[Hybrid.name] == named
    assert engine.leaderboard().sentence.count(named) == 1
    apart = engine.disagreements(Hybrid.name, "popularity")
    missed = engine.misses(Hybrid.name)
    assert apart is not None
    assert missed is not None
    assert named in apart.sentence
    assert missed.sentence.startswith(named)
    assert engine.searches.rankers[Hybrid.name] == named
    blend_file(data.dataset.name, home).unlink()  # the usual pair is served, the other was measured
    assert engine.ranker_labels[Hybrid.name] == "Blend: Goes together (EASE) + Similar text"
    assert named in set(engine.leaderboard().table["label"])


def test_the_time_of_its_trained_ranker_counts_though_it_was_trained_before(
    data, home, monkeypatch
):
    tiny = Recipe(
        model=GRUConfig(embedding_dim=8, max_length=4),
        trainer=TrainerConfig(epochs=1, batch_size=16),
    )
    monkeypatch.setitem(recipes.RECIPES, "gru", lambda _: tiny)
    keep_gru(data, home)
    blend_rankers("shop", home, asked=["first=gru", "second=item-knn", "weight=0.5"])
    evaluate_rankers("shop", (Hybrid.name,), home)
    (path,) = home.folder("rankers").glob("*-gru-P-A-seed0.safetensors")
    weights, facts = load_checkpoint(path)
    save_checkpoint(path, weights, facts | {"seconds": 5000.0})
    again = evaluate_rankers("shop", (Hybrid.name,), home, again=True)
    assert again.facts[Hybrid.name]["seconds"] > 5000
    assert (again.table["seconds"] > 5000).all()


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (["first=grru"], UnknownNameError, "Unknown ranker 'grru'. Known: "),
        (["first=gru"], ConfigError, r"not trained on .* recengine train .* --ranker gru"),
        (["first=text-cosine"], ConfigError, "must be two different rankers"),
        (["second=hybrid"], ConfigError, "neither of them a blend"),
        (["weight=2"], ConfigError, r"weight=2\.0 must lie between 0 and 1"),
        (["epochs=3"], UnknownNameError, "Unknown setting of a blend 'epochs'. Known: first"),
        (["third=gru"], UnknownNameError, "Unknown setting 'third'"),
    ],
)
def test_mistakes_are_one_clear_message_and_nothing_is_kept(home, data, asked, error, message):
    with pytest.raises(error, match=message):
        blend_rankers("shop", home, asked=asked)
    assert not blend_file(data.dataset.name, home).exists()
