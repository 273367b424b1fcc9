"""Rankers of every kind on the world where items follow in a circle, and one question to them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.explanations import Question
from recengine.models import MODELS, dynamic_head
from recengine.models.base import FitData, Ranker
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
from recengine.models.unified import Unified, UnifiedConfig

VARIANTS: Mapping[str, Mapping[str, str]] = {
    "unified with a mixture": {"head": "mixture"},
    "unified with the moment after the norm": {"moment_joins": "interest"},
}


def made(name: str, data: FitData) -> Ranker:
    """A ranker with telling, if untrained, weights."""
    torch.manual_seed(3)
    if name == Unified.name or name in VARIANTS:
        return _unified(data, VARIANTS.get(name, {}))
    ranker = MODELS[name].fit(data)
    ranker.build_on({other: MODELS[other].fit(data) for other in ranker.builds_on})
    if isinstance(ranker, nn.Module):
        for weights in ranker.parameters():
            if weights.ndim > 1:
                nn.init.normal_(weights, std=0.3)
        if hasattr(ranker, "softmax"):
            ranker.softmax.items.weight.data[0] = 0
        ranker.requires_grad_(False).eval()
    return ranker


def _unified(data: FitData, settings: Mapping[str, str]) -> Unified:
    config = replace(UnifiedConfig(embedding_dim=16, max_length=12, text_dim=4), **settings)
    model = Unified.fit(data, config)
    model.requires_grad_(False).eval().dynamic.fill_(True)
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.4)
    for features in (model.query, model.contexts, model.memory_contexts, model.memory_profile):
        for table in features.tables:
            table.weight[0] = 0  # unknown values have no vector
    model.prior = RecencyEase.fit(data, RecencyEaseConfig(l2=2.0))
    model.beta.fill_(2.0)
    model.freeze()
    return model


@pytest.fixture
def shortlisted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a large catalogue: only the two items that stand highest are bent."""
    monkeypatch.setattr(dynamic_head, "SHORTLIST_ABOVE", 3)
    monkeypatch.setattr(dynamic_head, "SHORTLIST", 2)


@pytest.fixture
def history(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.test.take(np.array([4]))
    moment = np.array([[2]])
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=12, request=moment)


@pytest.fixture
def candidates() -> torch.Tensor:
    return torch.tensor([False, True, True, True, True, True, False])


@pytest.fixture
def question(request: pytest.FixtureRequest, cycle_data: FitData, history, candidates) -> Question:
    """A question to the ranker that the test is parametrised with, by name."""
    return Question(made(request.param, cycle_data), history, 3, candidates)
