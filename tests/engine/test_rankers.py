"""Rankers on show have the measured settings; those that others build on have the usual ones."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine import evaluate_rankers
from recengine.engine.assets import results_file, safe_name
from recengine.engine.comparison import evaluating
from recengine.engine.comparison.settings import USUAL
from recengine.engine.rankers import Rankers
from recengine.errors import DataError
from recengine.models.als import ALS
from recengine.models.base import FitData
from recengine.models.ease import Ease, EaseConfig
from recengine.models.hybrid import Hybrid, HybridConfig
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
from recengine.models.unified import Unified
from recengine.training.rankers import save_ranker

SHOP = "storefront:40x60:1"


@pytest.fixture
def home(tmp_path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def measured(home: Workspace, monkeypatch, measure_here) -> Workspace:
    """A leaderboard whose best settings are none of the usual ones."""
    measure_here(monkeypatch, evaluating)
    monkeypatch.setattr(Ease, "grid", (EaseConfig(l2=7.0),))
    monkeypatch.setattr(RecencyEase, "grid", (RecencyEaseConfig(l2=30.0, decay_events=2.0),))
    monkeypatch.setattr(Hybrid, "grid", (HybridConfig(weight=0.2),))
    evaluate_rankers(SHOP, (Ease.name, RecencyEase.name, Hybrid.name), home)
    return home


@pytest.fixture
def rankers(data: FitData, measured: Workspace) -> Rankers:
    return Rankers(data, measured, as_measured=True)


def test_the_settings_on_show_are_those_that_were_measured(rankers):
    assert rankers[Ease.name].config == EaseConfig(l2=7.0)
    assert rankers[RecencyEase.name].config == RecencyEaseConfig(l2=30.0, decay_events=2.0)
    assert rankers[Hybrid.name].config.weight == 0.2
    facts = rankers.facts(Ease.name)
    assert facts["config"] == asdict(EaseConfig(l2=7.0))
    assert facts["made_with"].startswith("recengine evaluate")


def test_what_was_not_measured_has_the_usual_settings_and_says_so(rankers):
    assert rankers[ALS.name].config == ALS.config_class()
    assert rankers.facts(ALS.name) == {"settings": USUAL}


def test_the_scores_are_those_of_the_measured_ranker(data, rankers, reader):
    dataset = data.dataset
    own = Ease.fit(data, EaseConfig(l2=7.0))
    own.build_on({RecencyEase.name: RecencyEase.fit(data)})
    asked = reader.read(*(part[:8] for part in _everybody(dataset)), max_length=200)
    torch.testing.assert_close(rankers[Ease.name].score(asked), own.score(asked))


def test_a_ranker_builds_on_the_usual_ones_as_when_it_was_trained(data, rankers, home, reader):
    blend = Hybrid.fit(data, HybridConfig(weight=0.2))
    usual = Rankers(data, home)
    blend.build_on({name: usual[name] for name in blend.builds_on})
    assert usual[RecencyEase.name].config == RecencyEaseConfig()
    asked = reader.read(*(part[:8] for part in _everybody(data.dataset)), max_length=200)
    torch.testing.assert_close(rankers[Hybrid.name].score(asked), blend.score(asked))


def test_results_of_other_data_decide_nothing(rankers, data, home):
    path = results_file(data.dataset.name, "P-A", home)
    assert path is not None
    write_json(path, read_json(path) | {"data_fingerprint": "another"})
    assert rankers[Ease.name].config == EaseConfig()


def test_settings_of_another_version_are_passed_over(rankers, data, home):
    path = results_file(data.dataset.name, "P-A", home)
    assert path is not None
    content = read_json(path)
    content["rankers"][Ease.name]["config"] = {"ridge": 7.0}
    write_json(path, content)
    assert rankers[Ease.name].config == EaseConfig()
    assert rankers.facts(Ease.name)["settings"] == USUAL


def test_a_ranker_measured_again_is_loaded_again(rankers, data, home):
    first = rankers[Ease.name]
    assert rankers[Ease.name] is first
    path = results_file(data.dataset.name, "P-A", home)
    assert path is not None
    content = read_json(path)
    content["rankers"][Ease.name]["config"] = {"l2": 9.0}
    write_json(path, content)
    assert rankers[Ease.name].config == EaseConfig(l2=9.0)


def test_weights_are_solved_once_for_each_ridge(rankers, data, home):
    rankers[Ease.name]
    kept = sorted(path.name for path in home.folder("rankers").glob("ease-*-7.safetensors"))
    assert len(kept) == 1
    told = []
    again = Rankers(data, home, lambda *step: told.append(step), as_measured=True)
    again[Ease.name]
    assert told == []


def test_a_ranker_of_other_data_fails_alone_and_says_why(
    data: FitData, unified: Unified, tmp_path: Path
) -> None:
    home = Workspace(tmp_path)
    path = home.folder("rankers") / f"{safe_name(SHOP)}-unified.safetensors"
    save_ranker(path, unified, replace(data.dataset, context_features=()), {"made": "now"})
    rankers = Rankers(data, home)
    with pytest.raises(DataError, match=r"with other context.*until then choose another ranker"):
        rankers["unified"]
    assert rankers["recency-ease"].name == "recency-ease"


def _everybody(dataset):
    offsets = dataset.log.offsets
    return np.arange(dataset.num_users), offsets[:-1], offsets[1:]
