"""The pictures of attention: it sums to itself, aggregate first, readable for long histories."""

import numpy as np
import pandas as pd
import pytest

from recengine.engine.results import AttentionView
from recengine.types import Request
from recengine.ui import theme
from recengine.ui.charts import attention
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine

COLOURS = theme.palette("light")
REQUEST = Request(user_id="full", ranker="unified")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(make_dataset())


def test_attention_is_averaged_over_layers_and_heads(engine):
    table = attention.looked_at(engine.attention(REQUEST))
    np.testing.assert_allclose(table["weight"], 0.1)


def test_only_the_newest_events_are_drawn():
    steps = range(1, 101)
    tokens = pd.DataFrame({"step": steps, "item_id": "1", "title": "a"})
    weights = pd.DataFrame({"layer": 1, "head": 1, "step": steps, "weight": 0.01})
    table = attention.looked_at(AttentionView(tokens, weights))
    assert table["step"].tolist() == list(range(71, 101))


def test_one_small_picture_per_layer_with_one_row_per_head(engine):
    figure = attention.attention_heads(engine.attention(REQUEST), COLOURS)
    assert [trace.z.shape for trace in figure.data] == [(2, 10), (2, 10)]


def long_view(length: int = 200) -> AttentionView:
    steps = np.arange(1, length + 1)
    tokens = pd.DataFrame({"step": steps, "item_id": "1", "title": [f"film {s}" for s in steps]})
    newest = pd.DataFrame({"layer": 1, "head": 1, "step": steps, "weight": steps == length})
    even = pd.DataFrame({"layer": 1, "head": 2, "step": steps, "weight": 1 / length})
    weights = pd.concat([newest, even]).astype({"weight": float})
    return AttentionView(tokens, weights)


def test_each_head_says_how_far_back_it_looks() -> None:
    table = attention.heads_table(long_view()).set_index("head")
    assert table.loc[1, "back"] == pytest.approx(1)
    assert table.loc[2, "back"] == pytest.approx(100.5)
    assert table.loc[1, "newest_ten"] == pytest.approx(1)
    assert table.loc[2, "newest_ten"] == pytest.approx(10 / 200)
    assert table.loc[1, "title"] == "film 200"


def test_one_head_alone_can_be_looked_at() -> None:
    table = attention.looked_at(long_view(), most=200, head=(1, 1))
    assert table["weight"].tolist()[-2:] == [0.0, 1.0]


def test_two_hundred_events_need_no_more_room_than_thirty() -> None:
    heights = [attention.attention_heads(long_view(n), COLOURS).layout.height for n in (30, 200)]
    assert heights[0] == heights[1]
    grid = attention.heads_grid(attention.heads_table(long_view()), COLOURS)
    assert grid.data[0].z.shape == (1, 2)
    assert grid.data[0].text[0][0] == "1 back"
