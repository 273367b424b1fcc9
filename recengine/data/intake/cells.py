"""Cells as people leave them, turned into plain text, numbers and lists."""

import html
import re

import numpy as np
import pandas as pd
from jaxtyping import Float64

MAX_TEXT = 10_000  # characters of a description or any other cell
MAX_TITLE = 300
_MISSING = (
    "", "nan", "NaN", "NAN", "null", "NULL", "None", "NA", "N/A", "n/a", "\\N", "<NA>", "NaT",
)  # fmt: skip
_NO_CATEGORY = ("(no genres listed)", *_MISSING)
_CATEGORY_SEPARATORS = ("|", ";", ",")
_TAG = re.compile(r"<[A-Za-z/!][^<>]*>")
_TAG_OR_ENTITY = r"<[A-Za-z/!][^<>]*>|&(?:[a-z]+|#\d+);"
_FORMULA = r"\s*(?:=|[@+\-]\S*[(!|])"  # such as =A1, @SUM(A1) or -cmd|run; not "- a list (1)"


def plain_text(column: pd.Series) -> pd.Series:
    """Cells as stripped strings; an empty string where nothing is said."""
    if pd.api.types.is_float_dtype(column):
        present = column.dropna()
        if np.isfinite(present).all() and (present == present.round()).all():
            column = column.astype("Int64")  # 12.0 was a 12 before something was missing
    if pd.api.types.is_object_dtype(column):
        column = column.map(_joined)
    text = column.astype("str").fillna("").str.strip()
    return text.mask(text.isin(_MISSING), "")


def numbers(text: pd.Series) -> Float64[np.ndarray, "rows"]:
    """Cells of `plain_text` as numbers; NaN where they are none, infinity included."""
    values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def split_categories(column: pd.Series, separator: str) -> list[list[str]]:
    """A list of names per cell.

    Args:
        column: lists, or text with a separator between names.
        separator: what stands between names; empty to take the first of | ; , that occurs.
    """
    if column.map(lambda cell: isinstance(cell, list | tuple | np.ndarray)).any():
        cells = [list(cell) if np.ndim(cell) else [] for cell in column]
    else:
        text = plain_text(column).str.strip("[]").str.replace(r"['\"]", "", regex=True)
        for candidate in _CATEGORY_SEPARATORS:
            if not separator and text.str.contains(candidate, regex=False).any():
                separator = candidate
        cells = [cell.split(separator) if separator else [cell] for cell in text]
    names = ([str(name).strip()[:100] for name in cell] for cell in cells)
    return [list(dict.fromkeys(n for n in cell if n not in _NO_CATEGORY)) for cell in names]


def has_markup(text: pd.Series) -> pd.Series:
    """Where a cell holds HTML tags or entities."""
    return text.str.contains(_TAG_OR_ENTITY, regex=True)


def has_formula(text: pd.Series) -> pd.Series:
    """Where a spreadsheet would run a cell instead of showing it."""
    return text.str.match(_FORMULA)


def clean_text(text: pd.Series, max_length: int) -> pd.Series:
    """Text without markup, safe in spreadsheets, and not longer than `max_length`."""
    marked = has_markup(text)
    text = text.mask(marked, text.where(marked, "").map(_without_markup))
    text = text.mask(has_formula(text), "'" + text)  # an apostrophe: a spreadsheet shows it as text
    return text.mask(text.str.len() > max_length, text.str.slice(0, max_length - 3) + "...")


def _without_markup(cell: str) -> str:
    return html.unescape(_TAG.sub("", cell)).strip()


def _joined(cell: object) -> object:
    if isinstance(cell, list | tuple | np.ndarray):
        return ", ".join(str(part) for part in cell)
    return cell
