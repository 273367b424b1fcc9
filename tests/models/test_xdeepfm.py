from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.models.base import FitData
from recengine.models.xdeepfm import CompressedInteraction, XDeepFM, XDeepFMConfig
from recengine.training.fitting import Training


def test_the_first_layer_crosses_pairs_of_fields_by_hand() -> None:
    crossing = CompressedInteraction(2, (1,))
    crossing.layers[0].weight.data = torch.tensor([[1.0, 2.0, 3.0, 4.0]])  # 11, 12, 21, 22
    fields = torch.tensor([[[1.0, 2.0], [3.0, 5.0]]])
    # 11: 1 + 4, 12 and 21: 3 + 10, 22: 9 + 25
    assert crossing(fields).tolist() == [[5.0 + (2 + 3) * 13.0 + 4 * 34.0]]


def test_the_second_layer_crosses_the_first_with_the_fields_by_hand() -> None:
    crossing = CompressedInteraction(2, (1, 2))
    crossing.layers[0].weight.data = torch.tensor([[0.0, 1.0, 0.0, 0.0]])
    crossing.layers[1].weight.data = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    fields = torch.tensor([[[1.0, 2.0], [3.0, 5.0]]])
    # First map (3, 10); with the first field 3 + 20, with the second 9 + 50.
    assert crossing(fields).tolist() == [[13.0, 23.0, 2 * 59.0]]


def test_every_feature_is_a_field(
    cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test.take(np.arange(3))
    histories = cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)
    candidates = torch.tensor([[1, 2], [3, 4], [5, 6]])
    model = XDeepFM.fit(cycle_data)
    fields = model.fields(histories, candidates)
    assert fields.shape == (3, 2, 6, 16)  # id, text, mean, last, country, weather
    assert torch.equal(fields[:, :, 0], model.inputs.items(candidates))
    without = XDeepFM.fit(replace(cycle_data, text=None)).fields(histories, candidates)
    assert without.shape == (3, 2, 5, 16)


def test_it_learns_what_comes_next_in_a_circle(train_on_cycle: Callable[..., Training]) -> None:
    config = XDeepFMConfig(prefixes=4, negatives=6, cross_maps=(8, 8), hidden_dim=16)
    training = train_on_cycle(XDeepFM, config)
    assert training.records["training"].losses[-1] < training.records["training"].losses[0]
    assert training.validation["training"] > 0.9
