"""The trials of a search as pictures."""

import numpy as np

from recengine.ui.charts.search import against, rise
from recengine.ui.theme import palette
from tests.ui.fake_searches import FOUND

COLOURS = palette("light")


def test_the_best_so_far_never_falls_and_the_best_trial_is_a_diamond():
    figure = rise(FOUND.trials, FOUND.usual, "NDCG@10", COLOURS)
    line, ended, stopped = figure.data
    assert list(line.y) == [0.10, 0.10, 0.12, 0.12, 0.12]
    assert list(ended.marker.symbol) == ["circle", "circle", "diamond", "circle"]
    assert list(stopped.x) == [4]
    assert set(stopped.marker.color) == {COLOURS.muted}
    assert figure.layout.shapes[0].y0 == 0.10


def test_a_score_far_below_those_that_ended_does_not_flatten_the_picture():
    low, high = rise(FOUND.trials, np.nan, "NDCG@10", COLOURS).layout.yaxis.range
    assert 0.05 < low < 0.08 < 0.12 < high
    assert not rise(FOUND.trials, np.nan, "NDCG@10", COLOURS).layout.shapes


def test_without_a_trial_that_ended_the_stopped_ones_are_drawn():
    stopped = FOUND.trials[FOUND.trials["state"] == "pruned"].assign(best=np.nan)
    figure = rise(stopped, np.nan, "NDCG@10", COLOURS)
    assert list(figure.data[2].y) == [0.05]


def test_a_setting_that_spans_powers_of_ten_has_a_logarithmic_axis():
    assert against(FOUND.trials, "learning_rate", "NDCG@10", COLOURS).layout.xaxis.type == "log"
    assert against(FOUND.trials, "num_layers", "NDCG@10", COLOURS).layout.xaxis.type == "linear"
