"""Numbers as they stand in pictures."""

import pytest

from recengine.ui.charts.words import signed


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.42, "+0.42"), (-0.1, "−0.10"), (-0.0032, "−0.003"), (0.0, "+0.00"), (1e-9, "+0.00000")],
)
def test_a_small_number_keeps_its_first_digit(value, said):
    assert signed(value) == said
