"""Small worlds that every layer's tests share."""

import os

import numpy as np
import pandas as pd
import pytest
import torch

from recengine.data.dataset import Dataset
from recengine.data.features import feature_from_column
from recengine.data.histories import HistoryReader
from recengine.data.splits import Split, leave_last_out
from recengine.models.base import FitData
from tests.tiny_language import TinyEncoder

CYCLE = 5  # items that follow each other in a circle
DAY = 86_400
os.environ["CUDA_VISIBLE_DEVICES"] = ""  # only on the CPU is the same seed the same to the last bit


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Small tensors are slower on several threads."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def cycle_dataset() -> Dataset:
    """Sixty people walk through five items in a circle; a sixth item was never touched."""
    rng = np.random.default_rng(0)
    rows = []
    for user in range(60):
        start, length = rng.integers(0, CYCLE), rng.integers(6, 12)
        for step in range(length):
            item = (start + step) % CYCLE
            time = 1_700_000_000 + user * 3600 + step * DAY
            rows.append((f"u{user}", f"i{item}", time, "view", 1.0 + step % 3, "rain"))
    columns = ["user_id", "item_id", "timestamp", "event", "value", "weather"]
    interactions = pd.DataFrame(rows, columns=columns)
    interactions.loc[interactions.index % 2 == 0, "weather"] = "sunny"
    items = pd.DataFrame(
        {
            "item_id": [f"i{item}" for item in range(CYCLE + 1)],
            "title": ["Amber", "Birch", "Cedar", "Dahlia", "Elm", "Fern"],
            "categories": [["tree"], ["tree"], ["tree", "flower"], ["flower"], ["tree"], []],
        }
    )
    users = pd.DataFrame({"user_id": [f"u{user}" for user in range(61)]})
    users["country"] = np.where(np.arange(61) % 2, "France", "Spain")
    return Dataset(
        name="cycle",
        title="Cycle",
        interactions=interactions,
        items=items,
        users=users,
        context_features=(feature_from_column("weather", interactions["weather"]),),
        profile_features=(feature_from_column("country", users["country"]),),
    )


@pytest.fixture(scope="session")
def cycle_split(cycle_dataset: Dataset) -> Split:
    return leave_last_out(cycle_dataset)


@pytest.fixture(scope="session")
def cycle_data(cycle_dataset: Dataset, cycle_split: Split) -> FitData:
    text = np.random.default_rng(1).normal(size=(6, 8)).astype(np.float32)
    words = (
        "amber",
        "birch",
        "cedar",
        "dahlia",
        "elm",
        "fern",
        "tree",
        "flower",
        "weather",
        "rain",
    )
    encoder = TinyEncoder(*words, *(word.title() for word in words))
    return FitData(cycle_dataset, cycle_split.train, cycle_split.candidates, text, encoder)


@pytest.fixture(scope="session")
def cycle_reader(cycle_dataset: Dataset, cycle_split: Split) -> HistoryReader:
    return HistoryReader(cycle_split.log, cycle_dataset.profiles)
