"""The pictures of reasons: parts that add up, ranks that move."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.engine.results import Evidence, WhatIf
from recengine.types import Request
from recengine.ui import theme
from recengine.ui.charts import why
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine

COLOURS = theme.palette("light")
REQUEST = Request(user_id="full", ranker="unified")


def pieces(*weights: float, kind: str = "event") -> list[Evidence]:
    return [
        Evidence(kind, f"piece {step}", weight, item_id=str(step), step=step)
        for step, weight in enumerate(weights, start=1)
    ]


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(make_dataset())


@pytest.fixture
def explanation(engine):
    return engine.explain(REQUEST, "107")


@pytest.fixture
def changes() -> WhatIf:
    table = pd.DataFrame(
        {
            "kind": "event",
            "label": ["far", "same", "up", "near"],
            "step": [1, 2, 3, 4],
            "new_rank": [80, 4, 1, 5],
            "places": [76, 0, -3, 1],
            "new_score": [1.0, 2.0, 3.0, 1.9],
        }
    )
    return WhatIf(item_id="1", rank=4, changes=table)


def test_steps_climb_to_the_sum_of_all_weights():
    steps = why.waterfall_steps(pieces(0.5, -0.2, 1.0))
    assert steps["end"].iloc[-1] == pytest.approx(1.3)
    np.testing.assert_allclose(steps["start"].iloc[1:], steps["end"].iloc[:-1])


def test_the_strongest_piece_comes_first_whatever_its_sign():
    steps = why.waterfall_steps(pieces(0.5, -2.0, 1.0))
    assert steps["label"].tolist() == ["piece 2", "piece 3", "piece 1"]


def test_smaller_pieces_are_heaped_by_sign_and_lose_nothing():
    evidence = pieces(3.0, 2.0, 0.1, 0.1, -0.1, -0.3)
    steps = why.waterfall_steps(evidence, most=2)
    assert steps["label"].tolist()[2:] == ["2 smaller events for it", "2 smaller events against it"]
    assert steps["weight"].tolist()[2:] == pytest.approx([0.2, -0.4])
    assert steps["end"].iloc[-1] == pytest.approx(sum(one.weight for one in evidence))


def test_waterfall_ends_at_the_score(explanation):
    figure = why.waterfall(explanation.evidence, COLOURS)
    assert figure.data[-1].x[0] == pytest.approx(explanation.score)


def test_waterfall_writes_signs_beside_colours(explanation):
    texts = [note.text for note in why.waterfall(explanation.evidence, COLOURS).layout.annotations]
    assert all(text.startswith(("<b>+", "<b>\u2212")) for text in texts)


def test_waterfall_of_hostile_titles_holds_no_markup():
    evidence = [Evidence("event", "<script>alert(1)</script>", 1.0, step=1)]
    figure = why.waterfall(evidence, COLOURS)
    assert "<script" not in figure.to_json()


def test_strip_is_in_the_order_of_the_history(explanation):
    bars = why.history_strip(explanation, COLOURS).data[0]
    assert list(bars.x) == sorted(bars.x)
    assert len(bars.x) == 3


def test_strip_holds_the_whole_history_however_quiet(explanation):
    evidence = tuple(pieces(*[0.0001] * 195, *[1.0] * 5))
    bars = why.history_strip(replace(explanation, evidence=evidence), COLOURS).data[0]
    assert len(bars.x) == 200


def test_a_few_events_are_numbered_one_by_one(explanation):
    axis = why.history_strip(explanation, COLOURS).layout.xaxis
    assert axis.dtick == 1
    evidence = tuple(pieces(*[0.5] * 40))
    assert (
        why.history_strip(replace(explanation, evidence=evidence), COLOURS).layout.xaxis.dtick
        is None
    )


def test_rank_changes_leave_out_what_changes_nothing_and_count_in_doublings(changes):
    assert why.rank_changes(changes)["label"].tolist() == ["far", "up", "near"]


def test_every_change_ends_at_its_new_rank(changes):
    figure = why.dumbbells(changes, COLOURS)
    ends = {x for trace in figure.data if trace.mode == "markers" for x in trace.x}
    assert ends == {80, 1, 5, 4}
    low, high = figure.layout.xaxis.range
    assert low < 0 < np.log10(80) < high


def test_falls_and_rises_differ_in_shape(changes):
    shapes = {
        trace.marker.symbol
        for trace in why.dumbbells(changes, COLOURS).data
        if trace.mode == "markers" and trace.customdata is not None
    }
    assert shapes == {"triangle-right", "triangle-left"}


def test_score_changes_show_the_largest_first(changes):
    bars = why.score_changes(changes, 2.0, COLOURS).data[0]
    assert list(bars.x) == pytest.approx([-1.0, 1.0, -0.1, 0.0])


def test_weights_that_are_no_parts_start_at_zero_and_have_no_total(explanation):
    figure = why.weights(explanation.evidence, COLOURS)
    assert all(not np.any(bars.base) for bars in figure.data)
    assert "Score" not in figure.layout.yaxis.ticktext
