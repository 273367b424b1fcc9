import pytest

from recengine.engine.forecasts.coverage import (
    UNMEASURED,
    coverage_sentence,
    coverage_table,
    nearest_measured,
)
from recengine.engine.forecasts.measured import ForecastBoard
from recengine.interests.forecasting.base import Horizons

ANSWERS = {1: 300, 3: 212, 10: 53, 30: 3}


@pytest.fixture
def board() -> ForecastBoard:
    where = {"method": "gru", "unit": "events"}
    calibration = [
        where | {"ahead": ahead, "level": level, "raw": level - 0.05, "calibrated": level + 0.01,
                 "width": level * ahead / 100, "answers": answers}
        for ahead, answers in ANSWERS.items()
        for level in (0.5, 0.8, 0.95)
    ]  # fmt: skip
    pit = [where | {"ahead": ahead, "bins": [0.1] * 10} for ahead in ANSWERS]
    return ForecastBoard({}, calibration=calibration, pit=pit)


def test_a_row_holds_coverage_width_and_pit_of_one_horizon(board: ForecastBoard) -> None:
    row = coverage_table(board).set_index("ahead").loc[10]
    assert (row["raw80"], row["held80"], row["width80"]) == pytest.approx((0.75, 0.81, 0.08))
    assert row["answers"] == 53
    assert row["pit"] == [0.1] * 10
    assert coverage_table(board)["enough"].tolist() == [True, True, True, False]


def test_nothing_measured_is_said() -> None:
    nothing = coverage_table(None)
    assert nearest_measured(nothing, 14) == 0
    assert coverage_sentence(nothing, Horizons("days", (14,)), {}) == UNMEASURED


def test_results_that_did_not_count_answers_measure_nothing(board: ForecastBoard) -> None:
    for row in board.calibration:
        del row["answers"]
    found = coverage_sentence(coverage_table(board), Horizons("events", (10,)), {})
    assert found == UNMEASURED


def test_the_sentence_tells_coverage_there_or_at_the_nearest_measured_horizon(
    board: ForecastBoard,
) -> None:
    table = coverage_table(board)
    there = coverage_sentence(table, Horizons("events", (5, 10)), {})
    assert there == (
        "Measured ten events ahead, intervals of 50, 80 and 95 % held 51, 81 and 96 % of what "
        "came (53 answers)."
    )
    beyond = coverage_sentence(table, Horizons("events", (30,)), {})
    assert beyond.startswith("Not measured 30 events ahead; at the nearest that was, ten events,")


@pytest.mark.parametrize(
    ("answers", "ahead", "said"),
    [
        ([300, 212, 63, 4], 10, ""),
        ([300, 212, 63, 4], 20, "calibrate 30 events ahead, so the widening is borrowed from ten"),
        ([300, 142, 12, 2], 30, "borrowed from three events"),
        ([9, 8, 7, 6], 3, "Too few earlier answers"),
    ],
)
def test_borrowed_widths_are_said(
    board: ForecastBoard, answers: list[int], ahead: int, said: str
) -> None:
    facts = {"calibrated_on": {"events": answers, "days": answers}}
    plain = coverage_sentence(coverage_table(board), Horizons("events", (ahead,)), {})
    found = coverage_sentence(coverage_table(board), Horizons("events", (ahead,)), facts)
    assert found.startswith(plain)
    assert said in found
    assert (found == plain) == (not said)
