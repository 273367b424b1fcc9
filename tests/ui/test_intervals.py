"""The picture of measured quality."""

import re

import pytest

from recengine.ui.intervals import Scale, intervals
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


@pytest.fixture
def table():
    quality = FakeEngine(make_dataset()).quality().table
    return quality[quality["metric"] == "hr@10"]


def test_best_ranker_stands_on_top(table):
    names = re.findall(r're-row-name">([^<]+)', intervals(table, "popularity", percent=True))
    assert names == ["Unified model", "Recency EASE", "Text", "Popularity"]


def test_every_value_is_written_beside_its_dot(table):
    shown = intervals(table, "unified", percent=True)
    assert re.findall(r"<b [^>]+>([^<]+)</b>", shown) == ["32.8%", "27.2%", "10.8%", "9.0%"]


def test_only_the_ranker_in_use_stands_out(table):
    shown = intervals(table, "popularity", percent=True)
    assert shown.count("re-in-use") == 1
    assert shown.index("re-in-use") > shown.index("Text")


def test_band_spans_the_interval_and_holds_the_dot(table):
    shown = intervals(table, "unified", percent=False)
    bands = re.findall(r're-band" style="left:([\d.]+)%;width:([\d.]+)%', shown)
    dots = re.findall(r're-dot" style="left:([\d.]+)%', shown)
    assert len(bands) == len(dots) == 4
    for (left, width), dot in zip(bands, dots, strict=True):
        assert float(left) < float(dot) < float(left) + float(width) <= 100


def test_axis_starts_at_zero_with_few_even_ticks(table):
    shown = intervals(table, "unified", percent=True)
    ticks = re.findall(r"%\">(\d+)%</span>", shown)
    assert ticks == ["0", "10", "20", "30"]


def test_hostile_label_stays_text(table):
    shown = intervals(table.assign(label="<b>x</b>"), "unified", percent=True)
    assert "<b>x</b>" not in shown


@pytest.mark.parametrize(("low", "high"), [(0.01, 0.03), (-0.03, -0.01), (-0.01, 0.02)])
def test_differences_stand_about_a_line_at_zero(table, low, high):
    value = (low + high) / 2
    drawn = table.assign(value=value, low=low, high=high)
    shown = intervals(drawn, "", percent=False, scale=Scale.around_zero(drawn))
    (zero,) = re.findall(r're-zero" style="left:([\d.]+)%', shown)
    left = float(re.findall(r're-band" style="left:([\d.]+)%', shown)[0])
    assert 0 < float(zero) < 100
    assert (left > float(zero)) == (low > 0)


def test_differences_are_written_with_their_sign(table):
    drawn = table.head(2).assign(value=[0.02, -0.01], low=-0.02, high=0.03)
    shown = intervals(drawn, "", percent=False, scale=Scale.around_zero(drawn))
    assert re.findall(r"<b [^>]+>([^<]+)</b>", shown) == ["+0.020", "-0.010"]


def test_values_have_no_line_at_zero(table):
    assert "re-zero" not in intervals(table, "unified", percent=False)
