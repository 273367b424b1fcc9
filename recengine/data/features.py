"""Named facts about a moment or a person, and how they become small integers for a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recengine.errors import DataError, UnknownNameError
from recengine.types import UNKNOWN, UNKNOWN_CODE

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS_OF_DAY = ("night", "morning", "afternoon", "evening")  # six hours each, from midnight
SEASONS = ("winter", "spring", "summer", "autumn")  # northern hemisphere, from December
MAX_CATEGORIES = 200


@dataclass(frozen=True)
class Feature:
    """One named fact: categorical with a known list of values, or numeric cut into ranges.

    Attributes:
        name: column name, as written on the command line and in URLs.
        label: the same in plain words, for people.
        values: legal values in display order; for a numeric feature the names of its ranges.
        edges: inner cut points of a numeric feature (one fewer than `values`), else empty.
        derived: True if computed from the timestamp rather than read from a column.
    """

    name: str
    label: str
    values: tuple[str, ...]
    edges: tuple[float, ...] = ()
    derived: bool = False

    @property
    def num_codes(self) -> int:
        """How many codes occur, the unknown one included."""
        return 1 + len(self.values)

    def code(self, value: object) -> int:
        """The code of one value typed by a person.

        Raises:
            UnknownNameError: the value is none of the known ones.
        """
        text = str(value).strip()
        if text in ("", UNKNOWN):
            return UNKNOWN_CODE
        if text in self.values:
            return 1 + self.values.index(text)
        if self.edges:
            try:
                return self._range(float(text))
            except ValueError:
                pass
        raise UnknownNameError(f"value of {self.name}", text, (*self.values, UNKNOWN))

    def _range(self, number: float) -> int:
        """The code of the range that a number lies in; what is not finite lies in none."""
        if not np.isfinite(number):
            return UNKNOWN_CODE
        return 1 + int(np.searchsorted(self.edges, number, side="right"))

    def value(self, code: int) -> str:
        """The value that a code stands for."""
        return UNKNOWN if code == UNKNOWN_CODE else self.values[code - 1]

    def codes(self, column: pd.Series) -> NDArray[np.int16]:
        """Codes of a whole column; whatever is missing or not known becomes unknown."""
        if self.edges:
            numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
            codes = 1 + np.searchsorted(self.edges, numbers, side="right")
            return np.where(np.isfinite(numbers), codes, UNKNOWN_CODE).astype(np.int16)
        position = pd.Index(self.values).get_indexer(column.astype("string").fillna(UNKNOWN))
        return (1 + position).astype(np.int16)


def encode_request(features: Sequence[Feature], chosen: Mapping[str, str]) -> NDArray[np.int16]:
    """Codes of a person's choices, in the order of `features`; what is not chosen is unknown.

    Raises:
        UnknownNameError: a feature or a value that does not exist.
    """
    known = {feature.name: feature for feature in features}
    for name in chosen:
        if name not in known:
            raise UnknownNameError("context feature", name, known)
    return np.array(
        [feature.code(chosen.get(feature.name, UNKNOWN)) for feature in features], dtype=np.int16
    )


def feature_from_column(name: str, column: pd.Series, label: str = "") -> Feature:
    """Find out what kind of feature a column holds.

    Raises:
        DataError: more than 200 different words, so that it cannot be offered as a choice.
    """
    label = label or name.replace("_", " ").capitalize()
    present = column.dropna()
    if pd.api.types.is_numeric_dtype(present) and present.nunique() > 12:
        finite = present[np.isfinite(present.to_numpy(dtype=float))]
        edges = tuple(np.unique(np.quantile(finite, np.linspace(0, 1, 9)[1:-1])).tolist())
        bounds = [f"{edge:g}" for edge in edges]
        ranges = pairwise(bounds)
        names = (f"under {bounds[0]}", *(f"{a} to {b}" for a, b in ranges), f"from {bounds[-1]}")
        return Feature(name, label, names, edges)
    words = sorted(present.astype("string").unique())
    values = tuple(str(word) for word in words if word not in ("", UNKNOWN))
    if len(values) > MAX_CATEGORIES:
        raise DataError(
            f"Column {name!r} has {len(values):,} different values; a feature can have at most "
            f"{MAX_CATEGORIES}. Leave the column out, or group its values."
        )
    return Feature(name, label, values)


TIME_FEATURES = (
    Feature("part_of_day", "Part of day", PARTS_OF_DAY, derived=True),
    Feature("weekday", "Day of the week", WEEKDAYS, derived=True),
    Feature("season", "Season", SEASONS, derived=True),
)


def derive_time_features(timestamps: NDArray[np.int64], timezone: str) -> pd.DataFrame:
    """Part of day, weekday and season of each timestamp, on the clock of `timezone`.

    Args:
        timestamps: Unix seconds, UTC.
        timezone: IANA name such as "Europe/Paris".
    """
    local = pd.DatetimeIndex(pd.to_datetime(timestamps, unit="s", utc=True)).tz_convert(timezone)
    return pd.DataFrame(
        {
            "part_of_day": np.array(PARTS_OF_DAY)[local.hour // 6],
            "weekday": np.array(WEEKDAYS)[local.day_of_week],
            "season": np.array(SEASONS)[local.month % 12 // 3],
        }
    )
