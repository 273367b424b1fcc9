"""Turn a column of times, however written, into Unix seconds.

Understood are ISO dates ("2024-05-31", "2024-05-31 18:30:00", with or without an offset), days
like 20240531, days with the year last ("31.05.2024 18:30"; "5/31/2024" where the column tells
which number is the month), and counts of seconds, milliseconds, microseconds or nanoseconds since
1970.
"""

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float64

_CALENDAR = {r"(?:19|20)\d{6}": "%Y%m%d", r"(?:19|20)\d{2}": "%Y"}
_YEAR_LAST = (
    r"^(?P<first>\d{1,2})(?P<mark>[./])(?P<second>\d{1,2})[./](?P<year>\d{4})(?P<clock>.*)$"
)
_MONTHS = 12
_OFFSET_PATTERN = r".*\d(?:Z|[+-]\d\d:?\d\d)"
_UNITS_FROM = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))  # a typical count that large, per second


def parse_times(column: pd.Series, timezone: str) -> Float64[np.ndarray, "rows"]:
    """Unix seconds (UTC) of each cell; NaN where it cannot be read.

    Args:
        column: strings, numbers or dates.
        timezone: IANA name of the clock that is meant where no offset is written.
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        return _seconds(column, timezone)
    if pd.api.types.is_numeric_dtype(column):
        return _scaled(column.to_numpy(dtype=np.float64, na_value=np.nan))
    text = column.astype("str").str.strip()
    numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
    for pattern, form in _CALENDAR.items():
        if text.str.fullmatch(pattern).fillna(False).sum() > len(text) / 2:
            return _seconds(pd.to_datetime(text, format=form, errors="coerce"), timezone)
    text = _year_first(text)
    seconds = _scaled(numbers)
    is_number = np.isfinite(numbers)
    with_offset = has_offset(column)
    for mask, utc in ((with_offset, True), (~with_offset & ~is_number, False)):
        parsed = pd.to_datetime(text[mask], format="ISO8601", errors="coerce", utc=utc)
        seconds[mask] = _seconds(parsed, timezone)
    return seconds


def has_offset(column: pd.Series) -> Bool[np.ndarray, "rows"]:
    """Which cells write out how far their clock is from UTC."""
    text = column.astype("str").str.strip()
    return text.str.fullmatch(_OFFSET_PATTERN).fillna(False).to_numpy(dtype=bool)


def _year_first(text: pd.Series) -> pd.Series:
    """Days that end with their year, turned round; those whose order nothing tells stay."""
    parts = text.str.extract(_YEAR_LAST)
    found = parts["year"].notna()
    if not found.any():
        return text
    slashed = parts[parts["mark"] == "/"]
    first, second = ((slashed[name].astype(int) > _MONTHS).sum() for name in ("first", "second"))
    turned = text
    for day, month, mask in (
        ("first", "second", found & ((parts["mark"] == ".") | (first > second))),
        ("second", "first", found & (parts["mark"] == "/") & (second > first)),
    ):
        written = parts["year"] + "-" + parts[month].str.zfill(2) + "-" + parts[day].str.zfill(2)
        turned = turned.mask(mask, written + parts["clock"])
    return turned


def _scaled(numbers: Float64[np.ndarray, "rows"]) -> Float64[np.ndarray, "rows"]:
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    present = numbers[~np.isnan(numbers)]
    typical = np.median(np.abs(present)) if len(present) else 0.0
    per_second = next((scale for bound, scale in _UNITS_FROM if typical > bound), 1.0)
    return numbers / per_second


def _seconds(dates: pd.Series, timezone: str) -> Float64[np.ndarray, "rows"]:
    if dates.dt.tz is None:
        dates = dates.dt.tz_localize(
            timezone,
            ambiguous=np.zeros(len(dates), dtype=bool),  # the hour that comes twice: the later one
            nonexistent="shift_forward",
        )
    # Microseconds reach further than nanoseconds: "9999-12-31" is a date, if a wrong one.
    since = dates.dt.as_unit("us") - pd.Timestamp(0, tz="UTC").as_unit("us")
    return (since / pd.Timedelta(seconds=1)).to_numpy(dtype=np.float64)
