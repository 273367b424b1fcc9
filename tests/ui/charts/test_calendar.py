"""Bars by the calendar: what is known, what is not, and names beside the last of them."""

import numpy as np
import pandas as pd
import pytest

from recengine.engine.interests.results import InterestCalendar
from recengine.ui import theme
from recengine.ui.charts.calendar import at_moments, calendar_bars

COLOURS = theme.palette("light")


@pytest.fixture
def months() -> InterestCalendar:
    table = pd.DataFrame(
        {"timestamp": [0, 2_592_000, 5_184_000], "step": [2, 2, 3], "age_days": [0.0, 95.0, 1.0],
         "events": [2, 0, 1], "known": [True, False, True]}
    )  # fmt: skip
    shares = pd.DataFrame({"Drama": [0.7, np.nan, 0.2], "<b>War": [0.3, np.nan, 0.8]})
    return InterestCalendar("someone", "month", table, shares, "One month was silent.")


def test_a_silence_has_no_bar_and_every_known_period_is_whole(months):
    figure = calendar_bars(months, months.shares, {}, COLOURS)
    *bands, events = figure.data
    heights = np.array([np.asarray(band.y, dtype=float) for band in bands])
    assert np.isnan(heights[:, 1]).all()
    assert heights[:, [0, 2]].sum(axis=0) == pytest.approx([1, 1])
    assert list(events.y) == [2, 0, 1]


def test_the_interest_in_focus_lies_at_the_bottom(months):
    figure = calendar_bars(months, months.shares, {}, COLOURS, focus="Drama")
    assert figure.data[0].name == "Drama"


def test_bands_are_named_beside_the_last_known_bar(months):
    named = {
        note.text: note.y
        for note in calendar_bars(
            months, months.shares, {}, COLOURS, focus="Drama"
        ).layout.annotations
    }
    assert named == {"Drama": pytest.approx(0.1), "&lt;b&gt;War": pytest.approx(0.6)}


def test_nothing_known_is_an_empty_picture(months):
    silent = InterestCalendar(
        "someone", "month", months.table.assign(known=False), months.shares * np.nan, "Silence."
    )
    assert [trace.name for trace in calendar_bars(silent, silent.shares, {}, COLOURS).data] == [
        "Events"
    ]


def test_shares_by_event_are_read_at_the_end_of_each_period(months):
    by_event = pd.DataFrame({"step": [1, 2, 3], "Space": [0.1, 0.4, 0.9]})
    found = at_moments(by_event, months)
    assert found["Space"].tolist() == [0.4, pytest.approx(np.nan, nan_ok=True), 0.9]
