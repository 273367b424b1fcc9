"""Measured values with their intervals on one axis, as markup that is there at once.

One row per ranker: a dot for the value, a band for its 95 % interval, the value written beside,
and where there are any, what it comes to in words.
"""

import math
from dataclasses import dataclass

import pandas as pd

from recengine.ui.text import markup

_ROOM = 1.04  # of the largest interval's end
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)
_MAX_TICKS = 6


@dataclass(frozen=True)
class Scale:
    """Where values lie on the axis, and how they are written.

    Attributes:
        start, end: values at the two ends.
        percent: whether values read as shares ("31%") or as numbers (".182").
        signed: whether they are differences, written with their sign and drawn about zero.
    """

    start: float
    end: float
    percent: bool
    signed: bool = False

    @classmethod
    def of(cls, table: pd.DataFrame, *, percent: bool, from_zero: bool = True) -> "Scale":
        """The scale that holds every value and interval."""
        highest = float(table[["value", "high"]].max(axis=None))
        lowest = float(table[["value", "low"]].min(axis=None))
        if from_zero and lowest >= 0:
            return cls(0.0, highest * _ROOM or 1.0, percent)
        pad = (highest - lowest or 1.0) * (_ROOM - 1) * 2
        return cls(lowest - pad, highest + pad, percent)

    @classmethod
    def around_zero(cls, table: pd.DataFrame) -> "Scale":
        """The scale of differences: it holds them all, and zero."""
        lowest = min(0.0, float(table["low"].min()))
        highest = max(0.0, float(table["high"].max()))
        pad = (highest - lowest or 1.0) * (_ROOM - 1) * 2
        return cls(lowest - pad, highest + pad, percent=False, signed=True)

    def place(self, value: float) -> float:
        """Share of the axis at which a value lies."""
        return (value - self.start) / (self.end - self.start)

    def ticks(self) -> list[float]:
        """Few even values to write below the axis."""
        width = self.end - self.start
        step = next((step for step in _STEPS if width / step < _MAX_TICKS), _STEPS[-1])
        first, last = math.ceil(self.start / step - 1e-9), math.floor(self.end / step)
        return [step * number for number in range(first, last + 1)]

    def written(self, value: float, *, tick: bool = False) -> str:
        """A value as it is read."""
        if self.percent:
            return f"{value:.0%}" if tick else f"{value:.1%}"
        digits = 2 if tick and self.end - self.start > 0.04 else 3
        digits, sign = digits if self.end < 10 else 1, "+" if self.signed and value else ""
        return f"{value:{sign}.{digits}f}"


def intervals(
    table: pd.DataFrame, chosen: str, *, percent: bool, scale: Scale | None = None
) -> str:
    """The rows, best on top; the ranker in use stands out by colour, shape and weight.

    Args:
        table: rows of `Quality.table` for one metric; in the given order if it has a column
            `said` (what the row comes to, in words, or nothing), with `faded` for rows that are as
            good as noise, and `uncompared` for those of which nobody knows.
        chosen: name of the ranker in use.
        percent: whether values read as shares ("31%") or as numbers (".182").
        scale: the axis; by default from 0 to the largest interval's end.
    """
    scale = scale or Scale.of(table, percent=percent)
    told = "said" in table
    noted = told and table["said"].ne("").any()
    ordered = table if told else table.sort_values("value", ascending=False)
    rows = "".join(
        _row(row, scale, in_use=row["ranker"] == chosen) for row in ordered.to_dict("records")
    )
    ticks = "".join(
        f'<span style="left:{scale.place(tick):.2%}">{scale.written(tick, tick=True)}</span>'
        for tick in scale.ticks()
    )
    lines = "".join(f'<i style="left:{scale.place(tick):.2%}"></i>' for tick in scale.ticks())
    if scale.signed:
        lines += f'<i class="re-zero" style="left:{scale.place(0.0):.2%}"></i>'
    return (
        f'<div class="re-intervals{" re-told-rows" if noted else ""}">'
        f'<div class="re-lines" aria-hidden="true">{lines}</div>'
        f'<div class="re-rows" role="list">{rows}</div>'
        f'<div class="re-ticks" aria-hidden="true">{ticks}</div></div>'
    )


def _row(row: dict, scale: Scale, *, in_use: bool) -> str:
    value, low, high = float(row["value"]), float(row["low"]), float(row["high"])
    label, written, band, end = markup(row["label"]), scale.written(value), "", value
    said = f"{label}: {written}"
    if not math.isnan(low):
        said += f", from {scale.written(low)} to {scale.written(high)}"
        start, end = scale.place(low), high
        width = scale.place(high) - start
        band = f'<i class="re-band" style="left:{start:.2%};width:{width:.2%}"></i>'
    kinds = {"re-in-use": in_use, "re-faded": row.get("faded"), "re-hollow": row.get("uncompared")}
    kind = "".join(f" {name}" for name, wanted in kinds.items() if wanted)
    note = f'<span class="re-row-said">{markup(row["said"])}</span>' if row.get("said") else ""
    return (
        f'<div class="re-row{kind}" role="listitem" title="{said}">'
        f'<span class="re-row-name">{label}</span><span class="re-axis">{band}'
        f'<i class="re-dot" style="left:{scale.place(value):.2%}"></i>'
        f'<b style="left:{scale.place(end):.2%}">{written}</b></span>{note}</div>'
    )
