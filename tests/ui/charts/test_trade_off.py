"""Names beside dots: none meets another, and on a narrow screen none is cut off."""

import pandas as pd

from recengine.ui.charts.trade_off import beside, unbeaten


def test_a_name_at_the_left_edge_stands_to_the_right_of_its_dot():
    assert beside([0.0, 1.0], [0.0, 1.0], ["Near text (Euclid)", "b"])[0] == "middle right"


def test_in_the_middle_a_short_name_stands_above():
    assert beside([0.5], [0.5], ["EASE"]) == ["top center"]


def test_of_two_dots_at_one_place_the_names_do_not_meet():
    sides = beside([0.5, 0.5], [0.5, 0.501], ["EASE", "Popular"])
    assert len(set(sides)) == 2
    assert all(sides)


def test_no_line_strikes_a_name_through():
    across = (0.1, 0.5, 0.9, 0.5)
    assert beside([0.1, 0.9], [0.5, 0.5], ["EASE", "b"]) == ["top center"] * 2
    assert beside([0.02, 0.9], [0.5, 0.9], ["Most popular!", "b"])[0] == "middle right"
    struck = beside([0.02, 0.9], [0.5, 0.9], ["Most popular!", "b"], [(0.02, 0.5, 0.9, 0.5)])
    assert struck[0] == "top center"
    assert beside([0.5], [0.5], ["EASE"], [across, (0.5, 0.5, 0.5, 0.9)]) == ["bottom center"]


def test_where_all_is_full_a_name_stays_away():
    crowd = [0.5 + 0.02 * (step % 5) for step in range(25)]
    heights = [0.5 + 0.02 * (step // 5) for step in range(25)]
    sides = beside(crowd, heights, ["a rather long name"] * 25)
    assert "" in sides
    assert any(sides)


def test_only_what_nothing_beats_in_both_is_on_the_line():
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [0.1, 0.3, 0.2]})
    assert unbeaten(table).tolist() == [True, True, False]
