"""The future beside the past: bands that fill the whole, a fan that begins at today's share."""

import numpy as np
import pytest

from recengine.types import Request
from recengine.ui import theme
from recengine.ui.charts.fan import OTHER, Fan, ahead_of
from recengine.ui.charts.pair import lines
from recengine.ui.charts.timeline import bands, stream
from tests.ui.fake_dataset import CATEGORIES, make_dataset
from tests.ui.fake_engine import FakeEngine

COLOURS = theme.category_colours(CATEGORIES, theme.palette("light"))
ASKED = Request(user_id="full", ranker="unified")


@pytest.fixture
def told():
    return FakeEngine(make_dataset()).timeline(ASKED)


@pytest.fixture
def future():
    return FakeEngine(make_dataset()).future.taste(ASKED, 10, "events")


def draw(told, future, band=80, focus="Comedy"):
    fan = Fan(future, focus, band)
    return stream(told, COLOURS, theme.palette("light"), "event", focus=focus, fan=fan)


def test_bands_to_come_fill_the_whole_and_begin_with_today(told, future):
    now = bands(told.shares, most=3).iloc[-1]
    table = ahead_of(future, now)
    assert list(table.columns) == list(now.index)
    assert OTHER in table
    np.testing.assert_allclose(table.sum(axis=1), 1)
    np.testing.assert_allclose(table.loc[0], now)


def test_the_interest_in_focus_lies_at_the_bottom(told):
    assert bands(told.shares, focus="Thriller").columns[0] == "Thriller"
    assert bands(told.shares, most=2, focus="Thriller").columns[0] == "Thriller"


def test_the_fan_begins_at_todays_share_and_ends_at_its_interval(told, future):
    ring = next(trace for trace in draw(told, future).data if trace.name == "fan80")
    assert ring.y[0] == ring.y[-1] == pytest.approx(told.shares["Comedy"].iloc[-1])
    last = future.shares[(future.shares["ahead"] == 10) & (future.shares["category"] == "Comedy")]
    assert max(ring.y) == pytest.approx(last["high80"].iat[0])


def test_wider_rings_lie_behind_narrower_ones(told, future):
    rings = [t.name for t in draw(told, future, band=95).data if t.name.startswith("fan")]
    assert rings == ["fan95", "fan80", "fan50"]


def test_the_past_keeps_most_of_the_width_however_long_it_is(told, future):
    layout = draw(told, future).layout
    assert layout.xaxis.domain[1] == layout.xaxis2.domain[1] < layout.xaxis3.domain[0]
    assert layout.yaxis3.domain == layout.yaxis.domain


def test_without_a_fan_the_past_has_all_the_width(told):
    figure = stream(told, COLOURS, theme.palette("light"), "event")
    assert figure.layout.xaxis.domain == (0, 1)


def test_two_interests_share_one_scale_with_their_fans(told, future):
    fans = [Fan(future, name, 95) for name in ("Comedy", "Drama")]
    names = ("Comedy", "Drama")
    figure = lines(told, names, COLOURS, theme.palette("dark"), "date", fans)
    assert figure.layout.yaxis.range == figure.layout.yaxis3.range
    assert [trace.name for trace in figure.data[:2]] == list(names)
    assert figure.data[0].line.dash != figure.data[1].line.dash
