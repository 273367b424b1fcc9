"""Training on a log of one's own that changes from one run to the next."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from recengine.data.workspace import Workspace
from recengine.engine import workshop
from recengine.engine.workshop import train_ranker
from recengine.errors import ConfigError, UnknownNameError
from recengine.models.base import FitData
from recengine.training.checkpoint import load_checkpoint

STARTING_ANEW = "Data or settings are not those of earlier runs: starting anew"
QUICK = {"epochs": 2, "embedding_dim": 8}


@pytest.fixture(autouse=True)
def no_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    def fit_data(dataset, split, *_):
        return FitData(dataset, split.train, split.candidates), "none"

    monkeypatch.setattr(workshop, "fit_data", fit_data)


def write_log(folder: Path, num_items: int, seed: int) -> str:
    """A log of thirty people; every other seed gives other events."""
    rng = np.random.default_rng(seed)
    events = 12 * 30
    log = {
        "user_id": np.repeat([f"u{user}" for user in range(30)], 12),
        "item_id": [f"i{item}" for item in rng.integers(0, num_items, events)],
        "timestamp": 1_700_000_000 + np.arange(events) * 3600,
    }
    folder.mkdir(exist_ok=True)
    pd.DataFrame(log).to_csv(folder / "interactions.csv", index=False)
    return str(folder)


def trained(data: str, home: Path, *, resume: bool, **settings) -> tuple[dict, dict, list[str]]:
    """Weights, facts, and what was said, each once."""
    told: dict[str, None] = {}
    facts = train_ranker(
        data,
        "gru",
        Workspace(home),
        resume=resume,
        overrides=QUICK | settings,
        progress=lambda stage, *_: told.setdefault(stage.partition(",")[0]),
    )
    return load_checkpoint(Path(facts["path"]))[0], facts, list(told)


def test_a_device_that_is_not_there_is_said_before_anything_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for device, said in (("cuda", "'cuda' is not there"), ("gpu", "Unknown device 'gpu'")):
        with pytest.raises((ConfigError, UnknownNameError), match=said):
            train_ranker("no such data", "gru", Workspace(tmp_path), device=device)


def test_the_story_of_a_training_names_its_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "Great GPU")
    alone = workshop.circumstances()["machine"]
    assert alone.endswith("threads")
    with_gpu = workshop.circumstances(torch.device("cuda"))["machine"]
    assert with_gpu == f"{alone}, Great GPU"


@pytest.mark.parametrize("num_items", [20, 26])
def test_resuming_on_changed_data_trains_on_the_new_data(tmp_path: Path, num_items: int) -> None:
    data, home = write_log(tmp_path / "log", 20, seed=1), tmp_path / "home"
    trained(data, home, resume=True)
    write_log(tmp_path / "log", num_items, seed=2)
    resumed, facts, told = trained(data, home, resume=True)
    afresh, alike, _ = trained(data, tmp_path / "other", resume=False)
    assert STARTING_ANEW in told
    assert facts["data_fingerprint"] == alike["data_fingerprint"]
    torch.testing.assert_close(resumed, afresh, rtol=0, atol=0, equal_nan=True)


def test_other_settings_start_anew_and_those_of_before_are_not_lost(tmp_path: Path) -> None:
    data, home = write_log(tmp_path / "log", 20, seed=1), tmp_path / "home"
    first, _, told = trained(data, home, resume=True)
    assert STARTING_ANEW not in told
    second, _, told = trained(data, home, resume=True, learning_rate=0.01)
    assert STARTING_ANEW in told
    assert not torch.equal(first["softmax.items.weight"], second["softmax.items.weight"])
    again, _, told = trained(data, home, resume=True)
    assert not any(stage.startswith("Training") for stage in told)
    torch.testing.assert_close(first, again, rtol=0, atol=0, equal_nan=True)


def test_settings_in_words_change_the_recipe_and_faults_end_before_the_data_is_read(
    tmp_path: Path,
) -> None:
    data, home = write_log(tmp_path / "log", 20, seed=1), Workspace(tmp_path / "home")
    asked = ["epochs=1", "embedding_dim=8", "contrast_weight=0.1"]
    recipe = train_ranker(data, "gru", home, asked=asked)["recipe"]
    assert (recipe["trainer"]["epochs"], recipe["model"]["contrast_weight"]) == (1, 0.1)
    with pytest.raises(UnknownNameError, match=r"Unknown setting 'epoch'.*Did you mean epochs"):
        train_ranker("no such data", "gru", home, asked=["epoch=1"])
    with pytest.raises(ConfigError, match=r"'epochs' has no value\. Write it as epochs=value"):
        train_ranker("no such data", "gru", home, asked=["epochs"])
    with pytest.raises(ConfigError, match="epochs=0 must be at least 1"):
        train_ranker(data, "gru", home, asked=["epochs=0"])
