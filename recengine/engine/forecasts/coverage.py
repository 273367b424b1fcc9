"""How honest intervals are: how often they held what came, how wide they were, and in words."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from recengine.engine.forecasts.measured import ForecastBoard
from recengine.engine.forecasts.results import COVERAGE_COLUMNS
from recengine.engine.wording import listed, number
from recengine.interests.forecasting.base import GRID, Horizons
from recengine.interests.forecasting.calibrating import LEVELS, MIN_ANSWERS, lenders

BANDS = [f"{level * 100:.0f}" for level in LEVELS]
UNMEASURED = "How often these intervals hold what comes was not measured on this data."


def coverage_table(board: ForecastBoard | None) -> pd.DataFrame:
    """One row per forecaster, unit and horizon; columns as in `FutureTaste.coverage`."""
    if board is None:
        return pd.DataFrame(columns=COVERAGE_COLUMNS)
    bins = {(row["method"], row["unit"], row["ahead"]): row["bins"] for row in board.pit}
    rows: dict[tuple[str, str, int], dict[str, Any]] = {}
    for figure in board.calibration:
        key = (figure["method"], figure["unit"], figure["ahead"])
        where = dict(zip(("method", "unit", "ahead"), key, strict=True))
        answers = figure.get("answers", 0)  # older results did not count them
        known = {"answers": answers, "enough": answers >= MIN_ANSWERS, "pit": bins[key]}
        row = rows.setdefault(key, {**where, **known})
        band = f"{figure['level'] * 100:.0f}"
        row[f"raw{band}"] = figure["raw"]
        row[f"held{band}"] = figure["calibrated"]
        row[f"width{band}"] = figure["width"]
    return pd.DataFrame(rows.values(), columns=COVERAGE_COLUMNS)


def nearest_measured(table: pd.DataFrame, ahead: int) -> int:
    """The horizon with enough answers that is nearest to another; 0 if there is none.

    Args:
        table: rows of one forecaster in one unit.
        ahead: the other one.
    """
    enough = table.loc[table["enough"].astype(bool), "ahead"]
    return min(enough, key=lambda each: abs(math.log(each / ahead)), default=0)


def coverage_sentence(table: pd.DataFrame, horizons: Horizons, facts: Mapping[str, Any]) -> str:
    """How often intervals at the last horizon held what came, or that nobody knows.

    Args:
        table: rows of one forecaster in the unit of the horizons.
        horizons: what was asked.
        facts: how the forecaster in use was made.
    """
    return f"{_measured(table, horizons)} {_calibrated(horizons, facts)}".rstrip()


def _measured(table: pd.DataFrame, horizons: Horizons) -> str:
    ahead, unit = horizons.ahead[-1], horizons.unit
    nearest = nearest_measured(table, ahead)
    if not nearest:
        return UNMEASURED
    row = table.set_index("ahead").loc[nearest]
    held = listed([f"{row[f'held{band}'] * 100:.0f}" for band in BANDS])
    told = (
        f"intervals of {listed(BANDS)} % held {held} % of what came "
        f"({number(int(row['answers']))} answers)"
    )
    if nearest == ahead:
        return f"Measured {_far(ahead, unit)} ahead, {told}."
    near = _far(nearest, unit)
    return f"Not measured {_far(ahead, unit)} ahead; at the nearest that was, {near}, {told}."


def _calibrated(horizons: Horizons, facts: Mapping[str, Any]) -> str:
    """Whether the widths around the last horizon are borrowed from another one."""
    answers = facts.get("calibrated_on", {}).get(horizons.unit)
    if answers is None:  # made before that was noted
        return ""
    grid, place = GRID[horizons.unit], float(horizons.position()[-1])
    takes = lenders(answers)
    for own in (math.floor(place), math.ceil(place)):
        lender = takes[own]
        if lender is None:
            return "Too few earlier answers calibrate them: they are as wide as the draws are."
        if lender != own:
            return (
                f"Fewer than {MIN_ANSWERS} earlier answers calibrate "
                f"{_far(grid[own], horizons.unit)} ahead, so the widening is borrowed from "
                f"{_far(grid[lender], horizons.unit)}."
            )
    return ""


def _far(ahead: int, unit: str) -> str:
    return f"{number(ahead)} {unit if ahead > 1 else unit[:-1]}"
