from collections.abc import Mapping

import numpy as np
import pytest
import torch

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError, UnknownNameError
from recengine.models.base import FitData, Ranker
from recengine.models.hybrid import Hybrid, HybridConfig
from recengine.models.popularity import Popularity
from recengine.models.recency_ease import RecencyEase
from recengine.models.text_cosine import TextCosine


@pytest.fixture
def parts(cycle_data: FitData) -> Mapping[str, Ranker]:
    return {model.name: model.fit(cycle_data) for model in (RecencyEase, TextCosine, Popularity)}


@pytest.fixture
def histories(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.test.take(np.arange(4))
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)


def blend(data: FitData, parts: Mapping[str, Ranker], config: HybridConfig) -> Hybrid:
    made = Hybrid.fit(data, config)
    made.build_on({name: parts[name] for name in made.builds_on})
    return made


@pytest.mark.parametrize(("weight", "name"), [(1.0, "recency-ease"), (0.0, "text-cosine")])
def test_all_weight_on_one_ranker_keeps_its_order(
    cycle_data: FitData,
    parts: Mapping[str, Ranker],
    histories: Histories,
    weight: float,
    name: str,
) -> None:
    scores = blend(cycle_data, parts, HybridConfig(weight=weight)).score(histories)[:, 1:]
    assert torch.equal(scores.argsort(dim=1), parts[name].score(histories)[:, 1:].argsort(dim=1))
    torch.testing.assert_close(scores.mean(dim=1), torch.zeros(4), atol=1e-5, rtol=0.0)
    torch.testing.assert_close(scores.std(dim=1, correction=0), torch.ones(4))


def test_the_blend_is_the_weighted_mean(
    cycle_data: FitData, parts: Mapping[str, Ranker], histories: Histories
) -> None:
    first, second, mixed = (
        blend(cycle_data, parts, HybridConfig(weight=weight)).score(histories)[:, 1:]
        for weight in (1.0, 0.0, 0.3)
    )
    torch.testing.assert_close(mixed, 0.3 * first + 0.7 * second)


def test_a_ranker_to_which_all_items_are_alike_adds_nothing(
    cycle_data: FitData, parts: Mapping[str, Ranker], cycle_reader: HistoryReader
) -> None:
    config = HybridConfig(first="popularity", second="text-cosine", weight=0.5)
    zero = np.array([0])
    empty = cycle_reader.read(zero, zero, zero, max_length=5)  # text has nothing to say
    scores = blend(cycle_data, parts, config).score(empty)[0, 1:]
    assert torch.equal(scores.argsort(), parts["popularity"].score(empty)[0, 1:].argsort())


def test_any_two_rankers_can_be_named(cycle_data: FitData, parts: Mapping[str, Ranker]) -> None:
    made = Hybrid.fit(cycle_data, HybridConfig(first="popularity", second="recency-ease"))
    assert made.builds_on == ("popularity", "recency-ease")
    assert Hybrid.builds_on == ("recency-ease", "text-cosine")
    with pytest.raises(UnknownNameError, match="popularity"):
        made.build_on({"recency-ease": parts["recency-ease"]})


def test_a_blend_is_as_slow_as_its_slower_part(cycle_data, parts, monkeypatch) -> None:
    config = HybridConfig(first="popularity", second="recency-ease")
    assert not blend(cycle_data, parts, config).slow
    monkeypatch.setattr(type(parts["recency-ease"]), "slow", True)
    assert blend(cycle_data, parts, config).slow


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weight": 1.5}, r"weight=1.5 must lie between 0 and 1"),
        ({"first": "text-cosine"}, r"must be two different rankers"),
        ({"second": "hybrid"}, r"neither of them a blend"),
    ],
)
def test_impossible_blends_are_refused(settings: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        HybridConfig(**settings)


def test_a_blend_is_called_after_its_two_rankers(
    cycle_data: FitData, parts: Mapping[str, Ranker]
) -> None:
    config = HybridConfig(first="popularity", second="recency-ease")
    assert blend(cycle_data, parts, config).label == "Blend: Most popular + Goes together (EASE)"
    assert Hybrid.label == "Blend of two"
