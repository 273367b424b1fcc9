"""An engine on a small simulated shop; its untrained ranker already bends items."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import nn

from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace
from recengine.engine import Engine
from recengine.engine.places import open_places
from recengine.engine.state import State
from recengine.evaluation.protocols import protocol_split
from recengine.models.base import FitData
from recengine.models.popularity import Popularity
from recengine.models.recency_ease import RecencyEase
from recengine.models.text_cosine import TextCosine
from recengine.models.unified import Unified, UnifiedConfig
from recengine.types import Request

SHOP = "storefront:40x60:1"


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def data(workspace: Workspace) -> FitData:
    dataset = load_dataset(SHOP, workspace)
    split = protocol_split(dataset)
    text = np.random.default_rng(0).normal(size=(dataset.num_items, 12)).astype(np.float32)
    return FitData(dataset, split.train, split.candidates, text)


@pytest.fixture(scope="session")
def shop(data: FitData) -> Dataset:
    return data.dataset


@pytest.fixture(scope="session")
def measure_here(data: FitData) -> Callable[[pytest.MonkeyPatch, ModuleType], None]:
    """Makes a module that measures rankers use the shop and its random texts."""

    def fit_data(dataset, split, *_):
        return FitData(dataset, split.train, split.candidates, data.text), "random"

    def patch(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
        monkeypatch.setattr(module, "fit_data", fit_data)
        monkeypatch.setattr(module, "load_dataset", lambda *_, **__: data.dataset)

    return patch


@pytest.fixture(scope="session")
def unified(data: FitData) -> Unified:
    torch.manual_seed(0)
    config = UnifiedConfig(embedding_dim=16, max_length=200, memory_key_dim=8, text_dim=8)
    model = Unified.fit(data, config).requires_grad_(False).eval()
    model.dynamic.fill_(True)
    for weight in (model.memory_head.output.weight, model.memory_head.gate.weight, model.bias):
        nn.init.normal_(weight, std=0.3)
    for tables in (model.memory_contexts, model.memory_profile, model.query):
        for table in tables.tables:
            nn.init.normal_(table.weight[1:], std=0.5)
    model.prior = RecencyEase.fit(data)
    model.beta.fill_(3.0)
    return model


@pytest.fixture(scope="session")
def state(data: FitData, unified: Unified, workspace: Workspace) -> State:
    rankers = {model.name: model.fit(data) for model in (RecencyEase, TextCosine, Popularity)}
    rankers[unified.name] = unified
    places = {unified.name: open_places(unified, data.dataset, "test", workspace)}
    return State(data.dataset, workspace, rankers, places)


@pytest.fixture(scope="session")
def engine(state: State) -> Engine:
    return Engine(state)


@pytest.fixture(scope="session")
def plain_engine(state: State) -> Engine:
    """Without any trained ranker, as on a log of one's own before training."""
    rankers = {name: each for name, each in state.rankers.items() if name != "unified"}
    return Engine(State(state.dataset, state.workspace, rankers, {}))


@pytest.fixture(scope="session")
def longest(engine: Engine) -> str:
    """The person with the longest history."""
    return str(engine.dataset.user_ids[int(engine.dataset.log.lengths.argmax())])


@pytest.fixture
def request_now(engine: Engine, longest: str) -> Request:
    return Request(user_id=longest, context=engine.latest_context(longest), k=5)


@pytest.fixture(scope="session")
def reader(data: FitData) -> HistoryReader:
    return HistoryReader(data.dataset.log, data.dataset.profiles)
