"""What the parts of the ranker are worth: measured, kept, read again."""

import dataclasses

import numpy as np
import pytest

from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine import Engine
from recengine.engine.ablations import arms, measuring
from recengine.engine.ablations.arms import Arms
from recengine.engine.ablations.measuring import measure_ablations
from recengine.engine.ablations.parts import BENT, MOMENTLESS, STATIC, TRAINED, UNTOLD, parts_of
from recengine.engine.ablations.topic import study_of
from recengine.engine.comparison import contestants
from recengine.engine.rankers import Rankers
from recengine.engine.state import State
from recengine.errors import ConfigError, StorageError
from recengine.evaluation.protocols import protocol_split
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData
from recengine.models.memory_head import MemoryHead
from recengine.models.mixture_of_logits import MixtureOfLogits
from recengine.models.unified import Unified, UnifiedConfig
from recengine.training.trainer import TrainerConfig
from recengine.training.unified import UnifiedRecipe
from tests.engine.conftest import SHOP

BEYOND, NOTHING = (0.02, 0.01, 0.03, 0.001), (0.001, -0.01, 0.012, 0.8)
BELOW = (-0.01, -0.015, -0.005, 0.001)


@pytest.fixture
def home(tmp_path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, measure_here) -> None:
    """Trainings of one epoch on the small shop."""
    once = TrainerConfig(epochs=1, batch_size=16)
    model = UnifiedConfig(embedding_dim=8, num_blocks=1, memory_key_dim=4, text_dim=4)
    recipe = UnifiedRecipe(
        model=model, static=once, dynamic=once, rating=once, decays=(5.0,), betas=(0.0, 5.0)
    )
    monkeypatch.setattr(contestants, "recipe_for", lambda *_: recipe)
    measure_here(monkeypatch, measuring)


@pytest.fixture
def asked(data: FitData, unified: Unified, home: Workspace, monkeypatch) -> Arms:
    """The arms of the untrained ranker, which bends items."""
    monkeypatch.setattr(Rankers, "trained", lambda *_: unified)
    split = protocol_split(data.dataset)
    return Arms(data, split, "text", home, lambda *_: None, ready=True)


def content(dataset: Dataset, *, kept: list[bool], nearer=None, **parts) -> dict:
    names = ("difference", "diff_low", "diff_high", "p")
    values = dict.fromkeys(("value", "low", "high"), 0.1)
    values |= {f"against_{name}": 0.1 for name in values}

    def rows(name: str, figures: tuple) -> list[dict]:
        by_metric = {"ndcg@10": figures, "hr@10": figures}
        by_metric["nearness"] = nearer if nearer and name == "dynamic" else figures
        return [{"metric": metric, **values, **dict(zip(names, each, strict=True))}
                for metric, each in by_metric.items()]  # fmt: skip

    facts = {"seeds": [0] * len(kept), "made_with": "recengine evaluate x --ablations"}
    return {
        "description": "P-A",
        "people": 1200,
        "data_fingerprint": dataset.fingerprint,
        "parts": {
            name: {"facts": facts | {"kept": kept}, "rows": rows(name, figures)}
            for name, figures in parts.items()
        },
    }


@pytest.mark.usefixtures("small")
def test_every_part_is_measured_kept_and_read_again(home: Workspace, shop: Dataset) -> None:
    told = measure_ablations(SHOP, home)
    found = Engine(State(shop, home, {}, {})).ablations.study()
    assert found.sentence == told.sentence
    assert set(found.table["part"]) == {"dynamic", "text", "moment", "told", "head"}
    assert len(found.table) == 5 * 3
    assert (found.table["diff_low"] <= found.table["difference"]).all()
    assert (found.table["difference"] <= found.table["diff_high"]).all()
    ahead = found.table["value"] - found.table["against_value"]
    np.testing.assert_allclose(found.table["difference"], ahead, atol=3e-6)
    assert found.missing == ()
    assert found.made_with == f"recengine evaluate {SHOP} --ablations --seeds 0"
    assert {"version", "machine", "made", "seeds"} <= set(found.facts["text"])


@pytest.mark.usefixtures("small")
def test_what_was_trained_is_not_trained_again(home: Workspace, monkeypatch) -> None:
    first = measure_ablations(SHOP, home)
    names = {path.name.partition("-unified-")[2] for path in home.folder("rankers").glob("*seed0*")}
    arms_trained = ("", "-ids", "-mixture", "-momentless")
    assert names == {f"P-A{arm}-seed0.safetensors" for arm in arms_trained}

    def refuse(*_, **__):
        raise AssertionError("trained once more")

    monkeypatch.setattr(contestants, "train_and_keep", refuse)
    again = measure_ablations(SHOP, home)
    assert again.table["difference"].tolist() == first.table["difference"].tolist()


@pytest.mark.usefixtures("small")
def test_trainings_from_several_seeds_are_averaged(home: Workspace) -> None:
    both = measure_ablations(SHOP, home, seeds=(0, 1)).table
    alone = [measure_ablations(SHOP, home, seeds=(seed,)).table["difference"] for seed in (0, 1)]
    np.testing.assert_allclose(both["difference"], sum(alone) / 2, atol=3e-6)
    assert (both["seeds"] == 2).all()
    assert len(measure_ablations(SHOP, home, seeds=(0, 1)).kept) == 2


def test_the_dynamic_part_is_switched_for_the_asking_alone(asked: Arms, unified: Unified) -> None:
    bent, static = asked.ranks(BENT, 0), asked.ranks(STATIC, 0)
    assert bool(unified.dynamic)
    assert (bent != static).any()
    np.testing.assert_array_equal(asked.ranks(TRAINED, 0), bent)


def test_who_is_not_told_the_moment_is_asked_as_on_the_leaderboard(
    asked: Arms, data: FitData, unified: Unified
) -> None:
    split = asked.split
    reader = HistoryReader(split.log, data.dataset.profiles)
    plain = target_ranks(unified, reader, split.test, split.candidates)
    np.testing.assert_array_equal(asked.ranks(UNTOLD, 0), plain)
    assert (asked.ranks(TRAINED, 0) != plain).any()


@pytest.mark.usefixtures("small")
def test_the_arms_lack_what_they_are_said_to_lack(home: Workspace, data: FitData) -> None:
    split = protocol_split(data.dataset)
    made = Arms(data, split, "random", home, lambda *_: None, ready=False)
    assert made.ranker(arms.IDS, 0).text_projection is None
    assert len(made.ranker(MOMENTLESS, 0).context_gates) == 0
    assert isinstance(made.ranker(arms.MIXTURE, 0).memory_head, MixtureOfLogits)
    whole = made.ranker(TRAINED, 0)
    assert isinstance(whole.memory_head, MemoryHead)
    assert whole.text_projection is not None
    assert len(whole.context_gates) == len(data.dataset.context_features)


@pytest.mark.usefixtures("small")
def test_ready_trains_nothing_and_leaves_the_rest_unmeasured(
    home: Workspace, unified: Unified, monkeypatch
) -> None:
    measured = measure_ablations(SHOP, home)
    monkeypatch.setattr(Rankers, "trained", lambda *_: unified)
    monkeypatch.setattr(contestants, "train_and_keep", None)
    beside = measure_ablations(SHOP, home, ready=True)
    assert beside.missing == ()
    assert "--ready and" in beside.made_with
    (home.folder("results") / f"{SHOP.replace(':', '_')}-ablations.json").unlink()
    alone = measure_ablations(SHOP, home, ready=True)
    assert set(alone.table["part"]) == {"dynamic", "told"}
    assert alone.missing == ("Item texts", "Moments", "Attention by each item")
    assert alone.kept == (True,)
    assert (alone.facts["dynamic"]["seeds"], set(alone.table["seeds"])) == ([], {1})
    text = measured.table[measured.table["part"] == "text"]["difference"]
    assert beside.table[beside.table["part"] == "text"]["difference"].tolist() == text.tolist()


def test_ready_without_a_ranker_says_what_to_do(home: Workspace, monkeypatch, measure_here) -> None:
    measure_here(monkeypatch, measuring)
    with pytest.raises(ConfigError, match=f"recengine train {SHOP}"):
        measure_ablations(SHOP, home, ready=True)


def test_seeds_must_be_different(home: Workspace) -> None:
    with pytest.raises(ConfigError, match="different whole numbers"):
        measure_ablations(SHOP, home, seeds=(1, 1))


def test_data_without_moments_has_none_to_leave_out(shop: Dataset) -> None:
    timeless = dataclasses.replace(shop, context_features=())
    assert [part.name for part in parts_of(timeless)] == ["dynamic", "text", "head"]
    assert [part.name for part in parts_of(shop, ready=True)] == ["dynamic", "told"]


def test_a_loss_of_the_dynamic_part_is_told(shop: Dataset) -> None:
    told = study_of(content(shop, kept=[False], dynamic=BELOW, text=BEYOND), shop).sentence
    assert told == (
        "Reading the texts makes the lists 20% better. The dynamic part does not win here: "
        "bending items makes the lists 10% worse; validation left it off."
    )


def test_noise_of_the_dynamic_part_is_told_as_not_winning(shop: Dataset) -> None:
    parts = {"dynamic": NOTHING, "text": NOTHING, "moment": NOTHING, "told": BELOW}
    told = study_of(content(shop, kept=[True], nearer=BEYOND, **parts), shop).sentence
    assert told == (
        "Being told the moment makes the lists 10% worse; reading the texts and learning from "
        "moments make no difference we can trust to the first ten. The dynamic part does not win "
        "here: bending items moves held-out items 2% nearer to the top, but makes no difference "
        "we can trust to the first ten; validation kept it."
    )


def test_items_that_move_away_below_the_first_ten_are_told(shop: Dataset) -> None:
    told = study_of(content(shop, kept=[False], nearer=BELOW, dynamic=NOTHING), shop).sentence
    assert "moves held-out items 1% away from the top, but makes no difference" in told


def test_a_gain_of_the_dynamic_part_is_told(shop: Dataset) -> None:
    told = study_of(content(shop, kept=[True, False, True], dynamic=BEYOND), shop).sentence
    assert told == (
        "The dynamic part wins: bending items makes the lists 20% better; validation kept it in "
        "2 of 3 trainings."
    )


def test_p_values_are_corrected_for_the_number_of_parts(shop: Dataset) -> None:
    nearly = (0.02, 0.001, 0.04, 0.03)
    alone = study_of(content(shop, kept=[True], text=nearly), shop).table
    among = study_of(content(shop, kept=[True], text=nearly, moment=NOTHING), shop).table
    assert set(alone["verdict"]) == {"better"}
    assert set(among["verdict"]) == {"no clear difference"}


def test_figures_of_other_data_are_not_told(home: Workspace, shop: Dataset) -> None:
    path = home.folder("results") / f"{SHOP.replace(':', '_')}-ablations.json"
    state = State(shop, home, {}, {})
    write_json(path, content(shop, kept=[True], text=BEYOND))
    assert Engine(state).ablations.study().measured
    write_json(path, read_json(path) | {"data_fingerprint": "another"})
    found = Engine(state).ablations.study()
    assert not found.measured
    assert found.command == f"recengine evaluate {SHOP} --ablations"


def test_a_damaged_file_says_what_to_do(home: Workspace, shop: Dataset) -> None:
    path = home.folder("results") / f"{SHOP.replace(':', '_')}-ablations.json"
    write_json(path, {"data_fingerprint": shop.fingerprint})
    with pytest.raises(StorageError, match=r"Delete it, then: recengine evaluate"):
        Engine(State(shop, home, {}, {})).ablations.study()
