"""The picture of the taste: bands that fill the whole, flags where it turned, one bar per event."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.engine.results import Timeline
from recengine.types import Request
from recengine.ui import theme
from recengine.ui.charts.fan import OTHER
from recengine.ui.charts.timeline import (
    MOST_BANDS,
    MOST_BARS,
    MOST_POINTS,
    bands,
    describe,
    events_per_bar,
    roomiest,
    steps_between,
    stream,
    thinned,
)
from tests.ui.fake_dataset import CATEGORIES, make_dataset
from tests.ui.fake_engine import FakeEngine

COLOURS = theme.category_colours(CATEGORIES, theme.palette("light"))


@pytest.fixture
def timeline() -> Timeline:
    return FakeEngine(make_dataset()).timeline(Request(user_id="full"))


def draw(timeline: Timeline, axis="event", mode="light"):
    return stream(timeline, COLOURS, theme.palette(mode), axis)


def wide_shares(categories: int) -> pd.DataFrame:
    values = np.random.default_rng(0).random((30, categories))
    shares = values / values.sum(axis=1, keepdims=True)
    return pd.DataFrame(shares, columns=[f"c{number}" for number in range(categories)])


def test_bands_keep_the_whole():
    table = bands(wide_shares(20))
    np.testing.assert_allclose(table.sum(axis=1), 1)
    assert list(table.columns)[-1] == OTHER
    assert len(table.columns) == MOST_BANDS + 1


def test_bands_ignore_the_column_of_steps():
    shares = wide_shares(3)
    assert "step" not in bands(shares.assign(step=range(30)))


def test_the_leader_of_today_comes_first():
    shares = wide_shares(4)
    assert bands(shares).columns[0] == shares.iloc[-1].idxmax()


def test_a_long_history_is_drawn_as_means():
    shares = pd.concat([wide_shares(3)] * 20, ignore_index=True)
    x = pd.Series(range(1, len(shares) + 1))
    table, ends, group = thinned(shares, x)
    assert group == 4
    assert len(table) == len(ends) == MOST_POINTS
    np.testing.assert_allclose(table.iloc[5], shares.iloc[20:24].mean())
    assert (ends.iloc[0], ends.iloc[-1]) == (1, 600)


def test_a_short_history_is_drawn_as_it_is():
    shares = wide_shares(3)
    table, _, group = thinned(shares, pd.Series(range(30)))
    assert group == 1
    assert table is shares


def test_every_event_has_a_bar_of_its_pull(timeline):
    bars = next(trace for trace in draw(timeline).data if trace.type == "bar")
    np.testing.assert_allclose(bars.y, timeline.events["drift"])


def test_each_turning_point_has_a_numbered_flag(timeline):
    flags = [note.text for note in draw(timeline).layout.annotations if note.bgcolor]
    assert flags == [f"<b>{number}</b>" for number in (1, 2)]


@pytest.mark.parametrize("axis", ["event", "date"])
def test_ranges_are_fixed_so_that_nothing_jumps(timeline, axis):
    layout = draw(timeline, axis).layout
    for name in ("xaxis", "xaxis2", "yaxis", "yaxis2"):
        assert layout[name].range is not None
        assert layout[name].fixedrange


def test_there_is_no_legend_but_a_name_in_each_thick_band(timeline):
    figure = draw(timeline)
    assert figure.layout.showlegend is False
    written = " ".join(note.text for note in figure.layout.annotations)
    assert timeline.shares.mean().idxmax() in written


def test_a_name_stands_where_the_band_has_room_for_all_of_it():
    bottom = np.zeros(100)
    top = np.full(100, 0.1)
    top[20:24] = 0.9  # a pillar, too narrow for a name along the band
    top[60:90] = 0.4
    place, middle, room = roomiest(bottom, top, 21)
    assert 70 <= place < 80
    assert (middle, room) == pytest.approx((0.2, 0.4))


def test_a_slanted_band_has_only_the_room_of_a_box_inside_it():
    slope = np.linspace(0, 1, 11)
    _, _, room = roomiest(slope, slope + 0.3, 3)
    assert room == pytest.approx(0.1)


@pytest.mark.parametrize("axis", ["event", "date"])
def test_one_event_alone_can_be_drawn(timeline, axis):
    one = replace(
        timeline,
        events=timeline.events.head(1),
        shares=timeline.shares.head(1),
        turning_points=timeline.turning_points.head(0),
    )
    assert draw(one, axis).layout.xaxis.range is not None


def test_titles_cannot_become_markup_in_the_hover(timeline):
    bars = next(trace for trace in draw(timeline).data if trace.type == "bar")
    assert not any("<script" in text for text in bars.customdata)


def test_words_for_those_who_do_not_see_it_begin_with_the_answer(timeline):
    assert describe(timeline).startswith(timeline.sentence)
    assert "%" in describe(timeline)


def test_a_stretch_is_marked_from_its_first_to_its_last_event(timeline):
    figure = stream(timeline, COLOURS, theme.palette("light"), "event", period=(5, 9))
    marked = next(shape for shape in figure.layout.shapes if shape.type == "rect")
    assert (marked.x0, marked.x1) == (4.5, 9.5)


def test_a_box_on_the_axis_is_the_events_within_it(timeline):
    assert steps_between(timeline.events, "event", (9.6, 4.5)) == (5, 9)
    assert steps_between(timeline.events, "event", (4.2, 4.8)) == (0, 0)
    dates = pd.to_datetime(timeline.events["timestamp"], unit="s")
    ends = (f"{dates.iloc[4]:%Y-%m-%d %H:%M:%S}", f"{dates.iloc[8]:%Y-%m-%d %H:%M:%S}")
    assert steps_between(timeline.events, "date", ends) == (5, 9)


def test_events_of_a_very_long_history_share_bars_that_show_the_strongest(timeline):
    many = pd.concat([timeline.events] * 100, ignore_index=True)
    many["step"] = range(1, len(many) + 1)
    many["timestamp"] = 1_000_000_000 + 86_400 * many["step"]
    shares = pd.concat([timeline.shares] * 100, ignore_index=True)
    figure = draw(replace(timeline, events=many, shares=shares))
    bars = next(trace for trace in figure.data if trace.type == "bar")
    group = events_per_bar(len(many))
    assert len(bars.x) == -(-len(many) // group) <= MOST_BARS
    assert bars.y[0] == many["drift"].head(group).max()
