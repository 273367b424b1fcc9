"""Coverage drawn: a dot for every horizon and level, pale where little is known."""

import numpy as np
import pytest

from recengine.types import Request
from recengine.ui import theme
from recengine.ui.charts.coverage import held
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


def test_dots_stand_at_what_was_held_and_few_answers_are_pale():
    asked = Request(user_id="full", ranker="unified")
    coverage = FakeEngine(make_dataset()).future.taste(asked, 10, "events").coverage
    figure = held(coverage, coverage.iloc[1], theme.palette("light"))
    dots = [trace for trace in figure.data if trace.name == "calibrated"]
    np.testing.assert_allclose([trace.y for trace in dots], np.tile([[0.5], [0.8], [0.95]], 3))
    for trace in dots:
        assert list(trace.marker.opacity)[:2] == [1, 1]
        assert trace.marker.opacity[2] < 1
    assert sum(figure.data[-1].y) == pytest.approx(1)
    assert "10 events ahead" in figure.layout.xaxis2.title.text
