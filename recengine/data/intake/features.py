"""Further columns of somebody's tables as features of the moment or of the person."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from recengine.data.features import Feature, feature_from_column
from recengine.data.intake.cells import MAX_TEXT, numbers, plain_text
from recengine.data.intake.problems import Problem
from recengine.data.intake.raw_files import RawTable
from recengine.errors import DataError


def take_features(
    frame: pd.DataFrame,
    columns: Iterable[str],
    reserved: Iterable[str],
    raw: RawTable,
) -> tuple[pd.DataFrame, tuple[Feature, ...], list[Problem]]:
    """Columns that can serve as features, under names fit for commands, and what was left out.

    Args:
        frame: valid rows of the table.
        columns: those to try.
        reserved: names that are taken.
        raw: the table as it stands in its file.
    """
    taken = set(reserved)
    kept: dict[str, pd.Series] = {}
    features, problems = [], []
    for column in columns:
        name = "_".join(str(column).split())
        problems += _oversized(raw, column)
        cells = _typed(frame[column])
        try:
            if name in taken:
                raise DataError("its name is that of another column")
            feature = feature_from_column(name, cells)
            if len(feature.values) < 2:
                raise DataError("it is the same everywhere, or empty")
        except DataError as error:
            problems.append(
                Problem(
                    severity="warning",
                    file=raw.file,
                    column=str(column),
                    what="the column is not used",
                    advice=str(error)[:1].upper() + str(error)[1:],
                )
            )
            continue
        taken.add(name)
        kept[name] = cells
        features.append(feature)
    return pd.DataFrame(kept, index=frame.index), tuple(features), problems


def _oversized(raw: RawTable, column: str) -> list[Problem]:
    too_long = (plain_text(raw.frame[column]).str.len() > MAX_TEXT).to_numpy(dtype=bool)
    if not too_long.any():
        return []
    problem = Problem(
        severity="warning",
        file=raw.file,
        column=str(column),
        what=f"more than {MAX_TEXT:,} characters in one cell",
        advice="The cell counts as unknown",
    )
    return [problem.at(too_long, raw.row_numbers)]


def _typed(column: pd.Series) -> pd.Series:
    """Numbers if all cells are, else words; missing where nothing (or a whole book) is said."""
    text = plain_text(column)
    text = text.mask((text == "") | (text.str.len() > MAX_TEXT))
    values = numbers(text)
    present = values[text.notna()]
    is_quantity = len(present) and not np.isnan(present).any() and np.unique(present).size > 12
    return pd.Series(values, index=column.index) if is_quantity else text
