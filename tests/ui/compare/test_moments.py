import math

import pytest

from recengine.ui.compare.moments import listening


@pytest.mark.parametrize(
    ("gate", "words"),
    [(0.0, "not listened to"), (1.25, "listened to 1.2×"), (math.nan, "gate not fitted")],
)
def test_a_gate_is_told_in_words(gate: float, words: str) -> None:
    assert listening(gate) == words
