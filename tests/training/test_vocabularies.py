"""A ranker meets a log that grew: new weathers, kinds of event and ranges."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from recengine.data.dataset import Dataset
from recengine.data.features import Feature, feature_from_column
from recengine.data.histories import Histories, HistoryReader
from recengine.errors import DataError
from recengine.models import MODELS
from recengine.models.base import FitData, WeightedRanker
from recengine.models.unified import Unified, UnifiedConfig
from recengine.training.rankers import load_ranker, save_ranker
from recengine.training.vocabularies import code_rows, taken, vocabularies

CONFIG = UnifiedConfig(embedding_dim=16, max_length=12, memory_key_dim=8, text_dim=4)


@pytest.fixture(scope="module")
def grown(cycle_data: FitData) -> FitData:
    """One event more, in hail, and of a kind that is more frequent than any other now."""
    dataset = cycle_data.dataset
    log = dataset.interactions.assign(weather=dataset.interactions["weather"].astype("str"))
    late = log.iloc[[-1]].assign(timestamp=log["timestamp"].max() + 1, weather="hail")
    many = pd.concat([log, *[late.assign(event="buy")] * (len(log) + 1)], ignore_index=True)
    weather = (feature_from_column("weather", many["weather"]),)
    assert weather[0].values == ("hail", "rain", "sunny")
    return replace(
        cycle_data, dataset=replace(dataset, interactions=many, context_features=weather)
    )


@pytest.fixture
def model(cycle_data: FitData) -> Unified:
    torch.manual_seed(0)
    made = Unified.fit(cycle_data, CONFIG).requires_grad_(False)
    made.dynamic.fill_(True)
    for weight in (made.memory_head.output.weight, made.memory_head.gate.weight):
        nn.init.normal_(weight, std=0.5)
    return made.eval()


def read(dataset: Dataset, weather: str, kind: str = "view") -> Histories:
    """The first person's first events, all in one kind, asked in one weather."""
    one = HistoryReader(dataset.log, dataset.profiles).read(
        np.array([0]), np.array([0]), np.array([4]), max_length=12,
        request=np.array([[dataset.context_features[0].code(weather)]]),
    )  # fmt: skip
    kinds = torch.full_like(one.events, dataset.event_kinds.index(kind))
    return replace(one, events=kinds)


def test_rows_are_found_again_where_the_grown_log_has_them(
    model: Unified, cycle_data: FitData, grown: FitData, tmp_path: Path
) -> None:
    path = tmp_path / "ranker.safetensors"
    save_ranker(path, model, cycle_data.dataset, {})
    loaded, _ = load_ranker(path, grown)
    assert loaded.unseen == {"weather": ("hail",)}
    for weather in ("rain", "sunny", "unknown"):
        torch.testing.assert_close(
            loaded.score(read(grown.dataset, weather)),
            model.score(read(cycle_data.dataset, weather)),
        )


def test_a_value_never_met_counts_as_unknown(
    model: Unified, cycle_data: FitData, grown: FitData, tmp_path: Path
) -> None:
    path = tmp_path / "ranker.safetensors"
    save_ranker(path, model, cycle_data.dataset, {})
    loaded, _ = load_ranker(path, grown)
    scores = {w: loaded.score(read(grown.dataset, w)) for w in ("hail", "unknown", "rain")}
    torch.testing.assert_close(scores["hail"], scores["unknown"])
    assert not torch.allclose(scores["rain"][:, 1:], scores["unknown"][:, 1:])
    assert torch.isfinite(loaded.score(read(grown.dataset, "rain", kind="buy"))[:, 1:]).all()


@pytest.mark.parametrize("name", [n for n, m in MODELS.items() if issubclass(m, WeightedRanker)])
def test_every_ranker_with_weights_reads_a_grown_log(
    name: str, cycle_data: FitData, grown: FitData, tmp_path: Path
) -> None:
    path = tmp_path / "ranker.safetensors"
    save_ranker(path, MODELS[name].fit(cycle_data), cycle_data.dataset, {})
    loaded, _ = load_ranker(path, grown)
    assert loaded.unseen == ({"weather": ("hail",)} if MODELS[name].per_context else {})
    other = replace(cycle_data, dataset=replace(cycle_data.dataset, context_features=()))
    if MODELS[name].per_context:
        with pytest.raises(DataError, match="with other context"):
            load_ranker(path, other)
    else:
        load_ranker(path, other)


def test_data_with_other_strengths_of_events_is_refused_in_one_message(
    model: Unified, cycle_data: FitData, tmp_path: Path
) -> None:
    path = tmp_path / "ranker.safetensors"
    save_ranker(path, model, cycle_data.dataset, {})
    log = cycle_data.dataset.interactions.assign(value=1.0)
    other = replace(cycle_data.dataset, interactions=log)
    with pytest.raises(DataError, match=r"other value codes.*--ranker unified; until then choose"):
        load_ranker(path, replace(cycle_data, dataset=other))


def test_moved_ranges_are_read_as_the_range_that_their_middle_lies_in(
    cycle_dataset: Dataset,
) -> None:
    old = Feature("heat", "Heat", ("under 10", "10 to 20", "from 20"), (10.0, 20.0))
    new = Feature("heat", "Heat", ("under 6", "6 to 12", "12 to 30", "from 30"), (6.0, 12.0, 30.0))
    kept = vocabularies(replace(cycle_dataset, context_features=(old,)))
    (rows,) = code_rows(kept, "context", (new,))
    assert rows.tolist() == [0, 1, 1, 3, 3]
    weights = torch.arange(4.0)[:, None].expand(-1, 2)
    assert taken(weights, np.array([0, 2, -1]))[:, 0].tolist() == [0, 2, 0]
